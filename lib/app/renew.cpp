// renew: what is due is issued anew, and goes where the old one lies, docker contexts included.
#include <dockpki/app/renew.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include <dockpki/app/authority.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/pki/renewal.hpp>

#include "app/carried_over.hpp"
#include "app/lifetimes.hpp"
#include "app/order.hpp"
#include "app/placed_sets.hpp"
#include "app/renew_sets.hpp"
#include "app/restarting.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_key_file = 64U << 10U;

} // namespace

std::vector<Candidate> find_candidates(store::Inventory& inventory) {
  std::map<std::int64_t, store::CertificateRecord> records;
  for (store::CertificateRecord& record : inventory.certificates())
    if (record.state == store::CertificateState::issued)
      records.emplace(record.id, std::move(record));
  std::vector<Candidate> candidates;
  for (const store::PlacementRecord& placement : inventory.placements())
    if (const auto record = records.find(placement.certificate_id); record != records.end())
      candidates.push_back({record->second, placement});
  return candidates;
}

std::vector<Candidate> choose(std::vector<Candidate> candidates, const std::vector<std::string>& names) {
  if (names.empty())
    return candidates;
  for (const std::string& name : names) {
    if (std::ranges::any_of(candidates, [&](const Candidate& one) { return one.record.name == name; }))
      continue;
    std::vector<std::string_view> known;
    for (const Candidate& one : candidates)
      known.push_back(one.record.name);
    const auto meant = nearest(name, known);
    throw Error(Errc::not_found, "failed to renew '" + x509::printable(name) + "': no set of this name is in force",
                meant ? "did you mean '" + std::string(*meant) + "'?" : "'dockpki list' shows all of them");
  }
  std::erase_if(candidates, [&](const Candidate& one) { return std::ranges::find(names, one.record.name) == names.end(); });
  return candidates;
}

x509::KeyType type_like(const x509::PublicKey& key) {
  for (const x509::KeyType type : x509::all_key_types)
    if (x509::description_of(type) == key.description())
      return type;
  return x509::KeyType::p256;
}

namespace {

/// Names, kind and subject of the old certificate, and what is to be added.
pki::LeafOrder leaf_order(const x509::CertificateContents& old, const store::CertificateRecord& record, Seconds lifetime,
                          const RenewOptions& options) {
  pki::LeafOrder order = carried_over(old, record.kind, record.name);
  order.lifetime = lifetime;
  if (options.lifetime) {
    order.lifetime = *options.lifetime;
    order.long_lifetime = options.long_lifetime;
  }
  if (order.kind != pki::Kind::client) {
    for (const x509::DnsName& name : options.add_dns)
      order.names.add(name);
    for (const x509::IpAddress& address : options.add_ip)
      order.names.add(address);
    refuse_too_many(order.names);
  }
  return order;
}

files::Path key_file(const store::PlacementRecord& placement) {
  return files::Path(placement.folder) / layout_of(placement.layout).key;
}

/// A set whose key lies elsewhere was signed for a request, and is renewed by one.
void require_key_file(const store::PlacementRecord& placement) {
  const std::array names = {layout_of(placement.layout).key};
  if (files::standing_files(placement.folder, names).empty())
    throw Error(Errc::not_found, "failed to renew the set in '" + placement.folder + "': its key does not lie there",
                "sign its request again: dockpki sign-request FILE --out " + placement.folder + " --force");
}

/// The key that lies beside the certificate. Throws Errc::refused if it is another's.
x509::PrivateKey read_key(const store::PlacementRecord& placement, const x509::PublicKey& expected) {
  const files::Path path = key_file(placement);
  const Secret pem = files::read_private_key_file(path, largest_key_file);
  x509::PrivateKey key = x509::PrivateKey::from_pem(pem.bytes(), path.string());
  if (!(key.public_key() == expected))
    throw Error(Errc::refused, "failed to use key '" + path.string() + "': it is not the certificate's",
                "--rekey makes a new one");
  return key;
}

/// The old certificate, which must still lie where it was put.
x509::Certificate old_certificate(store::Inventory& inventory, const Candidate& one) {
  const files::AsUser as_owner(one.placement.owner);
  refuse_astray(placement_state(inventory, one.placement), "renew", one.placement.folder);
  return x509::Certificate::from_der(inventory.certificate(one.record.id));
}

/// What is issued under a clock that is far behind may be over by the right time.
void refuse_early(const Context& context, const SetOrder& order, const x509::Validity& old) {
  if (context.now < old.not_before)
    throw Error(Errc::refused,
                "failed to renew the set in '" + order.folder.string() +
                    "': by this machine's clock its certificate begins only on " + format_rfc3339(old.not_before),
                "check this machine's clock: it says " + format_rfc3339(context.now));
}

/// Towards the authority's end a new certificate would live no longer than the old one.
void refuse_in_vain(const Context& context, const store::AuthorityRecord& authority, const SetOrder& order,
                    const x509::CertificateContents& old) {
  const x509::Certificate signer = load_certificate(context.home, authority);
  const pki::LeafValidity renewed = pki::leaf_validity(context.now, order.leaf.lifetime, signer);
  if (renewed.shortened && renewed.validity.not_after <= old.validity.not_after)
    throw Error(Errc::refused,
                "failed to renew the set in '" + order.folder.string() + "': the authority itself ends on " +
                    format_day(signer.contents().validity.not_after) + ", and nothing would be gained",
                "'dockpki rotate-ca --same-key' lets it live longer, 'dockpki rotate-ca begin' replaces it");
}

IssuedSet renew_one(Context& context, const Candidate& one, const Lifetimes& lifetimes, const RenewOptions& options,
                    Issuers& issuers) {
  store::ReadSession reading(context.home); // one for each set: where it cannot be opened, the others are renewed all the same
  const x509::Certificate old = old_certificate(reading.inventory(), one);
  SetOrder order;
  order.leaf = leaf_order(old.contents(), one.record, lifetimes.meant_for(one.record, context.settings), options);
  order.name = one.record.name;
  order.folder = one.placement.folder;
  order.layout = one.placement.layout;
  order.owner = one.placement.owner;
  order.options.force = Force::yes;
  order.options.dry_run = options.dry_run;
  refuse_early(context, order, old.contents().validity);
  if (options.names.empty())
    refuse_in_vain(context, active_authority(reading.inventory(), one.record.kind, context.home), order, old.contents());
  std::optional<x509::Request> request;
  {
    const files::AsUser as_owner(one.placement.owner);
    require_key_file(one.placement);
    const std::array trust = {layout_of(one.placement.layout).ca};
    order.renews = {one.record.id, one.record.authority, !files::standing_files(order.folder, trust).empty()};
    if (options.rekey == Rekey::no)
      request = x509::Request::make(request_fields(order.leaf), read_key(one.placement, old.contents().subject_public_key));
  }
  if (request)
    order.request = &*request;
  else
    order.key = type_like(old.contents().subject_public_key);
  return issue_set(context, reading.inventory(), std::move(order), issuers);
}

/// What stops all sets alike, and is not to be asked about again and again.
bool stops_everything(const Error& error) {
  return error.code() == Errc::wrong_passphrase || error.code() == Errc::cancelled || error.code() == Errc::usage;
}

/// Opens the keys that will be needed, before anything is changed: without its passphrase none of the sets can be renewed.
void open_issuers(const Context& context, const std::vector<Candidate>& due, Issuers& issuers) {
  store::ReadSession reading(context.home);
  reading.inventory().release_view(); // somebody may be asked for a passphrase, and take his time
  std::set<pki::Kind> kinds;
  for (const Candidate& one : due)
    kinds.insert(one.record.kind);
  for (const pki::Kind kind : kinds) {
    try {
      issuers.of(active_authority(reading.inventory(), kind, context.home));
    } catch (const Error& error) {
      if (stops_everything(error))
        throw;
    } // anything else is told of with each set
  }
}

void refuse_names_for_clients(const std::vector<Candidate>& candidates, const RenewOptions& options) {
  if (options.add_dns.empty() && options.add_ip.empty())
    return;
  for (const Candidate& one : candidates)
    if (one.record.kind == pki::Kind::client)
      throw Error(Errc::usage, "failed to add names to '" + one.record.name + "': a client's certificate carries none");
}

} // namespace

std::string_view to_string(Renewal outcome) {
  switch (outcome) {
  case Renewal::renewed:
    return "renewed";
  case Renewal::due:
    return "due";
  case Renewal::not_due:
    return "not due";
  case Renewal::failed:
    return "failed";
  }
  return "?";
}

std::vector<RenewedSet> renew_candidates(Context& context, const std::vector<Candidate>& candidates, const RenewOptions& options,
                                         const std::function<bool(const Candidate&)>& is_due, Issuers& issuers) {
  std::vector<Candidate> due;
  std::ranges::copy_if(candidates, std::back_inserter(due), is_due);
  if (options.dry_run == DryRun::no)
    open_issuers(context, due, issuers);
  std::optional<Lifetimes> lifetimes;
  if (!due.empty())
    lifetimes.emplace(store::ReadSession(context.home).inventory());
  std::optional<Restarting> restarting;
  if (options.restart)
    restarting.emplace(context, *options.restart, options.dry_run);
  std::vector<RenewedSet> results;
  const auto tell = [&](std::size_t done) {
    if (context.advance && due.size() > 1)
      context.advance(done, due.size());
  };
  std::size_t begun = 0;
  for (const Candidate& one : candidates) {
    RenewedSet result{.kind = one.record.kind,
                      .name = one.record.name,
                      .folder = one.placement.folder,
                      .old_serial = one.record.serial,
                      .old_not_after = one.record.not_after};
    try {
      if (restarting && one.record.kind != pki::Kind::client)
        is_due(one) ? restarting->prepare(one) : restarting->notice(one);
      if (is_due(one)) {
        tell(begun++);
        result.set = renew_one(context, one, *lifetimes, options, issuers);
        result.outcome = options.dry_run == DryRun::yes ? Renewal::due : Renewal::renewed;
      }
    } catch (const Error& error) {
      result.outcome = Renewal::failed;
      result.failure = error.what();
      result.hint = error.hint();
    }
    results.push_back(std::move(result));
  }
  tell(due.size());
  if (options.contexts == Contexts::renewed)
    renew_contexts(context, candidates, results, options.dry_run);
  if (restarting)
    restarting->finish(candidates, results);
  return results;
}

std::vector<RenewedSet> renew(Context& context, const RenewOptions& options) {
  context.home.check();
  // Settles what an interrupted command left half switched.
  if (options.dry_run == DryRun::no)
    store::WriteSession(context.home, context.command, context.actor(), context.now, store::Create::no);
  std::vector<Candidate> candidates;
  std::set<std::string> retired;
  {
    store::ReadSession session(context.home);
    candidates = choose(find_candidates(session.inventory()), options.names);
    retired = retired_authorities(session.inventory());
  }
  if (options.lifetime)
    app::lifetime_of({.lifetime = options.lifetime, .long_lifetime = options.long_lifetime}, {});
  refuse_names_for_clients(candidates, options);
  const std::optional<Seconds> before = options.before ? options.before : context.settings.renew_before;
  const auto is_due = [&](const Candidate& one) {
    return !options.names.empty() || retired.contains(one.record.authority) ||
           pki::is_due({one.record.not_before, one.record.not_after}, context.now, before);
  };
  Issuers issuers(context);
  return renew_candidates(context, candidates, options, is_due, issuers);
}

} // namespace dockpki::app
