#include <dockpki/pki/crl.hpp>

#include <algorithm>
#include <array>

#include <dockpki/pki/profile.hpp>

#include "pki/expected_signature.hpp"

namespace dockpki::pki {
namespace {

constexpr std::string_view authority_key_identifier_oid = "2.5.29.35";
constexpr std::string_view crl_number_oid = "2.5.29.20";
constexpr std::string_view reason_code_oid = "2.5.29.21";

/// nullopt for one that dockpki never counts to.
std::optional<std::uint64_t> small_number(const x509::SerialNumber& number) {
  if (!number.is_positive() || number.octets().size() > sizeof(std::uint64_t))
    return std::nullopt;
  std::uint64_t value = 0;
  for (const std::uint8_t octet : number.octets())
    value = value << 8U | octet;
  return value;
}

bool is_greater(const x509::SerialNumber& left, const x509::SerialNumber& right) {
  const Bytes a = left.octets();
  const Bytes b = right.octets();
  return a.size() != b.size() ? a.size() > b.size() : std::ranges::lexicographical_compare(b, a);
}

class CrlLint {
public:
  CrlLint(const x509::CrlContents& contents, const x509::CertificateContents& issuer, const std::optional<LastCrl>& last,
          TimePoint now)
      : contents_(contents), issuer_(issuer), last_(last), now_(now) {}

  std::vector<std::string> run() {
    check_frame();
    check_times();
    check_extensions();
    for (std::size_t i = 0; i < contents_.revoked.size(); ++i)
      check_entry(contents_.revoked[i], i == 0 ? nullptr : &contents_.revoked[i - 1]);
    return std::move(broken_);
  }

private:
  void require(bool holds, std::string_view rule) {
    if (!holds && std::ranges::find(broken_, rule) == broken_.end())
      broken_.emplace_back(rule);
  }

  void check_frame() {
    require(contents_.version == 2, "the version must be 2 (RFC 5280 5.1.2.1)");
    require(contents_.signature_algorithm == expected_signature(issuer_.subject_public_key),
            "the signature algorithm must be that of the authority's key");
    require(contents_.issuer == issuer_.subject, "the issuer must be the authority's subject");
    require(may_sign_lists(issuer_), "the authority must be allowed to sign lists");
    require(!contents_.has_empty_revoked, "revokedCertificates must be absent where nothing is revoked");
  }

  void check_times() {
    require(contents_.this_update == now_, "thisUpdate must be now");
    require(!last_ || contents_.this_update >= last_->this_update, "thisUpdate must not go back");
    require(contents_.next_update && *contents_.next_update > contents_.this_update, "nextUpdate must lie after thisUpdate");
    require(contents_.next_update && *contents_.next_update <= issuer_.validity.not_after,
            "nextUpdate must not lie past the authority's end");
  }

  void check_extensions() {
    constexpr std::array profile = {authority_key_identifier_oid, crl_number_oid};
    require(std::ranges::equal(contents_.extensions, profile, {}, &x509::Extension::oid),
            "the extensions must be authorityKeyIdentifier and cRLNumber");
    require(std::ranges::none_of(contents_.extensions, &x509::Extension::critical), "no extension may be critical");
    require(contents_.authority_key_identifier == pki::authority_key_identifier(issuer_),
            "authorityKeyIdentifier must be the authority's subjectKeyIdentifier, or its key's where it has none");
    require(!contents_.authority_has_issuer_and_serial,
            "authorityKeyIdentifier must not hold issuer and serial: it breaks rotation");
    const std::optional<std::uint64_t> number = contents_.crl_number ? small_number(*contents_.crl_number) : std::nullopt;
    require(number && *number == (last_ ? last_->number + 1 : 1), "cRLNumber must be one more than the last list's");
  }

  void check_entry(const x509::RevokedCertificate& entry, const x509::RevokedCertificate* before) {
    require(entry.serial_number.is_positive(), "every serial number must be positive");
    require(before == nullptr || is_greater(entry.serial_number, before->serial_number),
            "the entries must stand in the order of their serial numbers, each once");
    require(entry.revocation_date <= contents_.this_update, "no revocation may lie after thisUpdate");
    for (const x509::Extension& extension : entry.extensions) {
      require(extension.oid == reason_code_oid, "an entry must have no extension but reasonCode");
      require(!extension.critical, "no extension may be critical");
    }
    if (entry.extensions.empty())
      return;
    const auto reason = x509::parse_crl_reason(entry.reason);
    require(reason && *reason != x509::CrlReason::unspecified && !objection_to(*reason),
            "every reason must be one of a leaf's, and absent where it is unspecified");
  }

  const x509::CrlContents& contents_;
  const x509::CertificateContents& issuer_;
  const std::optional<LastCrl>& last_;
  TimePoint now_;
  std::vector<std::string> broken_;
};

} // namespace

std::vector<std::string> lint(const x509::CrlContents& contents, const x509::CertificateContents& issuer,
                              const std::optional<LastCrl>& last, TimePoint now) {
  return CrlLint(contents, issuer, last, now).run();
}

} // namespace dockpki::pki
