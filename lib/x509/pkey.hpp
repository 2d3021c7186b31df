// Why: OpenSSL's key objects are made from numbers that we have read ourselves: its decoders cost milliseconds at first use.
#pragma once

#include <optional>
#include <string>

#include <dockpki/base/secret.hpp>

#include "x509/curve.hpp"
#include "x509/key_numbers.hpp"
#include "x509/ossl/context.hpp"
#include "x509/ossl/handle.hpp"

namespace dockpki::x509 {

/// Null if OpenSSL does not take them: a point that is not on its curve, say.
ossl::Pkey make_ec_public_pkey(OSSL_LIB_CTX* library, const Curve& curve, Bytes point);
ossl::Pkey make_rsa_public_pkey(OSSL_LIB_CTX* library, Bytes modulus, Bytes exponent);
ossl::Pkey make_ed25519_public_pkey(OSSL_LIB_CTX* library, Bytes key);

/// The public point of `scalar`, uncompressed. Throws der::Malformed if the scalar is not from 1 to the order less 1.
std::vector<std::uint8_t> ec_public_point(OSSL_LIB_CTX* library, const Curve& curve, const Secret& scalar);

/// make_private_pkey completes what is not given in `numbers` (the public half), checks that both halves fit, and gives the
/// key object. Throws der::Malformed where they do not fit, Errc::crypto.
ossl::Pkey make_private_pkey(OSSL_LIB_CTX* library, KeyNumbers& numbers);

} // namespace dockpki::x509
