// Why: the rules that a whole chain has to keep, apart from its links.
#pragma once

#include <string>
#include <vector>

#include <dockpki/goverify/verify.hpp>

namespace dockpki::goverify {

using Chain = std::vector<CertificatePtr>; ///< the leaf first

/// What the name constraints of `authority` say against the names in `below`: empty if nothing (RFC 5280 4.2.1.10 as Go reads
/// it).
std::string constraint_fault(const Certificate& authority, const Chain& below, const Rules& rules);

/// True if an explicit policy that some certificate asks for is there (RFC 5280 6.1, RFC 9618). The last one of the chain, the
/// trust anchor, is not asked.
bool has_valid_policies(const Chain& chain);

} // namespace dockpki::goverify
