// Why: keys protected in ways that nobody should use any more are read once, when they are taken over. Kept apart from the one
// way that dockpki writes, so that no key of ours is ever read so.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/x509/key.hpp>

namespace dockpki::x509 {

enum class OldDerivation {
  md5,    ///< RFC 1421 headers: OpenSSL's EVP_BytesToKey, one round of MD5
  pbkdf2, ///< PKCS #8, PBES2
  pkcs12  ///< PKCS #8, RFC 7292 appendix B, SHA-1
};

/// OldEncryption is what the headers of a PEM block, or an EncryptedPrivateKeyInfo, say of their protection.
struct OldEncryption {
  const char* cipher = nullptr; ///< OpenSSL's name
  OldDerivation derivation = OldDerivation::md5;
  const char* digest = nullptr; ///< of the derivation, OpenSSL's name
  std::uint64_t iterations = 1;
  std::vector<std::uint8_t> salt;
  std::vector<std::uint8_t> initialization_vector; ///< derived as well with OldDerivation::pkcs12
  Bytes ciphertext;                                ///< points into what was read
  Pkcs8Encryption description;                     ///< the same for people
};

/// read_old_headers reads "DEK-Info: DES-EDE3-CBC,0123456789ABCDEF" (RFC 1421 4.6.1.3) with triple DES or AES. Throws
/// der::Malformed for everything else.
OldEncryption read_old_headers(std::string_view headers, Bytes ciphertext);

/// read_old_pkcs8 reads an EncryptedPrivateKeyInfo with triple DES, by PBES2 with PBKDF2 or by pbeWithSHAAnd3-KeyTripleDES-CBC.
/// Throws der::Malformed for everything else, and for a count of iterations that nobody uses.
OldEncryption read_old_pkcs8(Bytes encrypted_private_key_info);

/// decrypt gives what was encrypted; nullopt if padding or contents show that the passphrase is wrong. Throws Errc::crypto.
std::optional<Secret> decrypt(const OldEncryption& encryption, const Secret& passphrase);

} // namespace dockpki::x509
