// Why: the one way in which dockpki encrypts a private key (RFC 8018 PBES2), and the near relations that it reads.
#pragma once

#include <optional>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/x509/key.hpp>

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

/// nullopt if it is well-formed but not PBES2 with PBKDF2 and AES-CBC. Throws der::Malformed, for a count of iterations
/// that nobody uses as well.
std::optional<Pbes2> read_pbes2(Bytes encrypted_private_key_info);

/// The same for people; never refuses what is well-formed.
Pkcs8Encryption describe_protection(Bytes encrypted_private_key_info);

/// decrypt gives the PrivateKeyInfo; nullopt if the padding shows that the passphrase is wrong. A wrong one can pass by luck.
std::optional<Secret> decrypt(const Pbes2& protection, const Secret& passphrase);

/// encrypt gives an EncryptedPrivateKeyInfo: AES-256-CBC, PBKDF2 with HMAC-SHA256, pbkdf2_iterations, 16 octets of salt.
std::vector<std::uint8_t> encrypt(Bytes private_key_info, const Secret& passphrase);

} // namespace dockpki::x509
