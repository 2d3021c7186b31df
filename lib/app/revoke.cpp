// revoke: the certificates, and the lists that tell of it.
#include <algorithm>
#include <set>

#include <dockpki/app/revoke.hpp>
#include <dockpki/base/error.hpp>

#include "app/crl_files.hpp"
#include "app/revocable.hpp"

namespace dockpki::app {
namespace {

void refuse_reason(x509::CrlReason reason) {
  if (const auto objection = pki::objection_to(reason))
    throw Error(Errc::usage,
                "failed to revoke for the reason '" + std::string(to_string(reason)) + "': it is not one of a leaf's",
                *objection);
}

/// The authorities whose lists have to be made: of what is revoked now, and of what an interrupted revocation left behind.
std::vector<store::AuthorityRecord> concerned(const store::Home& home, store::Inventory& inventory, const Revocable& found) {
  std::set<std::string> names;
  for (const store::CertificateRecord& record : found.fresh)
    names.insert(record.authority);
  for (const store::CertificateRecord& record : found.already)
    if (is_crl_behind(home, inventory, record.authority))
      names.insert(record.authority);
  std::vector<store::AuthorityRecord> authorities = crl_authorities(inventory);
  std::erase_if(authorities, [&](const store::AuthorityRecord& authority) { return !names.contains(authority.name); });
  return authorities;
}

/// What `authority` revoked by now, and what is about to be.
pki::CrlOrder order_with(store::Inventory& inventory, const std::string& authority,
                         const std::vector<store::CertificateRecord>& fresh, const RevokeOptions& options, TimePoint now) {
  pki::CrlOrder order = crl_order(inventory, authority);
  for (const store::CertificateRecord& record : fresh)
    if (record.authority == authority)
      order.revoked.push_back(
          {.revocation = {x509::SerialNumber::parse(record.serial).value(), now, options.reason}, .not_after = record.not_after});
  return order;
}

void add_note(std::vector<std::string>& notes, std::string note) {
  if (std::ranges::find(notes, note) == notes.end())
    notes.push_back(std::move(note));
}

/// What a person has to know who believes that it is done now.
void add_notes(RevokeResult& result, store::Inventory& inventory) {
  for (const store::AuthorityRecord& authority : crl_authorities(inventory, MayNot::kept))
    if (!may_sign_lists(authority) && std::ranges::any_of(result.revoked, [&](const store::CertificateRecord& record) {
          return record.authority == authority.name;
        }))
      add_note(result.notes,
               "no revocation list tells of it: authority '" + authority.name + "' may sign none, its keyUsage lacks cRLSign");
  for (const store::CertificateRecord& record : result.revoked) {
    const std::string until = " until " + format_day(record.not_after);
    if (record.kind != pki::Kind::server)
      add_note(result.notes, "dockerd checks no revocation list: whoever has this certificate and its key still gets in" + until);
    if (record.kind != pki::Kind::client)
      add_note(result.notes, "docker checks no revocation list: whoever has this certificate and its key can still pass for the "
                             "daemon" +
                                 until);
  }
}

/// What would be done, and of which authorities the keys are needed for it.
RevokeResult plan(const Context& context, const RevokeOptions& options, std::vector<store::AuthorityRecord>& authorities) {
  RevokeResult result{
      .reason = options.reason, .revoked = {}, .already = {}, .crls = {}, .notes = {}, .dry_run = options.dry_run};
  store::ReadSession session(context.home);
  Revocable found = find_revocable(context, session.inventory(), options);
  authorities = concerned(context.home, session.inventory(), found);
  for (const store::AuthorityRecord& authority : authorities) {
    const pki::CrlOrder order = order_with(session.inventory(), authority.name, found.fresh, options, context.now);
    const pki::CrlPlan crl = pki::plan_crl(load_certificate(context.home, authority), order, context.now);
    if (auto note = shortened_note(crl))
      add_note(result.notes, std::move(*note));
    result.crls.push_back(describe_crl(context.home, authority.name, crl));
  }
  result.revoked = std::move(found.fresh);
  result.already = std::move(found.already);
  add_notes(result, session.inventory());
  return result;
}

/// Everything that is likely to fail happens before anything is recorded.
void carry_out(const Context& context, const RevokeOptions& options, const std::map<std::string, pki::Issuer>& issuers,
               RevokeResult& result) {
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  Revocable found = find_revocable(context, session.inventory(), options); // another process may have been first
  std::vector<StagedCrl> staged;
  for (const store::AuthorityRecord& authority : concerned(context.home, session.inventory(), found)) {
    const auto issuer = issuers.find(authority.name);
    if (issuer == issuers.end())
      throw Error(Errc::busy, "failed to revoke '" + options.which + "': another process changed what that means", "try again");
    staged.push_back(stage_crl(context, authority.name, issuer->second,
                               order_with(session.inventory(), authority.name, found.fresh, options, context.now)));
  }
  for (const store::CertificateRecord& record : found.fresh)
    session.record(store::CertificateRevoked{.authority = record.authority,
                                             .serial = record.serial,
                                             .reason = options.reason,
                                             .kind = record.kind,
                                             .name = record.name});
  result.crls.clear();
  for (StagedCrl& one : staged) {
    commit_crl(session, one);
    result.crls.push_back(one.made);
  }
  result.revoked = std::move(found.fresh);
  result.already = std::move(found.already);
}

} // namespace

RevokeResult revoke(Context& context, const RevokeOptions& options) {
  refuse_reason(options.reason);
  context.home.check();
  std::vector<store::AuthorityRecord> authorities;
  RevokeResult result = plan(context, options, authorities);
  if (options.dry_run == DryRun::no && !(authorities.empty() && result.revoked.empty()))
    carry_out(context, options, load_issuers(context, authorities), result);
  return result;
}

} // namespace dockpki::app
