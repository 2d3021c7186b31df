// Why: Docker's verdict is Go's, and Go takes keys that dockpki would never make: P-224, short RSA. What it makes of them is
// computed here, from numbers that others have read.
#pragma once

#include <cstdint>
#include <vector>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509::lenient {

enum class Curve { p224, p256, p384, p521 };
/// Of a scalar or a coordinate.
std::size_t octets_of(Curve curve) noexcept;

enum class Hash { none, sha1, sha256, sha384, sha512 };

/// Big-endian, without leading zero octets.
struct RsaPublicKey {
  std::vector<std::uint8_t> modulus;
  std::vector<std::uint8_t> exponent;
};
struct RsaPrivateKey {
  RsaPublicKey public_key;
  Secret private_exponent;
  Secret prime1;
  Secret prime2;
};

/// True if `point`, uncompressed, lies on the curve.
bool is_on_curve(Curve curve, Bytes point);
/// The uncompressed point of a private scalar; empty if that is zero or not below the curve's order.
std::vector<std::uint8_t> public_point(Curve curve, Bytes scalar);
/// The 32 octets that belong to the 32 of `seed`.
std::vector<std::uint8_t> ed25519_public_key(Bytes seed);
/// n = p q, and d fits e modulo p - 1 and q - 1: what Go's rsa.PrivateKey.Validate asks.
bool is_consistent(const RsaPrivateKey& key);

/// Each is false for a signature, or a key, that OpenSSL takes for none. RSA-PSS with a salt as long as the hash.
bool verifies_pkcs1(const RsaPublicKey& key, Hash hash, Bytes data, Bytes signature);
bool verifies_pss(const RsaPublicKey& key, Hash hash, Bytes data, Bytes signature);
bool verifies_ecdsa(Curve curve, Bytes point, Hash hash, Bytes data, Bytes signature);
bool verifies_ed25519(Bytes key, Bytes data, Bytes signature);

} // namespace dockpki::x509::lenient
