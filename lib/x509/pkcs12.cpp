// PKCS #12 is written by OpenSSL: it is read by other people's software alone, and theirs is what it was tried with.
#include <dockpki/x509/pkcs12.hpp>

#include <algorithm>
#include <array>

#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <dockpki/base/error.hpp>
#include <dockpki/base/random.hpp>

#include "x509/ossl/context.hpp"
#include "x509/ossl/error.hpp"
#include "x509/ossl/handle.hpp"

namespace dockpki::x509 {
namespace {

constexpr const char* doing = "write PKCS #12";
constexpr int iterations = static_cast<int>(pbkdf2_iterations);
constexpr int unencrypted = -1; // what PKCS12_add_safe takes for a safe whose bags are encrypted each

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

void free_safes(STACK_OF(PKCS7) * safes) {
  sk_PKCS7_pop_free(safes, PKCS7_free);
}

void unload(OSSL_PROVIDER* provider) {
  OSSL_PROVIDER_unload(provider);
}

using Bags = ossl::Handle<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using Safes = ossl::Handle<STACK_OF(PKCS7), free_safes>;
using Bag = ossl::Handle<PKCS12_SAFEBAG, PKCS12_SAFEBAG_free>;
using Pfx = ossl::Handle<PKCS12, PKCS12_free>;
using ForeignCertificate = ossl::Handle<X509, X509_free>;
using PrivateKeyInfo = ossl::Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>; // wiped by OpenSSL
using Library = ossl::Handle<OSSL_LIB_CTX, OSSL_LIB_CTX_free>;
using Provider = ossl::Handle<OSSL_PROVIDER, unload>;
using Digest = ossl::Handle<EVP_MD, EVP_MD_free>;
using Salt = std::array<std::uint8_t, 16>;

Salt make_salt() {
  Salt salt{};
  fill_random(salt);
  return salt;
}

/// PKCS #12 names its ciphers by number, and OpenSSL knows that of a cipher only if its table of names has it when the cipher is
/// fetched: the program keeps the table empty, and may have fetched the cipher already in the thread's own context.
Library make_library() {
  static_cast<void>(ossl::Context::of_this_thread()); // starts OpenSSL without openssl.cnf
  for (const EVP_CIPHER* cipher : {EVP_aes_256_cbc(), EVP_des_ede3_cbc()})
    ossl::check(EVP_add_cipher(cipher) == 1, doing);
  return ossl::own(Library(OSSL_LIB_CTX_new()), doing);
}

class Writer {
public:
  Writer(const Secret& passphrase, Pkcs12Protection protection)
      : library_(make_library()), provider_(ossl::own(Provider(OSSL_PROVIDER_load(library_.get(), "default")), doing)),
        passphrase_(passphrase.size() + 1),
        cipher_(protection == Pkcs12Protection::modern ? NID_aes_256_cbc : NID_pbe_WithSHA1And3_Key_TripleDES_CBC),
        mac_digest_(protection == Pkcs12Protection::modern ? "SHA256" : "SHA1") {
    std::ranges::copy(passphrase.bytes(), passphrase_.writable().begin()); // and the zero that ends it
  }

  std::vector<std::uint8_t> write(const PrivateKey& key, const Certificate& certificate, const std::vector<Certificate>& further,
                                  const std::string& name) const {
    const Sha256Digest identifier = certificate.fingerprint();
    const Bags keys = make_bags();
    push(keys, named(key_bag(key), name, identifier));
    const Bags certificates = make_bags();
    push(certificates, named(certificate_bag(certificate), name, identifier));
    for (const Certificate& one : further)
      push(certificates, certificate_bag(one));
    Safes safes;
    add_safe(safes, certificates, cipher_);
    add_safe(safes, keys, unencrypted);
    const Pfx pfx = ossl::own(Pfx(PKCS12_add_safes_ex(safes.get(), 0, library_.get(), nullptr)), doing);
    Salt salt = make_salt();
    const Digest digest = ossl::own(Digest(EVP_MD_fetch(library_.get(), mac_digest_, nullptr)), doing);
    ossl::check(PKCS12_set_mac(pfx.get(), passphrase(), -1, salt.data(), salt.size(), iterations, digest.get()) == 1, doing);
    return encode(pfx);
  }

private:
  [[nodiscard]] const char* passphrase() const { return reinterpret_cast<const char*>(passphrase_.bytes().data()); }

  static Bags make_bags() { return ossl::own(Bags(sk_PKCS12_SAFEBAG_new_null()), doing); }

  static void push(const Bags& bags, Bag bag) {
    ossl::check(sk_PKCS12_SAFEBAG_push(bags.get(), bag.get()) > 0, doing);
    static_cast<void>(bag.release()); // the stack's now
  }

  [[nodiscard]] Bag key_bag(const PrivateKey& key) const {
    const Secret der = key.unencrypted_pkcs8();
    const unsigned char* at = der.bytes().data();
    const PrivateKeyInfo info =
        ossl::own(PrivateKeyInfo(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size()))), doing);
    Salt salt = make_salt();
    return ossl::own(Bag(PKCS12_SAFEBAG_create_pkcs8_encrypt_ex(cipher_, passphrase(), -1, salt.data(), salt.size(), iterations,
                                                                info.get(), library_.get(), nullptr)),
                     doing);
  }

  static Bag certificate_bag(const Certificate& certificate) {
    const unsigned char* at = certificate.der().data();
    const ForeignCertificate read =
        ossl::own(ForeignCertificate(d2i_X509(nullptr, &at, static_cast<long>(certificate.der().size()))), doing);
    return ossl::own(Bag(PKCS12_SAFEBAG_create_cert(read.get())), doing);
  }

  /// `identifier` is what tells readers that key and certificate belong together.
  static Bag named(Bag bag, const std::string& name, Bytes identifier) {
    std::vector<std::uint8_t> copy(identifier.begin(), identifier.end()); // OpenSSL wants to be able to change it
    ossl::check(PKCS12_add_friendlyname_utf8(bag.get(), name.c_str(), static_cast<int>(name.size())) == 1 &&
                    PKCS12_add_localkeyid(bag.get(), copy.data(), static_cast<int>(copy.size())) == 1,
                doing);
    return bag;
  }

  void add_safe(Safes& safes, const Bags& bags, int cipher) const {
    STACK_OF(PKCS7)* raw = safes.release();
    const bool good = PKCS12_add_safe_ex(&raw, bags.get(), cipher, iterations, passphrase(), library_.get(), nullptr) == 1;
    safes.reset(raw);
    ossl::check(good, doing);
  }

  static std::vector<std::uint8_t> encode(const Pfx& pfx) {
    const int size = i2d_PKCS12(pfx.get(), nullptr);
    ossl::check(size > 0, doing);
    std::vector<std::uint8_t> der(static_cast<std::size_t>(size));
    unsigned char* out = der.data();
    ossl::check(i2d_PKCS12(pfx.get(), &out) == size, doing);
    return der;
  }

  Library library_;
  Provider provider_;
  Secret passphrase_;
  int cipher_;
  const char* mac_digest_;
};

} // namespace

std::vector<std::uint8_t> write_pkcs12(const PrivateKey& key, const Certificate& certificate,
                                       const std::vector<Certificate>& further, const std::string& friendly_name,
                                       const Secret& passphrase, Pkcs12Protection protection) {
  if (passphrase.empty() || std::ranges::count(passphrase.bytes(), 0) > 0)
    throw Error(Errc::usage, "failed to write PKCS #12: the passphrase is empty, or has a zero octet in it");
  return Writer(passphrase, protection).write(key, certificate, further, friendly_name);
}

} // namespace dockpki::x509
