// Why: a connection is let in or not by what both ends do in the handshake: which certificate is shown, and what is made of it.
#pragma once

#include <optional>
#include <string>

#include <dockpki/goverify/key_pair.hpp>
#include <dockpki/goverify/verify.hpp>

namespace dockpki::goverify {

/// The daemon's end.
struct ServerEnd {
  KeyPair pair;
  bool asks_for_certificate = true;
  /// Whom clients must be signed by. `names_authorities`: it tells them, which it does not where these are the system's.
  Pool clients;
  bool names_authorities = true;
  Rules rules;
};

/// The client's end.
struct ClientEnd {
  std::optional<KeyPair> pair;
  bool verifies = true;
  Pool authorities;
  std::string host; ///< as it is dialled, without the port and without brackets
  Rules rules;
};

enum class Side { daemon, client };

/// HandshakeVerdict: who refused whom. `fault` and `text` are empty if nobody did.
struct HandshakeVerdict {
  std::optional<Side> refused_by;
  Side owner = Side::daemon; ///< whose certificate, key or lack of both it is because of
  Fault fault;               ///< if a certificate was refused
  std::string text;          ///< what the refusing side says: "tls: client didn't provide a certificate"
  /// Why a client that has a certificate shows none; empty if it shows it, or has none.
  std::string not_shown;
  [[nodiscard]] bool ok() const noexcept { return !refused_by; }
};

/// predict_handshake says how a handshake of TLS 1.3, which both speak, ends at `now` (crypto/tls).
HandshakeVerdict predict_handshake(const ServerEnd& server, const ClientEnd& client, TimePoint now);

} // namespace dockpki::goverify
