// Why: the one way in which dockpki encrypts a private key (RFC 8018 PBES2), and the near relations that it reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/x509/key.hpp>

#include "x509/der.hpp"
#include "x509/ossl/context.hpp"

namespace dockpki::x509 {

/// Pbes2 is what an EncryptedPrivateKeyInfo says; it points into what was read.
struct Pbes2 {
  const char* cipher = nullptr; ///< OpenSSL's name
  std::size_t key_octets = 0;
  ossl::Digest prf = ossl::Digest::sha1;
  std::uint64_t iterations = 0;
  Bytes salt;
  Bytes initialization_vector;
  Bytes ciphertext;
};

inline constexpr std::string_view pbes2_oid = "1.2.840.113549.1.5.13";
inline constexpr std::string_view pbkdf2_oid = "1.2.840.113549.1.5.12";
inline constexpr std::string_view hmac_sha256_oid = "1.2.840.113549.2.9";
inline constexpr std::string_view aes256_cbc_oid = "2.16.840.1.101.3.4.1.42";
inline constexpr std::string_view triple_des_oid = "1.2.840.113549.3.7";

/// Protection is the same as it stands there, known or not: object identifiers, dotted. It points into what was read.
struct Protection {
  std::string scheme;
  std::string key_derivation; ///< only of PBES2
  std::string cipher;         ///< only of PBES2
  std::string prf;            ///< only of PBKDF2
  std::uint64_t iterations = 0;
  std::optional<std::uint64_t> key_octets;
  Bytes salt;
  Bytes initialization_vector;
  Bytes ciphertext;
};

/// Throws der::Malformed.
Protection read_protection(Bytes encrypted_private_key_info);

struct Prf {
  std::string_view oid;
  const char* name;
  ossl::Digest digest;
};

/// nullptr for one that is not known.
const Prf* find_prf(std::string_view oid);

/// refuse_iterations throws der::Malformed for a count that nobody uses: it would take for ever.
void refuse_iterations(std::uint64_t iterations);

/// nullopt if it is well-formed but not PBES2 with PBKDF2 and AES-CBC. Throws der::Malformed, for a count of iterations
/// that nobody uses as well.
std::optional<Pbes2> read_pbes2(Bytes encrypted_private_key_info);

/// The same for people; never refuses what is well-formed.
Pkcs8Encryption describe_protection(Bytes encrypted_private_key_info);

/// The parameters of PBKDF2 into the fields of `found` that are about it. Throws der::Malformed.
void read_pbkdf2(der::Reader& in, Protection& found);

/// What stands in the AlgorithmIdentifier of PBKDF2 with HMAC-SHA256.
void write_pbkdf2(der::Writer& out, Bytes salt, std::uint64_t iterations);

/// derive_key runs PBKDF2 with the salt, count, PRF and length of key that `protection` tells. Throws Errc::crypto.
Secret derive_key(const Pbes2& protection, const Secret& passphrase);

/// decrypt gives the PrivateKeyInfo; nullopt if the padding shows that the passphrase is wrong. A wrong one can pass by luck.
std::optional<Secret> decrypt(const Pbes2& protection, const Secret& passphrase);

/// encrypt gives an EncryptedPrivateKeyInfo: AES-256-CBC, PBKDF2 with HMAC-SHA256, pbkdf2_iterations, 16 octets of salt.
std::vector<std::uint8_t> encrypt(Bytes private_key_info, const Secret& passphrase);

} // namespace dockpki::x509
