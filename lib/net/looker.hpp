// Why: looking at an endpoint and asking for its suites are the same client.
#pragma once

#include <dockpki/net/look.hpp>

#include "net/tls.hpp"

namespace dockpki::net {

struct Looker::Tls {
  SslContext context;
};

/// Names the host in the handshake (RFC 6066 3), unless it is an address.
void name_host(SSL& ssl, std::string host);

/// The suite that the other end chose, however the handshake went on; nullptr before.
const SSL_CIPHER* chosen_suite(const SSL& ssl);

} // namespace dockpki::net
