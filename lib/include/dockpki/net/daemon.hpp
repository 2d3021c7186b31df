// Why: dockerd serves what it read when it started. What that is, and what it says of itself, only the running daemon can tell.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <dockpki/net/handshake.hpp>

namespace dockpki::net {

/// Endpoint is where a daemon listens for TLS.
struct Endpoint {
  std::string host; ///< a DNS name or an IP address, without brackets
  std::string port; ///< a number

  /// Reads "tcp://127.0.0.1:2376" or "tcp://[::1]:2376"; the port must be there. Throws Errc::usage.
  static Endpoint parse(const std::string& text);
  /// As parse reads it.
  [[nodiscard]] std::string text() const;
};

/// Answer is what a daemon showed and said.
struct Answer {
  std::vector<std::uint8_t> certificate; ///< DER, whose key it has; empty if it did not come so far
  int status = 0;                        ///< of its HTTP response: 200; 0 if there was none
  std::string body;
  std::string failure; ///< why there was no response; empty if there was one
};

/// ask sends GET `path` with the client's certificate, over TLS, and waits for the whole response (at most 1 MiB) at most
/// `patience`, the resolver's own time not counted. Whom it speaks with is not judged: the caller compares Answer::certificate.
/// SIGPIPE must be ignored. Throws Errc::invalid_input if the client's files cannot be used.
Answer ask(const Endpoint& endpoint, const Side& client, const std::string& path, std::chrono::milliseconds patience);

} // namespace dockpki::net
