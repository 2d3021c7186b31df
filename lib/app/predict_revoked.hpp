// Why: Docker looks at no revocation list, so one that lies there and names a client that gets in is worth a word.
#pragma once

#include <optional>
#include <string>

#include <dockpki/docker/plan.hpp>
#include <dockpki/goverify/certificate.hpp>

namespace dockpki::app {

/// The list, among the files with "crl" in their names beside `ca` (a path), that has `client` in it.
std::optional<docker::Fact> revoked_by_a_list(const std::string& ca, const goverify::Certificate& client);

} // namespace dockpki::app
