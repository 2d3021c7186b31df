// Why: key pairs of the few kinds that Docker's Go and the outside judges agree on, and the only two forms in
// which dockpki writes a private key: encrypted PKCS#8 for the authority, plain PKCS#8 for Docker (which reads no other).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/x509/digest.hpp>

namespace dockpki::x509 {

/// KeyType is what dockpki generates.
enum class KeyType { p256, p384, rsa3072, rsa4096, ed25519 };

inline constexpr std::array all_key_types = {KeyType::p256, KeyType::p384, KeyType::rsa3072, KeyType::rsa4096, KeyType::ed25519};

std::string_view to_string(KeyType type);
std::optional<KeyType> parse_key_type(std::string_view text);
/// description_of gives what PublicKey::description says of such a key: "ECDSA P-256", "RSA 3072", "Ed25519".
std::string_view description_of(KeyType type);

enum class SignatureAlgorithm {
  ecdsa_with_sha256, // RFC 5758 3.2
  ecdsa_with_sha384,
  ecdsa_with_sha512,
  rsa_with_sha256, // RFC 4055 5: PKCS #1 v1.5, parameters NULL
  rsa_with_sha384,
  rsa_with_sha512,
  ed25519 // RFC 8410
};

std::string_view to_string(SignatureAlgorithm algorithm);

/// PublicKey is a SubjectPublicKeyInfo (RFC 5280 4.1.2.7).
/// Any well-formed one can be held and shown; only ECDSA on P-256, P-384 and P-521, RSA and Ed25519 verify a signature.
class PublicKey {
public:
  enum class Algorithm { ec, rsa, ed25519, other };

  /// Reads DER, strictly. Throws Errc::invalid_input if it is not exactly one SubjectPublicKeyInfo.
  static PublicKey from_der(Bytes der);

  [[nodiscard]] Bytes der() const noexcept { return der_; }
  [[nodiscard]] Algorithm algorithm() const noexcept { return algorithm_; }
  /// "ECDSA P-256", "RSA 3072", "Ed25519", or the algorithm's object identifier.
  [[nodiscard]] const std::string& description() const noexcept { return description_; }
  /// The contents of subjectPublicKey without the count of unused bits: what key identifiers are made of.
  [[nodiscard]] Bytes subject_public_key() const noexcept;
  /// RFC 5280 4.2.1.2 method 1: SHA-1 of subject_public_key().
  [[nodiscard]] Sha1Digest key_identifier() const;
  /// Why this key must not be certified (RSA under 2048 or over 8192 bits, an exponent other than 65537, a curve other than
  /// P-256, P-384 and P-521, a point not on its curve, an algorithm that is not known); nullopt if it may be.
  [[nodiscard]] std::optional<std::string> weakness() const;
  /// True if `signature` over `data` was made by the private half. Throws Errc::invalid_input where key and algorithm do not go
  /// together.
  [[nodiscard]] bool verifies(Bytes data, Bytes signature, SignatureAlgorithm algorithm) const;
  bool operator==(const PublicKey& other) const noexcept { return der_ == other.der_; }

private:
  PublicKey() = default;
  std::vector<std::uint8_t> der_;
  Algorithm algorithm_ = Algorithm::other;
  std::string description_;
  std::string curve_; // for EC: OpenSSL's group name, empty if it is not one of the three
  std::size_t key_offset_ = 0;
};

/// Pkcs8Encryption tells how an EncryptedPrivateKeyInfo is protected (RFC 8018 PBES2).
struct Pkcs8Encryption {
  std::string cipher; ///< "AES-256-CBC", or the object identifier
  std::string prf;    ///< "HMAC-SHA256", ...
  std::uint64_t iterations = 0;
};

/// The least that dockpki accepts of itself: AES-256-CBC, PBKDF2 with HMAC-SHA256 and this count.
inline constexpr std::uint64_t pbkdf2_iterations = 600'000;

/// PrivateKey owns a key pair. Move-only; its memory is wiped by OpenSSL at the end.
/// It may be moved to another thread; two threads that sign at once should each have their own (from_pkcs8).
class PrivateKey {
public:
  /// Generates a key pair. RSA takes seconds: `tick`, if given, is called now and then from the calling thread.
  /// Throws Errc::crypto.
  static PrivateKey generate(KeyType type, const std::function<void()>& tick = {});

  /// Reads PrivateKeyInfo (RFC 5958, version 0 or 1) DER of a supported kind, checks that its public half fits.
  /// Throws Errc::invalid_input.
  static PrivateKey from_pkcs8(Bytes der);

  /// Reads one PEM "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY" (SEC 1) or "RSA PRIVATE KEY" (PKCS #1), and nothing
  /// else. `passphrase` is called only if the key is encrypted. Throws Errc::wrong_passphrase, Errc::invalid_input. `name` is
  /// what messages call it, a path as a rule.
  static PrivateKey from_pem(Bytes pem, std::string_view name, const std::function<Secret()>& passphrase = {});

  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();

  [[nodiscard]] const PublicKey& public_key() const noexcept;
  /// nullopt for a key that dockpki reads but does not generate (RSA 2048, P-521).
  [[nodiscard]] std::optional<KeyType> type() const noexcept;
  /// What this key signs certificates with: SHA-256, but SHA-384 with P-384 and SHA-512 with P-521.
  [[nodiscard]] SignatureAlgorithm signature_algorithm() const noexcept;
  [[nodiscard]] std::vector<std::uint8_t> sign(Bytes data) const;

  /// PrivateKeyInfo, DER, in the clear.
  [[nodiscard]] Secret unencrypted_pkcs8() const;
  /// "-----BEGIN PRIVATE KEY-----": in the clear, as Docker needs it.
  [[nodiscard]] Secret write_unencrypted_pem() const;
  /// "-----BEGIN ENCRYPTED PRIVATE KEY-----": PBES2, AES-256-CBC, PBKDF2-HMAC-SHA256, pbkdf2_iterations, 16 octets of salt.
  /// What was written is read again, and cipher, PRF and count compared, before it is returned. Throws Errc::crypto.
  [[nodiscard]] Secret write_encrypted_pem(const Secret& passphrase) const;

  struct Impl;

private:
  explicit PrivateKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// describe_encryption reads how the PEM of a key is protected; nullopt if it is not encrypted.
/// Throws Errc::invalid_input if it is not the PEM of one private key.
std::optional<Pkcs8Encryption> describe_encryption(Bytes pem);

} // namespace dockpki::x509
