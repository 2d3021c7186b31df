#include <dockpki/net/handshake.hpp>

#include <array>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <dockpki/base/error.hpp>

#include "net/tls.hpp"

namespace dockpki::net {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> octets{};
  return ::inet_pton(AF_INET, host.c_str(), octets.data()) == 1 || ::inet_pton(AF_INET6, host.c_str(), octets.data()) == 1;
}

void expect_host(SSL& client, const std::string& host) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(&client);
  const int set = is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str())
                                   : X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size());
  if (set != 1)
    refuse("the host name");
}

/// One end's progress: it has shaken hands, or failed, and what it said then.
struct End {
  SSL* ssl = nullptr;
  bool shaken = false;
  bool done = false; // shaken, and the other end's octet has arrived
  bool failed = false;
  std::string error;

  /// Goes on as far as it can; true if anything was decided.
  void step() {
    if (failed || done)
      return;
    ERR_clear_error();
    int result = 1;
    if (!shaken) {
      result = SSL_do_handshake(ssl);
      if (result == 1) {
        shaken = true;
        result = SSL_write(ssl, "+", 1);
      }
    }
    if (shaken && result == 1) {
      char octet = 0;
      result = SSL_read(ssl, &octet, 1);
      done = result == 1;
    }
    if (done || result == 1)
      return;
    const int reason = SSL_get_error(ssl, result);
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE)
      return;
    failed = true;
    const long verdict = SSL_get_verify_result(ssl);
    error = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : take_ssl_error();
  }
};

} // namespace

HandshakeResult handshake(const Side& server, const Side& client, const std::string& host, TimePoint now) {
  const SslContext server_context = make_context(TLS_server_method(), server, now);
  const SslContext client_context = make_context(TLS_client_method(), client, now);
  SSL_CTX_set_verify(server_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify(client_context.get(), SSL_VERIFY_PEER, nullptr);
  const Connection server_end{SSL_new(server_context.get())};
  const Connection client_end{SSL_new(client_context.get())};
  BIO* to_server = nullptr;
  BIO* to_client = nullptr;
  if (!server_end || !client_end || BIO_new_bio_pair(&to_server, 0, &to_client, 0) != 1)
    refuse("OpenSSL");
  SSL_set_bio(server_end.get(), to_server, to_server); // takes the BIO over
  SSL_set_bio(client_end.get(), to_client, to_client);
  SSL_set_accept_state(server_end.get());
  SSL_set_connect_state(client_end.get());
  expect_host(*client_end, host);

  End server_side{.ssl = server_end.get(), .error = {}};
  End client_side{.ssl = client_end.get(), .error = {}};
  // A handshake takes three flights; more turns than this and neither end has anything left to say.
  constexpr int turns = 20;
  for (int turn = 0; turn < turns; ++turn) {
    client_side.step();
    server_side.step();
  }
  return {.client_ok = client_side.done,
          .server_ok = server_side.done,
          .client_error = client_side.error,
          .server_error = server_side.error,
          .protocol = client_side.done ? SSL_get_version(client_end.get()) : ""};
}

} // namespace dockpki::net
