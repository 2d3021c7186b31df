// Why: what a docker client makes of the chain that an endpoint serves is Go's to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/probe.hpp>
#include <dockpki/goverify/verify.hpp>

namespace dockpki::app {

/// describe_served reads one certificate of the chain; `unread` holds Go's words if docker cannot.
ServedCertificate describe_served(const std::vector<std::uint8_t>& der);

/// judge_chain says whether docker takes the chain (DER, leaf first) for `host`, and, if there are any, whether `roots` lead to
/// it at `now`. A served certificate that has ended, or has not begun, is not held against the roots. None if it cannot read the
/// leaf.
struct ChainVerdict {
  std::optional<bool> fits_host;
  std::string misfit; ///< why not, in Go's words
  std::optional<bool> trusted;
  std::string distrust; ///< the same
};
ChainVerdict judge_chain(const std::vector<std::vector<std::uint8_t>>& chain, const std::string& host,
                         const std::optional<goverify::Pool>& roots, TimePoint now);

} // namespace dockpki::app
