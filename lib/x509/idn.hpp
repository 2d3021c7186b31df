// Why: libidn2 is loaded only when a name is not ASCII: nobody else pays for it, at build or at run time.
#pragma once

#include <string>
#include <string_view>

namespace dockpki::x509 {

/// to_a_labels converts a name in UTF-8 by IDNA 2008 (RFC 5891) with the mapping of UTS 46, not transitional.
/// Throws Errc::usage if libidn2 is not there or refuses the name.
std::string to_a_labels(std::string_view name);

} // namespace dockpki::x509
