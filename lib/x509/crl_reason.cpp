#include <dockpki/x509/crl.hpp>

namespace dockpki::x509 {

std::string_view to_string(CrlReason reason) {
  switch (reason) {
  case CrlReason::unspecified:
    return "unspecified";
  case CrlReason::key_compromise:
    return "keyCompromise";
  case CrlReason::ca_compromise:
    return "cACompromise";
  case CrlReason::affiliation_changed:
    return "affiliationChanged";
  case CrlReason::superseded:
    return "superseded";
  case CrlReason::cessation_of_operation:
    return "cessationOfOperation";
  case CrlReason::certificate_hold:
    return "certificateHold";
  case CrlReason::remove_from_crl:
    return "removeFromCRL";
  case CrlReason::privilege_withdrawn:
    return "privilegeWithdrawn";
  case CrlReason::aa_compromise:
    return "aACompromise";
  }
  return {}; // a number that RFC 5280 gives no name
}

std::optional<CrlReason> parse_crl_reason(std::string_view text) {
  for (std::uint8_t number = 0; number <= static_cast<std::uint8_t>(CrlReason::aa_compromise); ++number)
    if (const auto reason = static_cast<CrlReason>(number); !text.empty() && to_string(reason) == text)
      return reason;
  return std::nullopt;
}

} // namespace dockpki::x509
