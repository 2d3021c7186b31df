// Why: which private keys Go can read, and what public half each has.
#pragma once

#include <dockpki/goverify/certificate.hpp>

namespace dockpki::goverify {

/// public_half_of reads PKCS #1, PKCS #8 or SEC 1, in Go's order (crypto/tls, parsePrivateKey). Throws Refusal.
PublicKey public_half_of(Bytes der, const Rules& rules);

} // namespace dockpki::goverify
