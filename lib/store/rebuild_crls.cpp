// What the revocation lists in the authorities' folders still say. Where the log and the inventory are damaged, they are what
// remembers who is revoked.
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/crl.hpp>
#include <dockpki/x509/pem.hpp>

#include "store/layout.hpp"
#include "store/rebuild.hpp"

namespace dockpki::store {
namespace {

/// The list in `path`, if `signer` signed it.
std::optional<x509::Crl> read_crl(const files::Path& path, const x509::PublicKey& signer) {
  try {
    x509::Crl crl = x509::Crl::from_der(files::read_file(path, "revocation list", x509::largest_input).bytes());
    return crl.is_signed_by(signer) && crl.contents().crl_number ? std::optional(std::move(crl)) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt; // there is none, or none that tells anything
  }
}

/// The number of a list of ours, which fits.
std::uint64_t number_of(const x509::Crl& crl) {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : crl.contents().crl_number->octets())
    number = number << 8U | octet;
  return number;
}

} // namespace

void Rebuild::add_from_crls() {
  for (const AuthorityRecord& authority : model_->authorities()) {
    if (authority.certificate.empty())
      continue;
    const x509::PublicKey signer = x509::Certificate::from_der(authority.certificate).contents().subject_public_key;
    const files::Path path = home_.authority(authority.name) / crl_der_file;
    const std::optional<x509::Crl> crl = read_crl(path, signer);
    if (!crl)
      continue;
    const std::string source = "in '" + path.string() + "'";
    for (const x509::RevokedCertificate& one : crl->contents().revoked)
      add(CertificateRevoked{authority.name,
                             one.serial_number.text(),
                             x509::parse_crl_reason(one.reason).value_or(x509::CrlReason::unspecified),
                             pki::Kind::server,
                             {}},
          one.revocation_date, source);
    add(CrlMade{authority.name, number_of(*crl), crl->contents().this_update,
                crl->contents().next_update.value_or(crl->contents().this_update), to_hex(crl->fingerprint())},
        crl->contents().this_update, source);
  }
}

} // namespace dockpki::store
