// Why: what several clients saw of one endpoint, put together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/probe.hpp>
#include <dockpki/goverify/verify.hpp>

#include "app/known_servers.hpp"

namespace dockpki::app {

/// Probers are the clients that look at every endpoint: without a certificate, with a foreign one, with the given pair.
struct Probers {
  net::Looker nobody;
  net::Looker foreign;
  std::optional<net::Looker> pair;
  std::vector<x509::DistinguishedName> pair_issuers; ///< of its certificate and of those behind it
  std::optional<goverify::Pool> roots;               ///< the given ca.pem
  TimePoint now;
};

/// probe_endpoint gives everything but the findings.
ProbeResult probe_endpoint(const net::Endpoint& endpoint, const Probers& probers, const KnownServers& known,
                           std::chrono::milliseconds patience);

} // namespace dockpki::app
