#include <dockpki/net/look.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>

#include "net/conversation.hpp"
#include "net/http.hpp"
#include "net/looker.hpp"

namespace dockpki::net {
namespace {

constexpr std::size_t largest_answer = 64U << 10U;
constexpr std::size_t first_octets = 64;

int note_request(SSL*, void* asked) {
  *static_cast<bool*>(asked) = true;
  return 1;
}

std::vector<std::vector<std::uint8_t>> chain_of(const SSL& ssl) {
  std::vector<std::vector<std::uint8_t>> chain;
  const STACK_OF(X509)* certificates = SSL_get_peer_cert_chain(&ssl);
  for (int i = 0; certificates != nullptr && i < sk_X509_num(certificates); ++i)
    chain.push_back(der_of(*sk_X509_value(certificates, i)));
  return chain;
}

std::vector<std::vector<std::uint8_t>> authorities_of(const SSL& ssl) {
  std::vector<std::vector<std::uint8_t>> names;
  const STACK_OF(X509_NAME)* list = SSL_get0_peer_CA_list(&ssl);
  for (int i = 0; list != nullptr && i < sk_X509_NAME_num(list); ++i) {
    const unsigned char* der = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(sk_X509_NAME_value(list, i), &der, &size) == 1)
      names.emplace_back(der, der + size);
  }
  return names;
}

/// What is known of the connection, however far it came.
void describe(const SSL& ssl, Look& look) {
  const SSL_CIPHER* suite = chosen_suite(ssl);
  look.is_tls = suite != nullptr;
  if (!look.is_tls)
    return;
  look.protocol = SSL_get_version(&ssl);
  look.suite = SSL_CIPHER_get_name(suite);
  look.chain = chain_of(ssl);
  look.authorities = authorities_of(ssl);
}

/// Takes the answer of whoever was sent a request.
void take_answer(const std::function<std::string()>& read, Look& look) {
  const std::string text = read_response(read, largest_answer);
  look.first_octets = text.substr(0, first_octets);
  look.response = parse_response(text);
  look.response.body.resize(std::min(look.response.body.size(), largest_answer));
  look.ending = Ending::answered;
}

void converse(Conversation& talk, const std::string& path, std::chrono::milliseconds patience, Look& look) {
  talk.shake_hands(Clock::now() + patience);
  look.shaken = true;
  const auto deadline = Clock::now() + patience;
  try {
    talk.write(request_for(path), deadline);
  } catch (const Failure& failure) {
    if (failure.ending != Ending::closed)
      throw; // else what it had to say before may still be read
  }
  take_answer([&] { return talk.read(deadline); }, look);
}

std::string read_some(int socket, Clock::time_point deadline) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (size >= 0)
      return {buffer.data(), static_cast<std::size_t>(size)};
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      wait_for(socket, POLLIN, deadline);
    else if (errno != EINTR)
      throw Failure{Ending::closed, std::strerror(errno)};
  }
}

} // namespace

Look Looker::look(Target& target, const std::string& path) const {
  Look look;
  try {
    const files::Fd socket = Dialler::connect(target);
    Conversation talk(*tls_->context, socket.get());
    name_host(*talk.ssl(), target.endpoint().host);
    SSL_set_cert_cb(talk.ssl(), &note_request, &look.asked);
    try {
      converse(talk, path, target.patience(), look);
    } catch (const Failure& failure) {
      look.ending = failure.ending;
      look.failure = failure.reason;
    }
    describe(*talk.ssl(), look);
  } catch (const Failure& failure) {
    look.ending = failure.ending;
    look.failure = failure.reason;
  }
  return look;
}

Look look_in_plain(Target& target, const std::string& path) {
  Look look;
  try {
    const files::Fd socket = Dialler::connect(target);
    const auto deadline = Clock::now() + target.patience();
    const std::string request = request_for(path);
    // It fits into the buffer of a new connection; what became of it, reading tells.
    static_cast<void>(::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL));
    take_answer([&] { return read_some(socket.get(), deadline); }, look);
  } catch (const Failure& failure) {
    look.ending = failure.ending;
    look.failure = failure.reason;
  }
  return look;
}

} // namespace dockpki::net
