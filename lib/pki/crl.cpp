#include <dockpki/pki/crl.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/pki/issuer.hpp>

namespace dockpki::pki {
namespace {

/// In the order of the numbers: in their shortest form, more octets are a greater one.
bool is_before(const x509::SerialNumber& left, const x509::SerialNumber& right) {
  const Bytes a = left.octets();
  const Bytes b = right.octets();
  return a.size() != b.size() ? a.size() < b.size() : std::ranges::lexicographical_compare(a, b);
}

void check_authority(const x509::Certificate& authority, TimePoint now) {
  leaf_validity(now, Seconds(1), authority);
  if (!may_sign_lists(authority.contents()))
    throw Error(Errc::refused,
                "failed to make a revocation list of authority '" + authority.contents().subject.text() +
                    "': its certificate may not sign lists: keyUsage lacks cRLSign",
                "a new generation of it may: dockpki rotate-ca begin");
}

/// Neither thisUpdate nor what was revoked may lie in the future.
void check_clock(const x509::Certificate& authority, const CrlOrder& order, TimePoint now) {
  TimePoint latest = order.last ? order.last->this_update : now;
  for (const RevokedLeaf& leaf : order.revoked)
    latest = std::max(latest, leaf.revocation.revocation_date);
  if (now >= latest)
    return;
  throw Error(Errc::refused,
              "failed to make a revocation list of authority '" + authority.contents().subject.text() +
                  "': the last one, or a revocation, is of " + format_rfc3339(latest) +
                  ", which is still to come by this machine's clock",
              "check this machine's clock: it says " + format_rfc3339(now));
}

void require_same(bool same, std::string_view what) {
  if (!same)
    throw Error(Errc::crypto,
                "failed to read back the revocation list just signed: another " + std::string(what) + " than asked for");
}

bool is_same_entry(const x509::RevokedCertificate& found, const x509::Revocation& asked) {
  const std::string reason = asked.reason == x509::CrlReason::unspecified ? "" : std::string(to_string(asked.reason));
  return found.serial_number == asked.serial_number && found.revocation_date == asked.revocation_date && found.reason == reason;
}

/// What was signed must be what was asked for, as the reader sees it.
void compare(const x509::Crl& crl, const x509::CrlFields& asked, const x509::PublicKey& signer) {
  const x509::CrlContents& found = crl.contents();
  require_same(found.issuer == asked.issuer, "issuer");
  require_same(found.this_update == asked.this_update && found.next_update == asked.next_update, "time");
  require_same(std::ranges::equal(found.revoked, asked.revoked, is_same_entry), "set of revoked certificates");
  require_same(crl.is_signed_by(signer), "signature");
}

} // namespace

bool belongs_on_list(const RevokedLeaf& leaf, const std::optional<LastCrl>& last) {
  return !leaf.not_after || !last || last->this_update <= *leaf.not_after;
}

std::optional<std::string> objection_to(x509::CrlReason reason) {
  switch (reason) {
  case x509::CrlReason::ca_compromise:
    return "it is about an authority's own certificate; for a key that came into other hands, give keyCompromise";
  case x509::CrlReason::aa_compromise:
    return "it is about attribute authorities; for a key that came into other hands, give keyCompromise";
  case x509::CrlReason::certificate_hold:
  case x509::CrlReason::remove_from_crl:
    return "a revocation is for good, and is neither put on hold nor taken back: issue a new certificate instead";
  default:
    return std::nullopt;
  }
}

CrlPlan plan_crl(const x509::Certificate& authority, const CrlOrder& order, TimePoint now) {
  check_authority(authority, now);
  check_clock(authority, order, now);
  const x509::CertificateContents& contents = authority.contents();
  CrlPlan plan{.fields = {.issuer = contents.subject,
                          .this_update = now,
                          .next_update = std::min(now + order.lifetime, contents.validity.not_after),
                          .revoked = {},
                          .authority_key_identifier = pki::authority_key_identifier(contents),
                          .crl_number = order.last ? order.last->number + 1 : 1}};
  plan.shortened = plan.fields.next_update < now + order.lifetime;
  for (const RevokedLeaf& leaf : order.revoked)
    if (belongs_on_list(leaf, order.last))
      plan.fields.revoked.push_back(leaf.revocation);
  std::ranges::sort(plan.fields.revoked, is_before, &x509::Revocation::serial_number);
  return plan;
}

x509::Crl Issuer::sign_crl(const x509::CrlFields& fields, const std::optional<LastCrl>& last, TimePoint now) const {
  const std::vector<std::uint8_t> tbs = x509::encode_tbs_cert_list(fields, key_.signature_algorithm());
  const std::vector<std::string> broken = lint(x509::parse_tbs_cert_list(tbs), certificate_.contents(), last, now);
  if (!broken.empty())
    throw Error(Errc::refused, "failed to make a revocation list: it breaks the profile: " + broken.front());
  x509::Crl crl = x509::Crl::assemble(tbs, key_.signature_algorithm(), key_.sign(tbs));
  compare(crl, fields, key_.public_key());
  return crl;
}

} // namespace dockpki::pki
