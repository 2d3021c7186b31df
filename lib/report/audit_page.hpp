// Why: the parts of an audit's page are made of the same kinds of values.
#pragma once

#include <string>
#include <string_view>

#include <kainjow/mustache.hpp>

#include <dockpki/app/audit.hpp>

namespace dockpki::report {

/// A text for a template, made harmless; of an empty one nothing is shown.
kainjow::mustache::data if_any(std::string_view text);

/// What the page says of each daemon.
kainjow::mustache::data daemons_of(const app::Audit& audit);

} // namespace dockpki::report
