#include "net/conversation.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <openssl/err.h>
#include <poll.h>

namespace dockpki::net {
namespace {

using CertificatePtr = x509::ossl::Handle<X509, X509_free>;

/// What OpenSSL could not go on with: the other end's alert, or what is no TLS.
Failure tls_failure() {
  const unsigned long code = ERR_peek_error();
  const bool is_alert = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET;
  std::string reason = take_ssl_error();
  if (!is_alert)
    return {Ending::garbled, reason};
  constexpr std::string_view word = "alert "; // "tlsv13 alert certificate required"
  if (const std::size_t at = reason.find(word); at != std::string::npos)
    reason.erase(0, at + word.size());
  return {Ending::refused, reason};
}

} // namespace

Conversation::Conversation(SSL_CTX& context, int socket) : ssl_(SSL_new(&context)), socket_(socket) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1)
    refuse("OpenSSL");
}

void Conversation::shake_hands(Clock::time_point deadline) {
  for (;;) {
    ERR_clear_error();
    const Step step = take(SSL_connect(ssl_.get()), deadline);
    if (step == Step::done)
      return;
    if (step == Step::over)
      throw Failure{Ending::closed, "the connection was closed"};
  }
}

void Conversation::write(const std::string& text, Clock::time_point deadline) {
  std::size_t written = 0; // all of it: partial writes are not enabled
  do
    ERR_clear_error();
  while (take(SSL_write_ex(ssl_.get(), text.data(), text.size(), &written), deadline) == Step::again);
}

std::string Conversation::read(Clock::time_point deadline) {
  std::array<char, 4096> buffer{};
  std::size_t size = 0;
  do
    ERR_clear_error();
  while (take(SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size), deadline) == Step::again);
  return {buffer.data(), size};
}

std::vector<std::uint8_t> Conversation::certificate() const {
  const CertificatePtr peer{SSL_get1_peer_certificate(ssl_.get())};
  return peer ? der_of(*peer) : std::vector<std::uint8_t>();
}

/// What is to follow a step: done, to be tried again now that the socket is ready, or the other end has nothing more to say.
Conversation::Step Conversation::take(int result, Clock::time_point deadline) {
  if (result == 1)
    return Step::done;
  switch (SSL_get_error(ssl_.get(), result)) {
  case SSL_ERROR_WANT_READ:
    wait_for(socket_, POLLIN, deadline);
    return Step::again;
  case SSL_ERROR_WANT_WRITE:
    wait_for(socket_, POLLOUT, deadline);
    return Step::again;
  case SSL_ERROR_ZERO_RETURN:
    return Step::over;
  case SSL_ERROR_SYSCALL:
    throw Failure{Ending::closed, errno != 0 ? std::strerror(errno) : "the connection was closed"};
  default:
    throw tls_failure();
  }
}

std::vector<std::uint8_t> der_of(const X509& certificate) {
  std::vector<std::uint8_t> der(static_cast<std::size_t>(std::max(0, i2d_X509(&certificate, nullptr))));
  unsigned char* end = der.data();
  i2d_X509(&certificate, &end);
  return der;
}

} // namespace dockpki::net
