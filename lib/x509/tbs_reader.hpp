// Why: a certificate reads its TBSCertificate in its place, so that a fault is told where it stands.
#pragma once

#include <dockpki/x509/certificate.hpp>

#include "x509/der.hpp"

namespace dockpki::x509 {

struct TbsParts {
  CertificateContents contents;
  Bytes signature_algorithm; ///< the whole AlgorithmIdentifier
};

/// read_tbs reads a TBSCertificate. Throws der::Malformed.
TbsParts read_tbs(der::Reader& in);

} // namespace dockpki::x509
