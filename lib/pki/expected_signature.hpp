// Why: an authority signs certificates and revocation lists with one and the same algorithm; both lints ask for it.
#pragma once

#include <string_view>

#include <dockpki/x509/key.hpp>

namespace dockpki::pki {

/// The object identifier of what an authority's key signs with (RFC 5758 3.2, RFC 4055 5, RFC 8410 3): SHA-256, but SHA-384 with
/// P-384 and SHA-512 with P-521. Empty for a key that signs nothing.
std::string_view expected_signature(const x509::PublicKey& key);

} // namespace dockpki::pki
