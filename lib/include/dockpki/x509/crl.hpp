// Why: `dockpki show` explains certificate revocation lists (RFC 5280 5). Docker itself reads none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/x509/certificate.hpp>

namespace dockpki::x509 {

struct RevokedCertificate {
  SerialNumber serial_number;
  TimePoint revocation_date;
  std::string reason{}; ///< "keyCompromise", ...; empty where none is given
};

struct CrlContents {
  DistinguishedName issuer;
  TimePoint this_update;
  std::optional<TimePoint> next_update{};
  std::optional<SerialNumber> crl_number{};
  std::string signature_algorithm; ///< dotted
  std::vector<RevokedCertificate> revoked{};
};

/// parse_crl reads exactly one CertificateList, strictly DER. Throws Errc::invalid_input. Does not verify the signature.
CrlContents parse_crl(Bytes der);

} // namespace dockpki::x509
