// Why: when a certificate is to be renewed is decided in one place, for `renew`, `status` and `list` alike.
#pragma once

#include <optional>

#include <dockpki/base/time.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::pki {

/// is_due: a third of the life is left (half of it if it was issued for ten days or less, which leaves time for several
/// attempts); with `before`, no more than that is left.
bool is_due(const x509::Validity& validity, TimePoint now, std::optional<Seconds> before);

} // namespace dockpki::pki
