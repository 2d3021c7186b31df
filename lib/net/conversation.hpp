// Why: a conversation over TLS may hang at every step; here each ends by a deadline, and every way to fail has a name.
#pragma once

#include <string>

#include "net/dial.hpp"
#include "net/tls.hpp"

namespace dockpki::net {

/// Conversation is a TLS connection over a socket that does not block. What fails throws Failure.
class Conversation {
public:
  Conversation(SSL_CTX& context, int socket);
  void shake_hands(Clock::time_point deadline);
  void write(const std::string& text, Clock::time_point deadline);
  /// Gives what has come; nothing at the end.
  std::string read(Clock::time_point deadline);
  /// DER of the other end's certificate; empty if it did not come so far.
  [[nodiscard]] std::vector<std::uint8_t> certificate() const;
  [[nodiscard]] SSL* ssl() const noexcept { return ssl_.get(); }

private:
  enum class Step { done, again, over };
  Step take(int result, Clock::time_point deadline);

  Connection ssl_;
  int socket_;
};

/// der_of gives a certificate's encoding.
std::vector<std::uint8_t> der_of(const X509& certificate);

} // namespace dockpki::net
