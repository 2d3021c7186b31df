// Why: the key of a CMS message is itself encrypted with one that is made of a passphrase; RFC 3211 says how.
#pragma once

#include <optional>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

/// wrap_key encrypts `key` (3 to 255 octets) with AES-256-CBC, twice, as RFC 3211 2.3.1 says: with its length and a check in
/// front, and random octets behind. Throws Errc::crypto.
Secret wrap_key(Bytes key, Bytes key_encryption_key, Bytes initialization_vector);

/// unwrap_key gives the key back (RFC 3211 2.3.2); nullopt if its check does not hold or `wrapped` is of an impossible length. A
/// wrong key-encryption key passes once in some ten million times, and gives another key then.
std::optional<Secret> unwrap_key(Bytes wrapped, Bytes key_encryption_key, Bytes initialization_vector);

} // namespace dockpki::x509
