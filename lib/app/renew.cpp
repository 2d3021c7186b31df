// renew: what is due is issued anew, and goes where the old one lies, docker contexts included.
#include <dockpki/app/renew.hpp>

#include <algorithm>
#include <array>

#include <dockpki/app/authority.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/docker/context_store.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/pki/renewal.hpp>

#include "app/issue_set.hpp"
#include "app/placed_sets.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_key_file = 64U << 10U;

/// A set that may be due: what the inventory knows of it.
struct Candidate {
  store::CertificateRecord record;
  store::PlacementRecord placement;
  PlacementState state = PlacementState::current;
  x509::Certificate certificate;
};

std::vector<Candidate> find_candidates(store::Inventory& inventory) {
  std::vector<store::CertificateRecord> records = inventory.certificates();
  std::vector<Candidate> candidates;
  for (const store::PlacementRecord& placement : inventory.placements()) {
    const auto record = std::ranges::find(records, placement.certificate_id, &store::CertificateRecord::id);
    if (record == records.end() || record->state != store::CertificateState::issued)
      continue;
    const files::AsUser as_owner(placement.owner);
    candidates.push_back({*record, placement, placement_state(inventory, placement),
                          x509::Certificate::from_der(inventory.certificate(record->id))});
  }
  return candidates;
}

/// Leaves those that were named. Throws Errc::not_found for a name that no set has.
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

/// How long the certificate was issued for.
Seconds issued_for(const x509::Validity& validity) {
  return validity.not_after + Seconds(1) - validity.not_before - pki::clock_skew;
}

std::optional<x509::CommonName> organization_of(const x509::DistinguishedName& subject) {
  for (const x509::DistinguishedName::Attribute& attribute : subject.attributes())
    if (attribute.type == "O")
      return x509::CommonName::parse(attribute.value);
  return std::nullopt;
}

/// Names, kind and subject of the old certificate, and what is to be added.
pki::LeafOrder leaf_order(const Candidate& one, const RenewOptions& options) {
  const x509::CertificateContents& old = one.certificate.contents();
  pki::LeafOrder order;
  order.kind = one.record.kind;
  if (const std::string name = old.subject.common_name(); !name.empty())
    order.common_name = x509::CommonName::parse(name);
  order.organization = organization_of(old.subject);
  order.lifetime = options.lifetime.value_or(issued_for(old.validity));
  // One that lives longer was allowed to when it was issued.
  order.long_lifetime = options.lifetime ? options.long_lifetime : pki::LongLifetime::allowed;
  if (old.subject_alternative_name) {
    for (const std::string& name : old.subject_alternative_name->dns)
      order.names.add(x509::DnsName::parse(name));
    for (const x509::IpAddress& address : old.subject_alternative_name->ip)
      order.names.add(address);
    for (const std::string& email : old.subject_alternative_name->email)
      order.names.email.push_back(x509::EmailAddress::parse(email));
  }
  if (order.kind != pki::Kind::client) {
    for (const x509::DnsName& name : options.add_dns)
      order.names.add(name);
    for (const x509::IpAddress& address : options.add_ip)
      order.names.add(address);
  }
  return order;
}

/// The key that lies beside the certificate. Throws Errc::not_found, Errc::refused if it is another's.
x509::PrivateKey read_key(const Candidate& one) {
  const files::Path path = files::Path(one.placement.folder) / layout_of(one.placement.layout).key;
  const files::AsUser as_owner(one.placement.owner);
  try {
    const Secret pem = files::read_private_key_file(path, largest_key_file);
    x509::PrivateKey key = x509::PrivateKey::from_pem(pem.bytes(), path.string());
    if (!(key.public_key() == one.certificate.contents().subject_public_key))
      throw Error(Errc::refused, "failed to use key '" + path.string() + "': it is not the certificate's",
                  "--rekey makes a new one");
    return key;
  } catch (const Error& error) {
    if (error.code() != Errc::not_found)
      throw;
    throw Error(Errc::not_found, error.what(),
                "where the key is: 'dockpki make-request'; then here: 'dockpki sign-request --force'");
  }
}

void refuse_astray(const Candidate& one) {
  const std::string failed = "failed to renew the set in '" + one.placement.folder + "': ";
  if (one.state == PlacementState::gone)
    throw Error(Errc::not_found, failed + "it lies there no more",
                "'dockpki forget " + one.placement.folder + "' if it is not needed; else issue it anew");
  if (one.state == PlacementState::changed)
    throw Error(Errc::refused, failed + "a certificate lies there that dockpki did not issue",
                "'dockpki forget " + one.placement.folder + "' if that is as it should be");
}

IssuedSet renew_one(Context& context, const Candidate& one, const RenewOptions& options, Issuers& issuers) {
  refuse_astray(one);
  const x509::PrivateKey key = read_key(one);
  SetOrder order;
  order.leaf = leaf_order(one, options);
  order.name = one.record.name;
  order.folder = one.placement.folder;
  order.owner = one.placement.owner;
  order.options.force = Force::yes;
  order.options.dry_run = options.dry_run;
  order.renews = one.record.authority;
  std::optional<x509::Request> request;
  if (options.rekey == Rekey::yes) {
    order.key = key.type().value_or(x509::KeyType::p256);
  } else {
    request = x509::Request::make(request_fields(order.leaf), key);
    order.request = &*request;
  }
  return issue_set(context, std::move(order), issuers);
}

Secret read_file_of_set(const files::Path& folder, const std::string& name) {
  return files::read_file(folder / name, "file", docker::largest_set_file, files::Symlinks::refused);
}

/// Puts the set that lies in `from` into `to` as well.
void copy_set(const files::Path& from, const files::Path& to, TimePoint now) {
  const docker::SetLayout& layout = docker::client_layout;
  const Secret ca = read_file_of_set(from, layout.ca);
  const Secret certificate = read_file_of_set(from, layout.certificate);
  const Secret key = read_file_of_set(from, layout.key);
  const std::array set = {files::SetFile{layout.ca, ca.bytes(), files::certificate_mode},
                          files::SetFile{layout.certificate, certificate.bytes(), files::certificate_mode},
                          files::SetFile{layout.key, key.bytes(), files::private_key_mode}};
  files::StagedSet::stage(to, set, files::Existing::replaced, format_basic(now)).commit();
}

/// True if an earlier certificate of the same set lies in `folder`; or `record` itself, where that is about to become an earlier
/// one.
bool holds_earlier(store::Inventory& inventory, const files::Path& folder, const store::CertificateRecord& record, bool is_due) {
  try {
    const auto found = certificate_in(inventory, folder, docker::client_layout);
    return found && found->kind == record.kind && found->name == record.name && (found->id != record.id || is_due) &&
           found->not_after <= record.not_after && found->state != store::CertificateState::revoked;
  } catch (const Error&) {
    return false; // not ours to renew
  }
}

/// Brings the contexts that hold an earlier certificate of the set up to `record`, which lies in the set's folder.
std::vector<RenewedContext> renew_contexts(const Context& context, const Candidate& one, const std::string& serial,
                                           Renewal outcome, DryRun dry_run) {
  std::vector<RenewedContext> renewed;
  store::ReadSession session(context.home);
  std::vector<store::CertificateRecord> records = session.inventory().certificates();
  const auto record = std::ranges::find_if(records, [&](const store::CertificateRecord& candidate) {
    return candidate.authority == one.record.authority && candidate.serial == serial;
  });
  const files::AsUser as_owner(one.placement.owner);
  const files::Path config = one.placement.owner.empty()
                                 ? docker::config_folder(context.caller.docker, context.caller.working_folder)
                                 : files::Path(files::home_folder(one.placement.owner)) / ".docker";
  const std::array names = docker::client_layout.names();
  for (const docker::ContextSet& set : docker::context_sets(config)) {
    if (dry_run == DryRun::no)
      files::recover_set(set.folder, names);
    if (record == records.end() || !holds_earlier(session.inventory(), set.folder, *record, outcome == Renewal::due))
      continue;
    RenewedContext result{set.context, set.folder, {}};
    try {
      if (dry_run == DryRun::no)
        copy_set(one.placement.folder, set.folder, context.now);
    } catch (const Error& error) {
      result.failure = error.what();
    }
    renewed.push_back(std::move(result));
  }
  return renewed;
}

/// What stops all sets alike, and is not to be asked about again and again.
bool stops_everything(const Error& error) {
  return error.code() == Errc::wrong_passphrase || error.code() == Errc::cancelled || error.code() == Errc::usage;
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

std::vector<RenewedSet> renew(Context& context, const RenewOptions& options) {
  context.home.check();
  // Settles what an interrupted command left half switched.
  if (options.dry_run == DryRun::no)
    store::WriteSession(context.home, context.command, context.actor(), context.now, store::Create::no);
  std::vector<Candidate> candidates;
  {
    store::ReadSession session(context.home);
    candidates = choose(find_candidates(session.inventory()), options.names);
  }
  if (options.lifetime)
    app::lifetime_of({.lifetime = options.lifetime, .long_lifetime = options.long_lifetime}, {});
  Issuers issuers(context);
  const std::optional<Seconds> before = options.before ? options.before : context.settings.renew_before;
  std::vector<RenewedSet> results;
  for (const Candidate& one : candidates) {
    RenewedSet result{.kind = one.record.kind,
                      .name = one.record.name,
                      .folder = one.placement.folder,
                      .old_serial = one.record.serial,
                      .old_not_after = one.record.not_after};
    std::string serial = one.record.serial;
    try {
      if (!options.names.empty() || pki::is_due(one.certificate.contents().validity, context.now, before)) {
        IssuedSet set = renew_one(context, one, options, issuers);
        result.outcome = options.dry_run == DryRun::yes ? Renewal::due : Renewal::renewed;
        if (set.certificate)
          serial = set.certificate->contents().serial_number.text();
        result.set = std::move(set);
      }
      if (one.record.kind == pki::Kind::client && options.contexts == Contexts::renewed && one.state == PlacementState::current)
        result.contexts = renew_contexts(context, one, serial, result.outcome, options.dry_run);
    } catch (const Error& error) {
      if (stops_everything(error))
        throw;
      result.outcome = Renewal::failed;
      result.failure = error.what();
      result.hint = error.hint();
    }
    results.push_back(std::move(result));
  }
  return results;
}

} // namespace dockpki::app
