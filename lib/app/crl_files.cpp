#include "app/crl_files.hpp"

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/pki/profile.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/authority_files.hpp"

namespace dockpki::app {
std::vector<store::AuthorityRecord> crl_authorities(store::Inventory& inventory, MayNot may_not) {
  std::vector<store::AuthorityRecord> authorities = inventory.authorities();
  std::erase_if(authorities, [&](const store::AuthorityRecord& authority) {
    return !store::is_established(authority.state) || (may_not == MayNot::left_out && !may_sign_lists(authority));
  });
  return authorities;
}

bool may_sign_lists(const store::AuthorityRecord& authority) {
  return pki::may_sign_lists(x509::Certificate::from_der(authority.certificate).contents());
}

std::optional<store::CrlRecord> last_crl(store::Inventory& inventory, const std::string& authority) {
  std::optional<store::CrlRecord> last;
  for (store::CrlRecord& record : inventory.crls())
    if (record.authority == authority && (!last || record.number > last->number))
      last = std::move(record);
  return last;
}

pki::CrlOrder crl_order(store::Inventory& inventory, const std::string& authority) {
  pki::CrlOrder order;
  for (const store::CertificateRecord& record : inventory.certificates()) {
    if (record.authority != authority || !record.revocation)
      continue;
    const std::optional<x509::SerialNumber> serial = x509::SerialNumber::parse(record.serial);
    if (!serial)
      throw Error(Errc::damaged, "failed to make a revocation list: '" + record.serial + "' is no serial number");
    const bool has_validity = record.not_after != TimePoint{};
    order.revoked.push_back({.revocation = {*serial, record.revocation->at, record.revocation->reason},
                             .not_after = has_validity ? std::optional(record.not_after) : std::nullopt});
  }
  if (const auto last = last_crl(inventory, authority))
    order.last = {.number = last->number, .this_update = last->this_update};
  return order;
}

MadeCrl describe_crl(const store::Home& home, const std::string& authority, const pki::CrlPlan& plan) {
  return {.authority = authority,
          .number = plan.fields.crl_number,
          .this_update = plan.fields.this_update,
          .next_update = plan.fields.next_update,
          .revoked = plan.fields.revoked.size(),
          .pem = home.authority(authority) / crl_pem_name,
          .der = home.authority(authority) / crl_der_name,
          .out = {}};
}

std::map<std::string, pki::Issuer> load_issuers(Context& context, const std::vector<store::AuthorityRecord>& authorities) {
  const auto ask = context.passphrase;
  std::optional<Secret> answer;
  context.passphrase = [&](const std::string& authority) {
    if (!answer)
      answer = ask(authority);
    return Secret::copy_of(answer->bytes());
  };
  std::map<std::string, pki::Issuer> issuers;
  for (const store::AuthorityRecord& authority : authorities)
    issuers.emplace(authority.name, load_issuer(context, authority));
  context.passphrase = ask;
  return issuers;
}

StagedCrl stage_crl(const Context& context, const std::string& authority, const pki::Issuer& issuer, const pki::CrlOrder& order) {
  const pki::CrlPlan plan = pki::plan_crl(issuer.certificate(), order, context.now);
  x509::Crl crl = issuer.sign_crl(plan.fields, order.last, context.now);
  const std::string pem = crl.pem();
  const std::array set = {files::SetFile{crl_pem_name, bytes_of(pem), files::certificate_mode},
                          files::SetFile{crl_der_name, crl.der(), files::certificate_mode}};
  files::StagedSet staged =
      files::StagedSet::stage(context.home.authority(authority), set, files::Existing::replaced, format_basic(context.now));
  return {describe_crl(context.home, authority, plan), std::move(crl), std::move(staged)};
}

void commit_crl(store::WriteSession& session, StagedCrl& staged) {
  try {
    session.record(store::CrlMade{.authority = staged.made.authority,
                                  .number = staged.made.number,
                                  .this_update = staged.made.this_update,
                                  .next_update = staged.made.next_update,
                                  .sha256 = to_hex(staged.crl.fingerprint())});
    staged.files.commit();
  } catch (const Error& error) {
    throw Error(error.code(),
                "failed to put the revocation list of authority '" + staged.made.authority + "' in place: " + error.what() +
                    "; what was revoked stays so",
                "run 'dockpki make-crl' once that is mended");
  }
}

std::optional<std::string> shortened_note(const pki::CrlPlan& plan) {
  if (!plan.shortened)
    return std::nullopt;
  return "shortened: the authority itself ends on " + format_rfc3339(plan.fields.next_update) +
         ", so its revocation list is good until then";
}

} // namespace dockpki::app
