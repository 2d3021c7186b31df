#include <algorithm>
#include <set>

#include <dockpki/app/look.hpp>
#include <dockpki/base/error.hpp>

#include "app/authority_files.hpp"
#include "app/placed_sets.hpp"
#include "app/rotation_places.hpp"
#include "app/rotation_role.hpp"
#include "app/sealed_log.hpp"
#include "app/trust.hpp"

namespace dockpki::app {
namespace {

AuthorityCard card(const store::Home& home, const store::AuthorityRecord& authority) {
  const Secret key_pem = read_key_file(home, authority.name);
  return {.name = authority.name,
          .role = authority.role,
          .state = authority.state,
          .certificate = x509::Certificate::from_der(authority.certificate),
          .certificate_path = certificate_path(home, authority.name),
          .key_path = key_path(home, authority.name),
          .encrypted = x509::describe_encryption(key_pem.bytes()).has_value()};
}

void add_validity_problem(Status& status, const AuthorityCard& authority, TimePoint now) {
  const x509::Validity& validity = authority.certificate.contents().validity;
  if (validity.not_after < now)
    status.problems.push_back("authority " + authority.name + " expired on " + format_day(validity.not_after) +
                              ": it can issue nothing");
  if (now < validity.not_before)
    status.problems.push_back("authority " + authority.name + " is not valid before " + format_rfc3339(validity.not_before) +
                              ": check this machine's clock, which says " + format_rfc3339(now));
}

void add_authorities(Status& status, const Context& context, store::Inventory& inventory) {
  for (const store::AuthorityRecord& authority : inventory.authorities()) {
    if (!store::is_trusted(authority.state))
      continue;
    try {
      status.authorities.push_back(card(context.home, authority));
      const AuthorityCard& added = status.authorities.back();
      const x509::Certificate found = load_certificate(context.home, authority);
      if (!is_same_authority(found, added.certificate))
        status.problems.push_back("authority " + authority.name + ": ca.pem is not the certificate that the inventory knows");
      else if (!std::ranges::equal(found.der(), authority.certificate))
        status.problems.push_back("authority " + authority.name +
                                  ": its ca.pem is not the last one: 'dockpki rotate-ca --same-key' was interrupted");
      add_validity_problem(status, added, context.now);
    } catch (const Error& error) {
      status.problems.push_back("authority " + authority.name + ": " + error.what());
    }
  }
}

bool needs_attention(const ListedCertificate& listed) {
  const auto is_astray = [](const ListedPlacement& one) { return one.state != PlacementState::current; };
  const auto is_in_a_context = [](const ListedPlacement& one) { return !one.context.empty(); };
  if (listed.record.state == store::CertificateState::issued)
    return listed.is_due || std::ranges::any_of(listed.placements, is_astray);
  return listed.record.state == store::CertificateState::superseded && std::ranges::any_of(listed.placements, is_in_a_context);
}

std::string list_of(const CrlState& state) {
  return "the revocation list of authority " + state.authority;
}

void add_crl_problems(Status& status, TimePoint now) {
  for (const CrlState& state : status.crls) {
    if (state.is_behind)
      status.problems.push_back(list_of(state) + " is behind: a revocation is missing from " + state.pem.string() +
                                ", or the file is not the last one that was made");
    if (state.last && state.last->next_update < now)
      status.problems.push_back(list_of(state) + " ended on " + format_day(state.last->next_update) +
                                ": whoever checks it refuses everybody");
  }
}

/// Once an authority was retired, no set is to trust it; a rotation that was interrupted may have left one that does.
void add_trust_problems(Status& status, const Context& context, store::Inventory& inventory) {
  const std::set<std::string> retired = retired_authorities(inventory);
  if (retired.empty())
    return;
  for (const RotationPlace& place :
       rotation_places(context, inventory, {pki::Role::all, pki::Role::servers, pki::Role::clients}, Spread::no))
    for (const std::string& name : place.trusts)
      if (retired.contains(name))
        status.problems.push_back((place.folder / "ca.pem").string() + " still trusts " + name +
                                  ", which was retired: 'dockpki rotate-ca finish' puts it right");
}

/// True if the log is whole. The inventory can be sound without it, until it is needed.
bool check_log(Status& status, const Context& context, store::ReadSession& session) {
  try {
    read_sealed_log(context, session, [](const store::Event&, const store::LogHead&) {});
    return true;
  } catch (const Error& error) {
    if (error.code() != Errc::damaged)
      throw;
    status.problems.emplace_back(error.what());
    return false;
  }
}

/// What is astray in its own folder is not renewed before somebody has looked at it.
bool renewal_mends(const ListedCertificate& listed) {
  return listed.record.state == store::CertificateState::superseded || listed.is_due;
}

std::vector<std::string> next_steps(const Status& status, TimePoint now) {
  if (status.authorities.empty() && status.problems.empty())
    return {"dockpki init-ca"};
  std::vector<std::string> next;
  const auto is_in_rotation = [](const AuthorityCard& one) { return one.state != store::AuthorityState::active; };
  const bool is_rotating = std::ranges::any_of(status.authorities, is_in_rotation);
  for (const AuthorityCard& authority : status.authorities) // before anything else can be issued
    if (!is_rotating && authority.certificate.contents().validity.not_after < now)
      next.push_back("dockpki rotate-ca --same-key" + option_of(authority.role));
  if (status.servers == 0)
    next.emplace_back("dockpki issue-server --dns NAME --ip ADDRESS");
  if (status.clients == 0)
    next.emplace_back("dockpki issue-client");
  if (std::ranges::any_of(status.attention, &renewal_mends))
    next.emplace_back("dockpki renew");
  if (std::ranges::any_of(status.crls, [](const CrlState& state) { return state.is_behind || state.is_due; }))
    next.emplace_back("dockpki make-crl");
  if (is_rotating)
    next.emplace_back("dockpki rotate-ca status");
  return next;
}

} // namespace

Status status(const Context& context) {
  Status status{.home = context.home.root(), .authorities = {}, .crls = {}, .attention = {}, .problems = {}, .next = {}};
  context.home.check();
  bool is_log_whole = false;
  {
    store::ReadSession session(context.home);
    add_authorities(status, context, session.inventory());
    status.crls = crl_states(context, session.inventory());
    add_crl_problems(status, context.now);
    is_log_whole = check_log(status, context, session);
    add_trust_problems(status, context, session.inventory());
  }
  for (ListedCertificate& listed : list_certificates(context, {.wanted = Wanted::all, .kind = {}}).certificates) {
    const bool good = listed.record.state == store::CertificateState::issued && listed.record.not_after >= context.now;
    if (good && listed.record.kind == pki::Kind::client)
      ++status.clients;
    else if (good)
      ++status.servers;
    if (needs_attention(listed))
      status.attention.push_back(std::move(listed));
  }
  std::ranges::sort(status.attention, {}, [](const ListedCertificate& listed) { return listed.record.not_after; });
  status.next = next_steps(status, context.now);
  if (!is_log_whole)
    status.next.insert(status.next.begin(), "dockpki repair");
  return status;
}

} // namespace dockpki::app
