// rotate-ca: begin, reissue, finish, abort and status.
#include <dockpki/app/rotate.hpp>

#include <algorithm>
#include <set>

#include <dockpki/base/error.hpp>

#include "app/carried_over.hpp"
#include "app/new_authority.hpp"
#include "app/renew_sets.hpp"
#include "app/rotation_places.hpp"
#include "app/rotation_role.hpp"
#include "app/rotation_steps.hpp"
#include "app/trust.hpp"

namespace dockpki::app {
namespace {

RotateResult result_for(const RotateOptions& options) {
  RotateResult result;
  result.dry_run = options.dry_run;
  return result;
}

store::WriteSession write_session(const Context& context) {
  return {context.home, context.command, context.actor(), context.now, store::Create::no};
}

store::AuthorityRecord authority_named(store::Inventory& inventory, const std::string& name) {
  const std::vector<store::AuthorityRecord> authorities = inventory.authorities();
  return *std::ranges::find(authorities, name, &store::AuthorityRecord::name);
}

/// Settles what an interrupted command left half done: only then is it certain where each set stands.
void settle(const Context& context, const RotateOptions& options) {
  context.home.check();
  if (options.dry_run == DryRun::no)
    write_session(context);
}

/// Another process may have been first.
void require_same(const Rotation& before, store::Inventory& inventory) {
  const std::vector<Rotation> now = rotations_of(inventory);
  const auto same = std::ranges::find(now, before.role, &Rotation::role);
  if (same == now.end() || same->phase != before.phase || same->signs != before.signs)
    throw Error(Errc::busy, "failed to rotate: another process did so meanwhile",
                "'dockpki rotate-ca status' shows how it stands");
}

/// What a dry run of a phase that changes every ca.pem would touch.
void mark_as_behind(std::vector<RotationPlace>& places) {
  for (RotationPlace& place : places)
    if (place.ca == CaFile::current)
      place.ca = CaFile::behind;
}

std::string base_name(const Context& context, const x509::DistinguishedName& subject) {
  std::string name = subject.common_name();
  if (name.empty())
    return "dockpki CA " + context.caller.host;
  const std::size_t digits = name.find_last_not_of("0123456789");
  if (digits != std::string::npos && digits + 1 < name.size() && digits > 0 && name.compare(digits - 1, 2, " G") == 0)
    name.resize(digits - 1);
  return name;
}

/// The next generation of `old`: like it, under a name that no authority had before.
AuthorityOrder next_generation(const Context& context, store::Inventory& inventory, const store::AuthorityRecord& old,
                               const RotateOptions& options) {
  int generation = old.generation;
  for (const store::AuthorityRecord& one : inventory.authorities())
    if (store::is_established(one.state) && one.role == old.role)
      generation = std::max(generation, one.generation);
  const std::string number = std::to_string(++generation);
  const x509::Certificate certificate = x509::Certificate::from_der(old.certificate);
  const x509::CertificateContents& contents = certificate.contents();
  const auto common_name = x509::CommonName::parse(base_name(context, contents.subject) + " G" + number);
  const std::string prefix = old.role == pki::Role::all ? "" : std::string(to_string(old.role)) + '-';
  return {.name = prefix + 'g' + number,
          .role = old.role,
          .generation = generation,
          .subject = x509::DistinguishedName::make(common_name, organization_of(contents.subject)),
          .lifetime = options.lifetime.value_or(issued_for(contents.validity)),
          .constraints = pki::constraints_of(certificate)};
}

/// The passphrase that opens the key of `authority`, proved by opening it; none if it has none.
std::optional<Secret> passphrase_of(Context& context, const store::AuthorityRecord& authority) {
  const auto ask = context.passphrase;
  std::optional<Secret> passphrase;
  context.passphrase = [&](const std::string& name) {
    passphrase = ask(name);
    return Secret::copy_of(passphrase->bytes());
  };
  try {
    load_key(context, authority);
  } catch (...) {
    context.passphrase = ask;
    throw;
  }
  context.passphrase = ask;
  return passphrase;
}

void make_next(Context& context, const Rotation& rotation, const RotateOptions& options, RotateResult& result) {
  const store::AuthorityRecord old = authority_named(store::ReadSession(context.home).inventory(), rotation.signs);
  const std::optional<Secret> passphrase = passphrase_of(context, old);
  const x509::Certificate certificate = x509::Certificate::from_der(old.certificate);
  const x509::KeyType type = options.key.value_or(type_like(certificate.contents().subject_public_key));
  x509::PrivateKey key = x509::PrivateKey::generate(type, context.tick);
  store::WriteSession session = write_session(context);
  require_same(rotation, session.inventory());
  StagedAuthority staged = stage_authority(context, next_generation(context, session.inventory(), old, options), std::move(key),
                                           passphrase ? &*passphrase : nullptr, session.inventory());
  result.made = commit_authority(context, session, std::move(staged));
  if (!passphrase)
    result.notes.emplace_back("the new key is not encrypted, as the old one is not: 'dockpki change-passphrase' encrypts both");
}

/// Brings every ca.pem of `roles` up to date, and tells how all stands then.
void spread(const Context& context, const std::vector<pki::Role>& roles, RotateResult& result) {
  store::WriteSession session = write_session(context);
  result.places = rotation_places(context, session.inventory(), roles, Spread::yes);
  result.rotations = rotations_with(session.inventory(), roles);
}

void look(const Context& context, const std::vector<pki::Role>& roles, RotateResult& result) {
  store::ReadSession session(context.home);
  result.places = rotation_places(context, session.inventory(), roles, Spread::no);
  result.rotations = rotations_with(session.inventory(), roles);
}

std::string title_of(const RotationPlace& place) {
  return std::string(to_string(place.kind)) + " '" + x509::printable(place.name) + "', " +
         (place.context.empty() ? "in " + place.folder.string() : "docker context '" + place.context + "'");
}

/// Where what `rotation`'s other authority signed still lies.
std::vector<RotationPlace> standing_on_other(const std::vector<RotationPlace>& places, const Rotation& rotation) {
  std::vector<RotationPlace> standing;
  std::ranges::copy_if(places, std::back_inserter(standing), [&](const RotationPlace& place) {
    // Of what cannot be read nobody knows.
    const bool may_stand = place.authority == rotation.trusted_still || (place.ca == CaFile::failed && place.authority.empty());
    return pki::signs(rotation.role, place.kind) && may_stand;
  });
  return standing;
}

std::string listing(const std::vector<RotationPlace>& places) {
  std::string text;
  for (const RotationPlace& place : places)
    text += "\n  " + title_of(place);
  return text;
}

std::string sets(std::size_t count) {
  return count == 1 ? "a set" : std::to_string(count) + " sets";
}

void refuse_untrusting(const std::vector<RotationPlace>& places, const Rotation& rotation) {
  std::vector<RotationPlace> failed;
  std::ranges::copy_if(places, std::back_inserter(failed),
                       [&](const RotationPlace& one) { return one.ca == CaFile::failed && trusts(one.kind, rotation.role); });
  if (failed.empty())
    return;
  throw Error(Errc::refused,
              "failed to reissue by " + rotation.trusted_still + ": " + sets(failed.size()) + " cannot be told to trust it" +
                  listing(failed) + "\nthe first one: " + failed.front().failure,
              failed.front().hint.empty() ? "mend that, or leave the set out by 'dockpki forget DIR', and run it again"
                                          : failed.front().hint);
}

RenewOptions renew_options(const RotateOptions& options) {
  return {.names = options.names,
          .before = {},
          .lifetime = {},
          .add_dns = {},
          .add_ip = {},
          .rekey = options.rekey,
          .contexts = Contexts::renewed,
          .dry_run = options.dry_run};
}

/// Issues anew what `other` signed; what signs by now does it.
void reissue_from(Context& context, const RotateOptions& options, const Rotation& rotation, const std::string& other,
                  Issuers& issuers, RotateResult& result) {
  std::vector<Candidate> candidates;
  std::set<files::Path> folders; // where what `other` signed lies
  {
    store::ReadSession session(context.home);
    candidates = choose(find_candidates(session.inventory()), options.names);
    for (const RotationPlace& place : rotation_places(context, session.inventory(), {rotation.role}, Spread::no))
      if (place.authority == other)
        folders.insert(place.folder);
  }
  std::erase_if(candidates, [&](const Candidate& one) { return !pki::signs(rotation.role, one.record.kind); });
  const auto stands_on_other = [&](const Candidate& one) { return folders.contains(one.placement.folder); };
  for (RenewedSet& set : renew_candidates(context, candidates, renew_options(options), stands_on_other, issuers))
    if (set.outcome != Renewal::not_due || !set.contexts.empty())
      result.reissued.push_back(std::move(set));
}

/// The last step of either way: the authority that is merely trusted is retired, and no ca.pem holds it any more.
void retire(const Context& context, const Rotation& rotation, RotateResult& result) {
  {
    store::WriteSession session = write_session(context);
    require_same(rotation, session.inventory());
    session.record(store::AuthorityRetired{.name = rotation.trusted_still});
  }
  spread(context, {rotation.role}, result);
}

/// What is valid, but looked after by nobody: finish takes its use away all the same.
void note_forgotten(store::Inventory& inventory, const Rotation& rotation, TimePoint now, RotateResult& result) {
  std::vector<store::PlacementRecord> placements = inventory.placements();
  for (const store::CertificateRecord& record : inventory.certificates()) {
    const bool is_valid = record.state == store::CertificateState::issued && record.not_after >= now;
    if (record.authority != rotation.trusted_still || !is_valid ||
        std::ranges::find(placements, record.id, &store::PlacementRecord::certificate_id) != placements.end())
      continue;
    result.notes.push_back(std::string(to_string(record.kind)) + " '" + record.name + "', serial " + record.serial +
                           ", is looked after no more, and shut out by this");
  }
}

/// True if its set's failure, or its own, is told already.
bool is_told_of(const RotationPlace& place, const std::vector<RenewedSet>& reissued) {
  return std::ranges::any_of(reissued, [&](const RenewedSet& set) {
    const bool has_failed = set.outcome == Renewal::failed && set.name == place.name;
    return has_failed || std::ranges::any_of(set.contexts, [&](const RenewedContext& context) {
             return context.context == place.context && !context.failure.empty();
           });
  });
}

/// A context of the other authority that no set could be told to belong to is left as it was. One that cannot be read is told
/// as a place that failed.
void note_left_contexts(const RotateOptions& options, RotateResult& result) {
  if (!options.names.empty() || options.dry_run == DryRun::yes)
    return;
  for (const Rotation& rotation : result.rotations)
    for (const RotationPlace& place : standing_on_other(result.places, rotation))
      if (!place.context.empty() && !place.authority.empty() && !is_told_of(place, result.reissued))
        result.left.push_back("docker context '" + place.context + "' still holds a certificate of " + place.authority);
}

bool is_behind(const std::vector<RotationPlace>& places) {
  return std::ranges::any_of(places, [](const RotationPlace& one) { return one.ca == CaFile::behind; });
}

void tell_next(const Context& context, RotateResult& result) {
  if (result.dry_run == DryRun::yes)
    return;
  for (const Rotation& rotation : result.rotations) {
    const std::string which = needed_option(context, rotation.role);
    const bool is_begun = rotation.phase == RotationPhase::begun;
    const Copied copied = is_begun || rotation.phase == RotationPhase::none ? Copied::ca_alone : Copied::whole_set;
    const std::vector<std::string> steps = steps_by_hand(context, result.places, {rotation.role}, copied);
    result.by_hand.insert(result.by_hand.end(), steps.begin(), steps.end());
    const bool is_left = !standing_on_other(result.places, rotation).empty() || is_behind(result.places);
    if (is_begun || (rotation.phase != RotationPhase::none && is_left))
      result.next.push_back("dockpki rotate-ca reissue" + which);
    else if (rotation.phase != RotationPhase::none)
      result.next.push_back("dockpki rotate-ca finish" + which);
  }
}

} // namespace

RotateResult begin_rotation(Context& context, const RotateOptions& options) {
  settle(context, options);
  const Rotation rotation = chosen_rotation(context, options);
  if (rotation.phase == RotationPhase::reissuing || rotation.phase == RotationPhase::returning)
    throw Error(Errc::refused,
                "failed to begin a rotation: " + rotation.signs + " signs already, and " + rotation.trusted_still +
                    " is still trusted",
                "end that one first: dockpki rotate-ca finish");
  RotateResult result = result_for(options);
  if (options.dry_run == DryRun::yes) {
    look(context, {rotation.role}, result);
    if (rotation.phase == RotationPhase::none) {
      store::ReadSession session(context.home);
      const AuthorityOrder order =
          next_generation(context, session.inventory(), authority_named(session.inventory(), rotation.signs), options);
      result.notes.push_back("would make authority '" + order.subject.common_name() + "' (" + order.name +
                             "), and let every ca.pem hold both");
      mark_as_behind(result.places);
    }
    return result;
  }
  if (rotation.phase == RotationPhase::none)
    make_next(context, rotation, options, result);
  else if (options.key || options.lifetime)
    result.notes.push_back(rotation.trusted_still + " was made already, and stays as it is: --key and --lifetime came too late");
  spread(context, {rotation.role}, result);
  tell_next(context, result);
  return result;
}

RotateResult reissue_sets(Context& context, const RotateOptions& options) {
  settle(context, options);
  const Rotation rotation = chosen_rotation(context, options);
  if (rotation.phase == RotationPhase::none)
    throw Error(Errc::refused, "failed to reissue: no rotation was begun", "dockpki rotate-ca begin" + option_of(rotation.role));
  RotateResult result = result_for(options);
  const bool is_dry = options.dry_run == DryRun::yes;
  const bool is_first = rotation.phase == RotationPhase::begun;
  Issuers issuers(context);
  if (!is_dry) {
    // Before anything is changed: a wrong passphrase, and a set that would refuse the others.
    issuers.of(authority_named(store::ReadSession(context.home).inventory(), is_first ? rotation.trusted_still : rotation.signs));
    store::WriteSession session = write_session(context);
    require_same(rotation, session.inventory());
    const std::vector<RotationPlace> places = rotation_places(context, session.inventory(), {rotation.role}, Spread::yes);
    choose(find_candidates(session.inventory()), options.names);
    if (is_first) {
      refuse_untrusting(places, rotation);
      session.record(store::AuthorityActivated{.name = rotation.trusted_still});
    }
  }
  reissue_from(context, options, rotation, is_first ? rotation.signs : rotation.trusted_still, issuers, result);
  look(context, {rotation.role}, result);
  note_left_contexts(options, result);
  tell_next(context, result);
  return result;
}

RotateResult finish_rotation(Context& context, const RotateOptions& options) {
  settle(context, options);
  const std::vector<pki::Role> roles = chosen_roles(context, options);
  RotateResult result = result_for(options);
  look(context, roles, result);
  const Rotation* const under_way = only_one_under_way(result.rotations);
  if (under_way == nullptr) {
    if (options.dry_run == DryRun::no) // an interrupted run may have left a ca.pem behind
      spread(context, roles, result);
    if (std::ranges::any_of(result.places, [](const RotationPlace& one) { return one.ca == CaFile::updated; }))
      tell_next(context, result);
    return result;
  }
  const Rotation rotation = *under_way;
  if (rotation.phase == RotationPhase::begun)
    throw Error(Errc::refused, "failed to finish the rotation: nothing was issued by " + rotation.trusted_still + " yet",
                "go on with 'dockpki rotate-ca reissue', or go back with 'dockpki rotate-ca abort'");
  const std::vector<RotationPlace> standing = standing_on_other(result.places, rotation);
  if (!standing.empty() && options.force == Force::no)
    throw Error(Errc::refused,
                "failed to finish the rotation: " + sets(standing.size()) + " still " +
                    (standing.size() == 1 ? "stands" : "stand") + " on " + rotation.trusted_still + listing(standing),
                "'dockpki rotate-ca reissue' moves them; 'dockpki forget DIR' leaves one out; --force breaks them");
  for (const RotationPlace& place : standing)
    result.broken.push_back(title_of(place) + ": nobody trusts its certificate any more");
  note_forgotten(store::ReadSession(context.home).inventory(), rotation, context.now, result);
  if (options.dry_run == DryRun::yes) {
    mark_as_behind(result.places);
    return result;
  }
  retire(context, rotation, result);
  tell_next(context, result);
  if (!result.broken.empty())
    result.next.emplace_back("dockpki renew");
  return result;
}

RotateResult abort_rotation(Context& context, const RotateOptions& options) {
  settle(context, options);
  const std::vector<pki::Role> roles = chosen_roles(context, options);
  RotateResult result = result_for(options);
  look(context, roles, result);
  const Rotation* const under_way = only_one_under_way(result.rotations);
  if (under_way == nullptr)
    return finish_rotation(context, options);
  const Rotation rotation = *under_way;
  const bool is_dry = options.dry_run == DryRun::yes;
  if (rotation.phase == RotationPhase::begun) {
    if (const std::vector<RotationPlace> standing = standing_on_other(result.places, rotation); !standing.empty())
      throw Error(Errc::refused,
                  "failed to abort the rotation: " + rotation.trusted_still + " has signed already" + listing(standing),
                  "go on with 'dockpki rotate-ca reissue'");
    if (is_dry)
      mark_as_behind(result.places);
    else
      retire(context, rotation, result);
    tell_next(context, result);
    return result;
  }
  const bool turns = rotation.phase == RotationPhase::reissuing;
  const std::string back_to = turns ? rotation.trusted_still : rotation.signs;
  Issuers issuers(context);
  if (!is_dry) {
    issuers.of(authority_named(store::ReadSession(context.home).inventory(), back_to)); // its passphrase, before anything changes
    store::WriteSession session = write_session(context);
    require_same(rotation, session.inventory());
    const std::vector<RotationPlace> places = rotation_places(context, session.inventory(), {rotation.role}, Spread::yes);
    if (turns) {
      refuse_untrusting(places, rotation);
      session.record(store::AuthorityActivated{.name = back_to});
    }
  }
  reissue_from(context, options, rotation, turns ? rotation.signs : rotation.trusted_still, issuers, result);
  look(context, {rotation.role}, result);
  note_left_contexts(options, result);
  tell_next(context, result);
  return result;
}

RotateResult rotation_status(const Context& context, const RotateOptions& options) {
  RotateResult result = result_for(options);
  look(context, chosen_roles(context, options), result);
  const auto is_in = [&](RotationPhase phase) {
    return std::ranges::any_of(result.rotations, [&](const Rotation& one) { return one.phase == phase; });
  };
  const bool is_over = !is_in(RotationPhase::begun) && !is_in(RotationPhase::reissuing) && !is_in(RotationPhase::returning);
  if (!is_over)
    tell_next(context, result);
  if (is_in(RotationPhase::begun) && is_behind(result.places))
    for (const Rotation& rotation : result.rotations)
      if (rotation.phase == RotationPhase::begun)
        result.next.insert(result.next.begin(), "dockpki rotate-ca begin" + needed_option(context, rotation.role));
  if (is_over && is_behind(result.places))
    result.next.emplace_back("dockpki rotate-ca finish");
  return result;
}

} // namespace dockpki::app
