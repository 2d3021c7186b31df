// Why: private keys are taken apart and put together here, in memory that is wiped, without OpenSSL's decoders and encoders.
#pragma once

#include <variant>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/x509/key.hpp>

#include "x509/curve.hpp"
#include "x509/der.hpp"

namespace dockpki::x509 {

struct EcNumbers {
  const Curve* curve = nullptr;
  Secret scalar;                   ///< curve->octets of them
  std::vector<std::uint8_t> point; ///< uncompressed; empty where it was not given along
};

/// RFC 8017 3.2; big-endian, without leading zero octets.
struct RsaNumbers {
  std::vector<std::uint8_t> modulus;
  std::vector<std::uint8_t> public_exponent;
  Secret private_exponent;
  Secret prime1;
  Secret prime2;
  Secret exponent1;
  Secret exponent2;
  Secret coefficient;
};

struct Ed25519Numbers {
  Secret seed;                          ///< 32 octets
  std::vector<std::uint8_t> public_key; ///< 32 octets; empty where it was not given along
};

using KeyNumbers = std::variant<EcNumbers, RsaNumbers, Ed25519Numbers>;

/// read_pkcs8 reads PrivateKeyInfo (RFC 5958). Throws der::Malformed.
KeyNumbers read_pkcs8(Bytes der);
/// read_sec1 reads ECPrivateKey (RFC 5915) that names its curve itself. Throws der::Malformed.
KeyNumbers read_sec1(Bytes der);
/// read_pkcs1 reads RSAPrivateKey (RFC 8017 A.1.2) of two primes. Throws der::Malformed.
KeyNumbers read_pkcs1(Bytes der);
/// True if `der` has the outer shape of PrivateKeyInfo: what tells a wrong passphrase from a key that is not supported.
bool looks_like_pkcs8(Bytes der);

/// PrivateKeyInfo version 0 as `openssl genpkey` writes it.
Secret write_pkcs8(const KeyNumbers& numbers);

/// SubjectPublicKeyInfo.
std::vector<std::uint8_t> write_ec_public_key(const Curve& curve, Bytes point);
std::vector<std::uint8_t> write_rsa_public_key(Bytes modulus, Bytes exponent);
std::vector<std::uint8_t> write_ed25519_public_key(Bytes key);

} // namespace dockpki::x509
