// Why: how fast could certificates be issued at all? A loop over plain libcrypto calls (key, X509 with six extensions, signature,
// PEM of both, files) is the limit that the library's own loop is held against. No inventory, no log, no lock, no checks.
#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "loop.hpp"

namespace {

using bench::check;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

struct Authority {
  Key key;
  Certificate certificate;
};

void add_extension(X509* certificate, X509V3_CTX* context, int nid, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, context, nid, value);
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "extension");
  X509_EXTENSION_free(extension);
}

void set_serial(X509* certificate) {
  unsigned char octets[16];
  check(RAND_bytes(octets, sizeof octets) == 1, "serial");
  octets[0] = static_cast<unsigned char>((octets[0] & 0x7F) | 1);
  BIGNUM* number = BN_bin2bn(octets, sizeof octets, nullptr);
  check(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr, "serial");
  BN_free(number);
}

Certificate make_certificate(EVP_PKEY* key, const char* name, const Authority* authority) {
  Certificate certificate(X509_new());
  X509* x = certificate.get();
  check(X509_set_version(x, X509_VERSION_3) == 1 && X509_set_pubkey(x, key) == 1, "public key");
  set_serial(x);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_time_adj_ex(X509_getm_notAfter(x), authority != nullptr ? 365 : 3650, -1, nullptr);
  X509_NAME* subject = X509_get_subject_name(x);
  check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1, -1, 0) == 1,
        "subject");
  check(X509_set_issuer_name(x, authority != nullptr ? X509_get_subject_name(authority->certificate.get()) : subject) == 1,
        "issuer");
  X509V3_CTX context;
  X509V3_set_ctx(&context, authority != nullptr ? authority->certificate.get() : x, x, nullptr, nullptr, 0);
  if (authority == nullptr) {
    add_extension(x, &context, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(x, &context, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(x, &context, NID_subject_key_identifier, "hash");
  } else {
    add_extension(x, &context, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(x, &context, NID_key_usage, "critical,digitalSignature");
    add_extension(x, &context, NID_ext_key_usage, "serverAuth");
    add_extension(x, &context, NID_subject_key_identifier, "hash");
    add_extension(x, &context, NID_authority_key_identifier, "keyid:always");
    add_extension(x, &context, NID_subject_alt_name, "DNS:docker.example,DNS:docker,IP:192.0.2.1,IP:127.0.0.1");
  }
  check(X509_sign(x, authority != nullptr ? authority->key.get() : key, EVP_sha256()) > 0, "signature");
  return certificate;
}

Authority make_authority() {
  Authority authority;
  authority.key.reset(EVP_EC_gen("P-256"));
  check(authority.key != nullptr, "authority's key");
  authority.certificate = make_certificate(authority.key.get(), "bench CA", nullptr);
  return authority;
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM of the certificate");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "PEM of the key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

double measure(const bench::Plan& plan) {
  const Authority authority = make_authority();
  return bench::run(plan, [&](std::atomic<int>& next) {
    for (int number = next++; number < plan.count; number = next++) {
      const Key key(EVP_EC_gen("P-256"));
      check(key != nullptr, "key");
      const Certificate certificate = make_certificate(key.get(), "docker.example", &authority);
      const std::string key_pem = pem_of(key.get());
      const bench::Made made{pem_of(certificate.get()), key_pem};
      if (plan.to_files)
        bench::save(plan, number, made);
    }
  });
}

} // namespace

int main(int argc, char** argv) {
  return bench::run_main(argc, argv, "bare", &measure);
}
