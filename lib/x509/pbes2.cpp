#include "x509/pbes2.hpp"

#include <openssl/core_names.h>

#include <dockpki/base/random.hpp>

#include "x509/cipher.hpp"
#include "x509/oid.hpp"
#include "x509/ossl/error.hpp"
#include "x509/ossl/handle.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;
using der::Reader;

constexpr std::string_view pkcs12_pbe_arc = "1.2.840.113549.1.12.1.";
constexpr std::uint64_t most_iterations = 10'000'000;
constexpr std::size_t block_octets = 16;

struct CipherEntry {
  std::string_view oid;
  const char* name;
  std::size_t key_octets;
};

constexpr CipherEntry ciphers[] = {{"2.16.840.1.101.3.4.1.2", "AES-128-CBC", 16},
                                   {"2.16.840.1.101.3.4.1.22", "AES-192-CBC", 24},
                                   {aes256_cbc_oid, "AES-256-CBC", 32}};

constexpr Prf prfs[] = {{"1.2.840.113549.2.7", "HMAC-SHA1", ossl::Digest::sha1},
                        {hmac_sha256_oid, "HMAC-SHA256", ossl::Digest::sha256},
                        {"1.2.840.113549.2.10", "HMAC-SHA384", ossl::Digest::sha384},
                        {"1.2.840.113549.2.11", "HMAC-SHA512", ossl::Digest::sha512}};

template <class Table>
const auto* find(const Table& table, std::string_view oid) {
  for (const auto& entry : table)
    if (entry.oid == oid)
      return &entry;
  return static_cast<decltype(&table[0])>(nullptr);
}

/// RFC 7292 appendix C.
void read_pkcs12_parameters(Reader& in, Protection& found) {
  Reader parameters = in.enter(der::tag::sequence, "encryption");
  found.salt = parameters.contents(der::tag::octet_string, "salt");
  found.iterations = parameters.small_number("count of iterations");
  parameters.finish("encryption");
}

void read_pbes2_parameters(Reader& in, Protection& found) {
  Reader parameters = in.enter(der::tag::sequence, "PBES2");
  Reader derivation = parameters.enter(der::tag::sequence, "key derivation");
  found.key_derivation = derivation.oid("key derivation");
  if (found.key_derivation == pbkdf2_oid) {
    read_pbkdf2(derivation, found);
    derivation.finish("key derivation");
  }
  Reader cipher = parameters.enter(der::tag::sequence, "cipher");
  found.cipher = cipher.oid("cipher");
  if (find(ciphers, found.cipher) != nullptr || found.cipher == triple_des_oid) {
    found.initialization_vector = cipher.contents(der::tag::octet_string, "initialization vector");
    cipher.finish("cipher");
  }
  parameters.finish("PBES2");
}

std::vector<std::uint8_t> write_encrypted(const Pbes2& protection) {
  der::Writer out;
  out.sequence([&] {
    out.sequence([&] {
      out.oid(pbes2_oid);
      out.sequence([&] {
        out.sequence([&] { write_pbkdf2(out, protection.salt, protection.iterations); });
        out.sequence([&] {
          out.oid(aes256_cbc_oid);
          out.octet_string(protection.initialization_vector);
        });
      });
    });
    out.octet_string(protection.ciphertext);
  });
  return out.vector();
}

} // namespace

void read_pbkdf2(Reader& in, Protection& found) {
  Reader parameters = in.enter(der::tag::sequence, "PBKDF2");
  found.salt = parameters.contents(der::tag::octet_string, "salt");
  found.iterations = parameters.small_number("count of iterations");
  if (parameters.next_is(der::tag::integer))
    found.key_octets = parameters.small_number("length of the key");
  found.prf = "1.2.840.113549.2.7"; // DEFAULT
  if (auto prf = parameters.enter_if(der::tag::sequence, "PRF")) {
    found.prf = prf->oid("PRF");
    if (!prf->empty())
      prf->null("PRF");
    prf->finish("PRF");
  }
  parameters.finish("PBKDF2");
}

void write_pbkdf2(der::Writer& out, Bytes salt, std::uint64_t iterations) {
  out.oid(pbkdf2_oid);
  out.sequence([&] {
    out.octet_string(salt);
    out.number(iterations);
    out.sequence([&] {
      out.oid(hmac_sha256_oid);
      out.null();
    });
  });
}

Secret derive_key(const Pbes2& protection, const Secret& passphrase) {
  constexpr const char* doing = "derive a key from the passphrase";
  OSSL_LIB_CTX* const library = ossl::Context::of_this_thread().get();
  const ossl::Kdf kdf = ossl::own(ossl::Kdf(EVP_KDF_fetch(library, "PBKDF2", nullptr)), doing);
  const ossl::KdfContext context = ossl::own(ossl::KdfContext(EVP_KDF_CTX_new(kdf.get())), doing);
  std::uint64_t iterations = protection.iterations;
  int without_lower_bounds = 1; // of SP 800-132: what others wrote is read as it stands
  const auto octets = [](const char* name, Bytes value) {
    // OpenSSL does not write to what it is given here; a pointer it must have, even to nothing.
    static std::uint8_t nothing = 0;
    return OSSL_PARAM_construct_octet_string(name, value.empty() ? &nothing : const_cast<std::uint8_t*>(value.data()),
                                             value.size());
  };
  const std::array<OSSL_PARAM, 6> parameters = {
      octets(OSSL_KDF_PARAM_PASSWORD, passphrase.bytes()),
      octets(OSSL_KDF_PARAM_SALT, protection.salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &iterations),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(ossl::digest_name(protection.prf)), 0),
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &without_lower_bounds),
      OSSL_PARAM_construct_end()};
  Secret key(protection.key_octets);
  ossl::check(EVP_KDF_derive(context.get(), key.writable().data(), key.size(), parameters.data()) == 1, doing);
  return key;
}

Protection read_protection(Bytes der) {
  Reader outer(der);
  Reader in = outer.enter(der::tag::sequence, "encrypted key");
  outer.finish({});
  Reader algorithm = in.enter(der::tag::sequence, "encryption");
  Protection found;
  found.scheme = algorithm.oid("encryption");
  if (found.scheme == pbes2_oid || found.scheme.starts_with(pkcs12_pbe_arc)) { // whatever another has to say is skipped
    found.scheme == pbes2_oid ? read_pbes2_parameters(algorithm, found) : read_pkcs12_parameters(algorithm, found);
    algorithm.finish("encryption");
  }
  found.ciphertext = in.contents(der::tag::octet_string, "encrypted octets");
  in.finish("encrypted key");
  return found;
}

const Prf* find_prf(std::string_view oid) {
  return find(prfs, oid);
}

void refuse_iterations(std::uint64_t iterations) {
  if (iterations == 0 || iterations > most_iterations)
    throw Malformed("its count of iterations is " + std::to_string(iterations) + ", and only 1 to 10,000,000 are taken");
}

std::optional<Pbes2> read_pbes2(Bytes encrypted_private_key_info) {
  const Protection found = read_protection(encrypted_private_key_info);
  const auto* const cipher = find(ciphers, found.cipher);
  const auto* const prf = find(prfs, found.prf);
  if (found.scheme != pbes2_oid || found.key_derivation != pbkdf2_oid || cipher == nullptr || prf == nullptr)
    return std::nullopt;
  refuse_iterations(found.iterations);
  if (found.key_octets && *found.key_octets != cipher->key_octets)
    throw Malformed("the length of its key does not go with its cipher");
  if (found.initialization_vector.size() != block_octets)
    throw Malformed("its initialization vector is not of 16 octets");
  if (found.ciphertext.empty() || found.ciphertext.size() % block_octets != 0)
    throw Malformed("its encrypted octets are not whole blocks of the cipher");
  return Pbes2{cipher->name, cipher->key_octets,          prf->digest,     found.iterations,
               found.salt,   found.initialization_vector, found.ciphertext};
}

Pkcs8Encryption describe_protection(Bytes encrypted_private_key_info) {
  const Protection found = read_protection(encrypted_private_key_info);
  if (found.scheme != pbes2_oid)
    return {found.scheme, {}, found.iterations};
  const auto* const cipher = find(ciphers, found.cipher);
  const auto* const prf = find(prfs, found.prf);
  return {cipher != nullptr ? cipher->name : found.cipher,
          found.key_derivation != pbkdf2_oid ? found.key_derivation : (prf != nullptr ? prf->name : found.prf), found.iterations};
}

std::optional<Secret> decrypt(const Pbes2& protection, const Secret& passphrase) {
  const Secret key = derive_key(protection, passphrase);
  return run_cipher(protection.cipher, key.bytes(), protection.initialization_vector, protection.ciphertext, Direction::decrypt);
}

std::vector<std::uint8_t> encrypt(Bytes private_key_info, const Secret& passphrase) {
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, block_octets> initialization_vector{};
  fill_random(salt);
  fill_random(initialization_vector);
  Pbes2 protection{"AES-256-CBC", 32, ossl::Digest::sha256, pbkdf2_iterations, salt, initialization_vector, {}};
  const Secret key = derive_key(protection, passphrase);
  const auto ciphertext = run_cipher(protection.cipher, key.bytes(), initialization_vector, private_key_info, Direction::encrypt);
  // A key that cannot be decrypted again is a key that is lost: with the derived key at hand, making sure is cheap.
  const auto again = run_cipher(protection.cipher, key.bytes(), initialization_vector, ciphertext->bytes(), Direction::decrypt);
  if (!again || !equal_in_constant_time(again->bytes(), private_key_info))
    throw Error(Errc::crypto, "failed to encrypt key: it does not decrypt to what it was");
  protection.ciphertext = ciphertext->bytes();
  return write_encrypted(protection);
}

} // namespace dockpki::x509
