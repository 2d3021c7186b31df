#include <dockpki/net/handshake.hpp>

#include <array>
#include <memory>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <dockpki/base/error.hpp>

#include "x509/ossl/handle.hpp"

namespace dockpki::net {
namespace {

using x509::ossl::Handle;
using Bio = Handle<BIO, BIO_free_all>;
using SslContext = Handle<SSL_CTX, SSL_CTX_free>;
using Connection = Handle<SSL, SSL_free>;
using CertificatePtr = Handle<X509, X509_free>;
using KeyPtr = Handle<EVP_PKEY, EVP_PKEY_free>;

std::string take_ssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? reason : "the handshake did not end";
}

[[noreturn]] void refuse(std::string_view what) {
  throw Error(Errc::invalid_input, "failed to use " + std::string(what) + " for a TLS handshake: " + take_ssl_error());
}

Bio memory(const Secret& contents) {
  return Bio(BIO_new_mem_buf(contents.bytes().data(), static_cast<int>(contents.size())));
}

/// No passphrase is ever asked for: Docker reads unencrypted keys only.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

void load_trust(SSL_CTX& context, const Secret& pem) {
  const Bio bio = memory(pem);
  X509_STORE* store = SSL_CTX_get_cert_store(&context);
  int count = 0;
  while (const CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, &no_passphrase, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1 || SSL_CTX_add_client_CA(&context, certificate.get()) != 1)
      refuse("the trusted certificates");
    ++count;
  }
  if (count == 0)
    refuse("the trusted certificates");
  ERR_clear_error(); // the end of the PEM file is queued as "no start line"
}

void load_own(SSL_CTX& context, const Side& side) {
  if (side.certificate.empty())
    return;
  const Bio certificate_bio = memory(side.certificate);
  const CertificatePtr certificate{PEM_read_bio_X509(certificate_bio.get(), nullptr, &no_passphrase, nullptr)};
  if (!certificate || SSL_CTX_use_certificate(&context, certificate.get()) != 1)
    refuse("the certificate");
  const Bio key_bio = memory(side.key);
  const KeyPtr key{PEM_read_bio_PrivateKey(key_bio.get(), nullptr, &no_passphrase, nullptr)};
  if (!key || SSL_CTX_use_PrivateKey(&context, key.get()) != 1 || SSL_CTX_check_private_key(&context) != 1)
    refuse("the key");
}

SslContext make_context(const SSL_METHOD* method, const Side& side, TimePoint now) {
  SslContext context{SSL_CTX_new(method)};
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1)
    refuse("OpenSSL");
  // Whatever the system's own policy is, the question here is what Docker would do.
  SSL_CTX_set_security_level(context.get(), 1);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, now.time_since_epoch().count());
  if (X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN) != 1)
    refuse("OpenSSL");
  load_trust(*context, side.trust);
  load_own(*context, side);
  return context;
}

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
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
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
