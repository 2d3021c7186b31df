// Why: what leaves the house encrypted must be told from what somebody changed, and must open without dockpki as well: CMS
// (RFC 5652) with authenticated encryption (RFC 5083).
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

/// The most that is encrypted as one: 1 GiB.
inline constexpr std::size_t largest_content = 1U << 30U;

/// write_enveloped gives the DER of a CMS ContentInfo: AuthEnvelopedData with one recipient, which is whoever knows the
/// passphrase. AES-256-GCM, its key wrapped by one that PBKDF2 with HMAC-SHA256 and pbkdf2_iterations derives. Throws Errc::usage
/// for a passphrase that is empty or has a zero octet in it (other software would read another one), Errc::refused for more than
/// largest_content, Errc::crypto.
std::vector<std::uint8_t> write_enveloped(Bytes content, const Secret& passphrase);

/// read_enveloped gives the content of what write_enveloped wrote, with every octet as it was, or none of it. Other CMS is
/// refused. `passphrase` is called once the structure is known to be whole. `thing` and `name` are what messages call it:
/// "backup", "pki.cms". Throws Errc::invalid_input (cut off, changed, or something else), Errc::wrong_passphrase (or the wrapped
/// key was changed: nobody can tell).
Secret read_enveloped(Bytes der, std::string_view thing, std::string_view name, const std::function<Secret()>& passphrase);

} // namespace dockpki::x509
