#include "x509/old_encryption.hpp"

#include <algorithm>
#include <array>

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include <dockpki/base/hex.hpp>

#include "x509/cipher.hpp"
#include "x509/der.hpp"
#include "x509/ossl/context.hpp"
#include "x509/ossl/error.hpp"
#include "x509/ossl/handle.hpp"
#include "x509/pbes2.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;
using der::Reader;
using Digest = ossl::Handle<EVP_MD, EVP_MD_free>;

struct CipherSizes {
  const char* name;
  std::size_t key_octets;
  std::size_t block_octets;
};

constexpr CipherSizes triple_des = {"DES-EDE3-CBC", 24, 8};
// What OpenSSL's default provider decrypts. DES with one key and RC2 it does not, and neither would we.
constexpr std::array header_ciphers = {triple_des, CipherSizes{"AES-128-CBC", 16, 16}, CipherSizes{"AES-192-CBC", 24, 16},
                                       CipherSizes{"AES-256-CBC", 32, 16}};
constexpr std::string_view pbe_sha1_triple_des_oid = "1.2.840.113549.1.12.1.3";
constexpr std::size_t header_salt_octets = 8; // PKCS #5's

[[noreturn]] void refuse(std::string_view cipher) {
  throw Malformed("it is encrypted in a way that dockpki does not read" +
                      (cipher.empty() ? "" : " (" + std::string(cipher) + ")"),
                  "decrypt it where it was made, and import it from there");
}

std::size_t key_octets_of(std::string_view cipher) {
  const auto* const found =
      std::find_if(header_ciphers.begin(), header_ciphers.end(), [&](const CipherSizes& one) { return one.name == cipher; });
  return found->key_octets;
}

/// The value of DEK-Info: "CIPHER,IV".
std::string_view dek_info(std::string_view headers) {
  constexpr std::string_view mark = "DEK-Info:";
  const std::size_t at = headers.find(mark);
  if (at == std::string_view::npos)
    refuse({});
  std::string_view value = headers.substr(at + mark.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value.substr(0, value.find('\n'));
}

OSSL_PARAM octets(const char* name, Bytes value) {
  // OpenSSL does not write to what it is given here; a pointer it must have, even to nothing.
  static std::uint8_t nothing = 0;
  return OSSL_PARAM_construct_octet_string(name, value.empty() ? &nothing : const_cast<std::uint8_t*>(value.data()),
                                           value.size());
}

/// The passphrase as RFC 7292 B.1 wants it: two octets a character, and a last one of zero.
Secret as_bmp_string(const Secret& passphrase) {
  Secret text(2 * passphrase.size() + 2);
  for (std::size_t i = 0; i < passphrase.size(); ++i)
    text.writable()[2 * i + 1] = passphrase.bytes()[i];
  return text;
}

enum class Pkcs12Purpose { key = 1, initialization_vector = 2 };

Secret derive(const OldEncryption& encryption, const char* algorithm, Bytes passphrase, Pkcs12Purpose purpose, std::size_t size) {
  constexpr const char* doing = "derive a key from the passphrase";
  const ossl::Kdf kdf = ossl::own(ossl::Kdf(EVP_KDF_fetch(ossl::Context::of_this_thread().get(), algorithm, nullptr)), doing);
  const ossl::KdfContext context = ossl::own(ossl::KdfContext(EVP_KDF_CTX_new(kdf.get())), doing);
  std::uint64_t iterations = encryption.iterations;
  int id = static_cast<int>(purpose);
  int without_lower_bounds = 1; // of SP 800-132, for PBKDF2: what others wrote is read as it stands
  const bool is_pkcs12 = encryption.derivation == OldDerivation::pkcs12;
  const std::array<OSSL_PARAM, 6> parameters = {
      octets(OSSL_KDF_PARAM_PASSWORD, passphrase),
      octets(OSSL_KDF_PARAM_SALT, encryption.salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &iterations),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(encryption.digest), 0),
      is_pkcs12 ? OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS12_ID, &id)
                : OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &without_lower_bounds),
      OSSL_PARAM_construct_end()};
  Secret key(size);
  ossl::check(EVP_KDF_derive(context.get(), key.writable().data(), key.size(), parameters.data()) == 1, doing);
  return key;
}

Secret derive_by_md5(const OldEncryption& encryption, const Secret& passphrase) {
  constexpr const char* doing = "derive a key from the passphrase";
  OSSL_LIB_CTX* const library = ossl::Context::of_this_thread().get();
  const ossl::Cipher cipher = ossl::own(ossl::Cipher(EVP_CIPHER_fetch(library, encryption.cipher, nullptr)), doing);
  const Digest digest = ossl::own(Digest(EVP_MD_fetch(library, encryption.digest, nullptr)), doing);
  Secret key(key_octets_of(encryption.cipher));
  ossl::check(EVP_BytesToKey(cipher.get(), digest.get(), encryption.salt.data(), passphrase.bytes().data(),
                             static_cast<int>(passphrase.size()), 1, key.writable().data(),
                             nullptr) == static_cast<int>(key.size()),
              doing);
  return key;
}

struct KeyMaterial {
  Secret key;
  Secret initialization_vector;
};

KeyMaterial derive_all(const OldEncryption& encryption, const Secret& passphrase) {
  const std::size_t size = key_octets_of(encryption.cipher);
  switch (encryption.derivation) {
  case OldDerivation::md5:
    return {derive_by_md5(encryption, passphrase), Secret::copy_of(encryption.initialization_vector)};
  case OldDerivation::pbkdf2:
    return {derive(encryption, "PBKDF2", passphrase.bytes(), Pkcs12Purpose::key, size),
            Secret::copy_of(encryption.initialization_vector)};
  case OldDerivation::pkcs12:
    break;
  }
  const Secret text = as_bmp_string(passphrase);
  return {derive(encryption, "PKCS12KDF", text.bytes(), Pkcs12Purpose::key, size),
          derive(encryption, "PKCS12KDF", text.bytes(), Pkcs12Purpose::initialization_vector, triple_des.block_octets)};
}

/// A wrong passphrase gives right padding once in 256 times, but no structure that begins as every key does.
bool looks_like_key(Bytes der) {
  try {
    Reader outer(der);
    Reader in = outer.enter(der::tag::sequence, "key");
    outer.finish("key");
    in.small_number("version");
    return true;
  } catch (const Malformed&) {
    return false;
  }
}

void check_lengths(const OldEncryption& found, const CipherSizes& cipher) {
  if (found.derivation != OldDerivation::pkcs12 && found.initialization_vector.size() != cipher.block_octets)
    throw Malformed("its initialization vector is not of " + std::to_string(cipher.block_octets) + " octets");
  if (found.ciphertext.empty() || found.ciphertext.size() % cipher.block_octets != 0)
    throw Malformed("its encrypted octets are not whole blocks of the cipher");
}

OldEncryption of_protection(const Protection& found, OldDerivation derivation, const char* digest, std::string_view prf,
                            const char* name) {
  refuse_iterations(found.iterations);
  OldEncryption encryption{.cipher = triple_des.name,
                           .derivation = derivation,
                           .digest = digest,
                           .iterations = found.iterations,
                           .salt = {found.salt.begin(), found.salt.end()},
                           .initialization_vector = {found.initialization_vector.begin(), found.initialization_vector.end()},
                           .ciphertext = found.ciphertext,
                           .description = {name, std::string(prf), found.iterations}};
  check_lengths(encryption, triple_des);
  return encryption;
}

} // namespace

OldEncryption read_old_headers(std::string_view headers, Bytes ciphertext) {
  const std::string_view info = dek_info(headers);
  const std::string_view name = info.substr(0, info.find(','));
  const auto* const cipher =
      std::find_if(header_ciphers.begin(), header_ciphers.end(), [&](const CipherSizes& one) { return one.name == name; });
  if (cipher == header_ciphers.end())
    refuse(name);
  const auto vector = parse_hex(info.substr(std::min(name.size() + 1, info.size())));
  if (!vector || vector->size() != cipher->block_octets)
    throw Malformed("its DEK-Info holds no initialization vector of " + std::to_string(cipher->block_octets) + " octets");
  OldEncryption found{.cipher = cipher->name,
                      .derivation = OldDerivation::md5,
                      .digest = "MD5",
                      .iterations = 1,
                      .salt = {vector->begin(), vector->begin() + header_salt_octets},
                      .initialization_vector = *vector,
                      .ciphertext = ciphertext,
                      .description = {cipher->name, "MD5", 1}};
  check_lengths(found, *cipher);
  return found;
}

OldEncryption read_old_pkcs8(Bytes encrypted_private_key_info) {
  const Protection found = read_protection(encrypted_private_key_info);
  if (found.scheme == pbe_sha1_triple_des_oid)
    return of_protection(found, OldDerivation::pkcs12, "SHA1", "SHA1", "pbeWithSHAAnd3-KeyTripleDES-CBC");
  const Prf* const prf = find_prf(found.prf);
  if (found.scheme != pbes2_oid || found.key_derivation != pbkdf2_oid || found.cipher != triple_des_oid || prf == nullptr)
    refuse(describe_protection(encrypted_private_key_info).cipher);
  return of_protection(found, OldDerivation::pbkdf2, ossl::digest_name(prf->digest), prf->name, triple_des.name);
}

std::optional<Secret> decrypt(const OldEncryption& encryption, const Secret& passphrase) {
  const KeyMaterial material = derive_all(encryption, passphrase);
  auto plain = run_cipher(encryption.cipher, material.key.bytes(), material.initialization_vector.bytes(), encryption.ciphertext,
                          Direction::decrypt);
  if (!plain || !looks_like_key(plain->bytes()))
    return std::nullopt;
  return plain;
}

} // namespace dockpki::x509
