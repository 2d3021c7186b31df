#include "net/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <dockpki/base/error.hpp>

namespace dockpki::net {
namespace {

using x509::ossl::Handle;
using CertificatePtr = Handle<X509, X509_free>;
using KeyPtr = Handle<EVP_PKEY, EVP_PKEY_free>;

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

} // namespace

std::string take_ssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? reason : "the handshake did not end";
}

void refuse(std::string_view what) {
  throw Error(Errc::invalid_input, "failed to use " + std::string(what) + " for a TLS handshake: " + take_ssl_error());
}

void load_own(SSL_CTX& context, const Side& side) {
  if (side.certificate.empty())
    return;
  const Bio certificate_bio = memory(side.certificate);
  const CertificatePtr certificate{PEM_read_bio_X509(certificate_bio.get(), nullptr, &no_passphrase, nullptr)};
  if (!certificate || SSL_CTX_use_certificate(&context, certificate.get()) != 1)
    refuse("the certificate");
  // What stands behind it is sent along, as Docker does, and nothing else.
  while (const CertificatePtr next{PEM_read_bio_X509(certificate_bio.get(), nullptr, &no_passphrase, nullptr)})
    if (SSL_CTX_add1_chain_cert(&context, next.get()) != 1)
      refuse("the certificates behind the first");
  ERR_clear_error(); // the end of the PEM file, again
  SSL_CTX_set_mode(&context, SSL_MODE_NO_AUTO_CHAIN);
  const Bio key_bio = memory(side.key);
  const KeyPtr key{PEM_read_bio_PrivateKey(key_bio.get(), nullptr, &no_passphrase, nullptr)};
  if (!key || SSL_CTX_use_PrivateKey(&context, key.get()) != 1 || SSL_CTX_check_private_key(&context) != 1)
    refuse("the key");
}

SslContext new_context(const SSL_METHOD* method) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  ERR_clear_error();
  SslContext context{SSL_CTX_new(method)};
  if (!context)
    refuse("OpenSSL");
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

SslContext make_context(const SSL_METHOD* method, const Side& side, TimePoint now) {
  SslContext context = new_context(method);
  if (SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1)
    refuse("OpenSSL");
  // Whatever the system's own policy is, the question here is what Docker would do.
  SSL_CTX_set_security_level(context.get(), 1);
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, now.time_since_epoch().count());
  if (X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN) != 1)
    refuse("OpenSSL");
  load_trust(*context, side.trust);
  load_own(*context, side);
  return context;
}

} // namespace dockpki::net
