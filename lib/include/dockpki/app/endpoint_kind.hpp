// Why: what a port turns out to be has one set of words, whether it is dialled or predicted.
#pragma once

#include <string_view>

namespace dockpki::app {

/// EndpointKind says what an endpoint speaks.
enum class EndpointKind {
  none,                 ///< nothing that a docker client understands, or nothing at all
  tls_handshake_failed, ///< TLS, but there is no handshake with it
  plain,                ///< HTTP without TLS
  tls,                  ///< TLS; who has no certificate is let in, or it was not to be told whether
  mtls                  ///< mutual TLS: who has no certificate is refused
};
std::string_view to_string(EndpointKind kind);

} // namespace dockpki::app
