// Why: keys encrypted in ways that nobody should use any more are read once, when they are taken over; for that OpenSSL's decoder
// may be slow, and need not be written anew.
#pragma once

#include <optional>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509::ossl {

enum class Encoding { pem, der };

/// decode_private_key gives the PrivateKeyInfo (PKCS #8, DER) of an encrypted private key; nullopt if OpenSSL does not read it
/// with this passphrase. Throws Errc::crypto.
std::optional<Secret> decode_private_key(Bytes encoded, Encoding encoding, const Secret& passphrase);

} // namespace dockpki::x509::ossl
