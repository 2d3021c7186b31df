// Why: whether a certificate is for a host is Go's to say where Docker is the client.
#pragma once

#include <string>

#include <dockpki/x509/certificate.hpp>

namespace dockpki::app {

/// fits_host: an address must be among the addresses; a name must equal one of the DNS names, or a wildcard that stands for its
/// first label. The common name does not count (Go crypto/x509 VerifyHostname, since 1.15), nor does a lone "*" (since 1.2x).
bool fits_host(const x509::GeneralNames& names, const std::string& host);

} // namespace dockpki::app
