#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <dockpki/base/error.hpp>
#include <dockpki/net/daemon.hpp>

#include "files/fd.hpp"
#include "net/tls.hpp"

namespace dockpki::net {
namespace {

constexpr std::size_t largest_response = 1U << 20U;
using Clock = std::chrono::steady_clock;
using CertificatePtr = x509::ossl::Handle<X509, X509_free>;

/// What ends the conversation; becomes Answer::failure.
struct Failure {
  std::string reason;
};

/// Waits until `fd` is ready for `events`.
void wait_for(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd one{.fd = fd, .events = events, .revents = 0};
    const int ready = left <= 0 ? 0 : ::poll(&one, 1, static_cast<int>(left));
    if (ready > 0)
      return;
    if (ready == 0)
      throw Failure{"no answer in time"};
    if (errno != EINTR)
      throw Failure{std::strerror(errno)};
  }
}

/// A connection to `address`; invalid, with errno set, if there is none.
files::Fd connect_to(const addrinfo& address, Clock::time_point deadline) {
  files::Fd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0)
    return fd;
  if (errno != EINPROGRESS)
    return files::Fd();
  wait_for(fd.get(), POLLOUT, deadline);
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error == 0)
    return fd;
  errno = error;
  return files::Fd();
}

files::Fd connect_to(const Endpoint& endpoint, Clock::time_point deadline) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &wanted, &found);
  if (error != 0)
    throw Failure{::gai_strerror(error)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  int reason = EADDRNOTAVAIL;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    if (files::Fd fd = connect_to(*address, deadline))
      return fd;
    reason = errno;
  }
  throw Failure{std::strerror(reason)};
}

/// A TLS connection, each of whose steps ends by the deadline.
class Conversation {
public:
  Conversation(SSL_CTX& context, int socket, Clock::time_point deadline)
      : ssl_(SSL_new(&context)), socket_(socket), deadline_(deadline) {
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1)
      refuse("OpenSSL");
  }
  void shake_hands() {
    while (!go_on(SSL_connect(ssl_.get())))
      continue;
  }
  void write(const std::string& text) {
    std::size_t written = 0; // all of it: partial writes are not enabled
    while (!go_on(SSL_write_ex(ssl_.get(), text.data(), text.size(), &written)))
      continue;
  }
  /// Gives what has come; nothing at the end.
  std::string read() {
    std::array<char, 4096> buffer{};
    std::size_t size = 0;
    while (!go_on(SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size)))
      continue;
    return {buffer.data(), size};
  }
  [[nodiscard]] std::vector<std::uint8_t> certificate() const {
    const CertificatePtr peer{SSL_get1_peer_certificate(ssl_.get())};
    if (!peer)
      return {};
    std::vector<std::uint8_t> der(static_cast<std::size_t>(std::max(0, i2d_X509(peer.get(), nullptr))));
    unsigned char* end = der.data();
    i2d_X509(peer.get(), &end);
    return der;
  }

private:
  /// True if the step was done, or the other end has nothing more to say; false if it is to be tried again. Throws Failure.
  bool go_on(int result) {
    if (result == 1)
      return true;
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      wait_for(socket_, POLLIN, deadline_);
      return false;
    case SSL_ERROR_WANT_WRITE:
      wait_for(socket_, POLLOUT, deadline_);
      return false;
    case SSL_ERROR_ZERO_RETURN:
      return true;
    case SSL_ERROR_SYSCALL:
      throw Failure{errno != 0 ? std::strerror(errno) : "the connection was closed"};
    default:
      throw Failure{take_ssl_error()};
    }
  }

  Connection ssl_;
  int socket_;
  Clock::time_point deadline_;
};

/// Splits a response. Throws Failure if it is none.
void take_response(const std::string& response, Answer& answer) {
  constexpr std::string_view version = "HTTP/1.";
  constexpr std::size_t status_at = 9; // behind "HTTP/1.1 "
  constexpr std::size_t digits = 3;
  constexpr std::string_view end_of_head = "\r\n\r\n";
  const std::size_t end = response.find(end_of_head);
  const std::string status = response.size() > status_at ? response.substr(status_at, digits) : std::string();
  if (!response.starts_with(version) || end == std::string::npos ||
      !std::ranges::all_of(status, [](char c) { return c >= '0' && c <= '9'; }))
    throw Failure{"its answer is not HTTP"};
  answer.status = std::stoi(status);
  answer.body = response.substr(end + end_of_head.size());
}

void converse(const Endpoint& endpoint, SSL_CTX& context, const std::string& path, Clock::time_point deadline, Answer& answer) {
  const files::Fd socket = connect_to(endpoint, deadline);
  Conversation with_daemon(context, socket.get(), deadline);
  try {
    with_daemon.shake_hands();
    // HTTP/1.0: the response is all that comes before the end, never in chunks.
    with_daemon.write("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n");
    std::string response;
    for (std::string part = with_daemon.read(); !part.empty(); part = with_daemon.read()) {
      response += part;
      if (response.size() > largest_response)
        throw Failure{"its answer is too long"};
    }
    answer.certificate = with_daemon.certificate();
    take_response(response, answer);
  } catch (const Failure&) {
    answer.certificate = with_daemon.certificate();
    throw;
  }
}

} // namespace

Answer ask(const Endpoint& endpoint, const Side& client, const std::string& path, std::chrono::milliseconds patience) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  // Nobody is judged here, so that it does not matter when.
  const SslContext context = make_context(TLS_client_method(), client, TimePoint());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  Answer answer;
  try {
    ERR_clear_error();
    converse(endpoint, *context, path, Clock::now() + patience, answer);
  } catch (const Failure& failure) {
    answer.failure = failure.reason;
  }
  return answer;
}

} // namespace dockpki::net
