// Why: what a daemon's port turns out to be is told in the same words by a prediction and by an audit.
#pragma once

#include <dockpki/app/endpoint_kind.hpp>

namespace dockpki::report {

/// What follows "dockerd ".
inline std::string_view endpoint_words(app::EndpointKind kind) {
  switch (kind) {
  case app::EndpointKind::none:
    return "has no TCP port";
  case app::EndpointKind::tls_handshake_failed:
    return "has a TCP port with TLS on which no handshake succeeds";
  case app::EndpointKind::plain:
    return "has a TCP port without TLS: whoever reaches it is root";
  case app::EndpointKind::tls:
    return "has a TCP port with TLS that lets in any client: whoever reaches it is root";
  case app::EndpointKind::mtls:
    return "has a TCP port with mutual TLS";
  }
  return "";
}

} // namespace dockpki::report
