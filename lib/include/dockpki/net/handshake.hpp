// Why: the surest sign that two sets fit together is a mutual TLS handshake with them, both sides in this process, over no
// network.
#pragma once

#include <optional>
#include <string>

#include <dockpki/base/secret.hpp>
#include <dockpki/base/time.hpp>

namespace dockpki::net {

/// Side is what one end brings, as PEM: whom it trusts, its certificate and its key.
struct Side {
  Secret trust;
  Secret certificate; ///< empty: it has none
  Secret key;
};

/// HandshakeResult: how each end saw it. An end that was not reached has no error of its own.
struct HandshakeResult {
  bool client_ok = false;
  bool server_ok = false;
  std::string client_error; ///< OpenSSL's words; empty if ok
  std::string server_error;
  std::string protocol; ///< "TLSv1.3"
  [[nodiscard]] bool ok() const noexcept { return client_ok && server_ok; }
};

/// handshake runs a mutual TLS handshake (TLS 1.2 or later, as dockerd speaks) between the two ends at `now`, one octet each way
/// included, because in TLS 1.3 a refused client learns of it only when it reads. The server demands a certificate, the client
/// checks `host` (a DNS name or IP address). Trust is exactly the certificates in `trust`, each an anchor, as Go takes them.
/// Throws Errc::invalid_input if a file cannot be used at all.
HandshakeResult handshake(const Side& server, const Side& client, const std::string& host, TimePoint now);

} // namespace dockpki::net
