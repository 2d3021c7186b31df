// Why: fingerprints, key identifiers and the seal of the audit log are digests.
#pragma once

#include <array>
#include <cstdint>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

using Sha1Digest = std::array<std::uint8_t, 20>;
using Sha256Digest = std::array<std::uint8_t, 32>;

/// sha256 digests `data` (FIPS 180-4). Throws Errc::crypto.
Sha256Digest sha256(Bytes data);

/// sha1 digests `data`; for the key identifiers of RFC 5280 4.2.1.2 method 1 alone, never for a signature.
Sha1Digest sha1(Bytes data);

} // namespace dockpki::x509
