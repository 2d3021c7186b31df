// Why: with a proxy in the environment docker does not dial the daemon at all, and says only that it cannot be reached.
#pragma once

#include <optional>
#include <string>

#include <dockpki/docker/world.hpp>

namespace dockpki::docker {

/// The proxy that net/http takes from the environment for "https" or "http" to host:port; none for loopback and for what NO_PROXY
/// names.
std::optional<std::string> proxy_for(const Environment& environment, const std::string& scheme, const std::string& host,
                                     const std::string& port);

/// ALL_PROXY, which docker 20.10 takes for every connection without TLS, loopback included.
std::optional<std::string> all_proxy_for(const Environment& environment, const std::string& host, const std::string& port);

/// Why docker 20.10 can make no client because of ALL_PROXY, whether it would use it or not: it wants SOCKS. Empty if it can.
std::string all_proxy_fault(const Environment& environment);

} // namespace dockpki::docker
