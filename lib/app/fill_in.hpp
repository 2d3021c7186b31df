// Why: every text that is written for other programs and for people stands in a file of templates/.
#pragma once

#include <string>
#include <string_view>

#include <kainjow/mustache.hpp>

namespace dockpki::app {

/// fill_in gives the template with its values; nothing is escaped where it says {{{so}}}. Throws Errc::io for a template that is
/// none, which is our own mistake.
std::string fill_in(std::string_view form, const kainjow::mustache::data& values);

} // namespace dockpki::app
