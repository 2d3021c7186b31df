// Why: the readers of certificates, requests and lists read a Name in its place, so that a fault is told where it stands.
#pragma once

#include <vector>

#include <dockpki/x509/certificate.hpp>

#include "x509/der.hpp"

namespace dockpki::x509 {

/// read_name reads a Name. Throws der::Malformed.
DistinguishedName read_name(der::Reader& in, std::string_view what);

} // namespace dockpki::x509
