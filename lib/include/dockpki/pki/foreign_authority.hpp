// Why: an authority that somebody made by hand can sign on if it is sound enough; what is weak about it must be said once, in
// words that tell who will stumble over it.
#pragma once

#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::pki {

/// weaknesses_of gives a sentence for each thing about the certificate of an authority that dockpki would have made otherwise.
/// Throws Errc::refused, with a hint, for what must not sign: not an authority's, not signed by itself, expired or not valid yet,
/// a weak key, MD5, usages that no leaf for Docker may have, or constraints that dockpki does not weigh.
std::vector<std::string> weaknesses_of(const x509::Certificate& authority, TimePoint now);

/// is_signed_by_itself: subject and issuer are one name, and where the signature's algorithm is one that dockpki knows, it holds.
bool is_signed_by_itself(const x509::Certificate& certificate);

} // namespace dockpki::pki
