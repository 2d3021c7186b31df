// Why: the daemon of a user lives in a network of its own. What it listens on there is reached only where rootlesskit lets in.
#pragma once

#include <string>
#include <vector>

#include <dockpki/docker/service_unit.hpp>
#include <dockpki/net/daemon.hpp>

namespace dockpki::app {

inline constexpr const char* rootlesskit_variable = "DOCKERD_ROOTLESS_ROOTLESSKIT_FLAGS";

/// What the variable holds in a unit; empty if it does not stand there.
std::string rootlesskit_flags(const docker::ServiceUnit& unit);

/// rootlesskit_flags gives what the variable must hold for `listen`: the flags of `unit`, and a -p for each that they do not
/// have. Of `earlier`, those by which an earlier run let a port in that is among `hosts` still stay. Empty if the unit says it
/// all.
std::string rootlesskit_flags(const docker::ServiceUnit& unit, const std::string& earlier,
                              const std::vector<net::Endpoint>& listen, const std::vector<std::string>& hosts);

/// rootlesskit takes addresses alone. Throws Errc::usage for a name.
void refuse_names(const std::vector<net::Endpoint>& listen);

} // namespace dockpki::app
