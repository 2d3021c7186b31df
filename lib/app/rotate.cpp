// rotate-ca: reissue, finish, abort and status.
#include <dockpki/app/rotate.hpp>

#include <algorithm>
#include <set>

#include <dockpki/base/error.hpp>

#include "app/renew_sets.hpp"
#include "app/rotation_phase.hpp"
#include "app/rotation_places.hpp"
#include "app/rotation_role.hpp"
#include "app/trust.hpp"

namespace dockpki::app {
namespace {

std::string title_of(const RotationPlace& place) {
  return std::string(to_string(place.kind)) + " '" + x509::printable(place.name) + "', " +
         (place.context.empty() ? "in " + place.folder.string() : "docker context '" + place.context + "'");
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

} // namespace

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
  tell_next(context, options, result);
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
    const bool has_changed =
        std::ranges::any_of(result.places, [](const RotationPlace& one) { return one.ca == CaFile::updated; });
    if (has_changed || options.bundles)
      tell_next(context, options, result);
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
  tell_next(context, options, result);
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
    tell_next(context, options, result);
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
  tell_next(context, options, result);
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
    tell_next(context, options, result);
  if (is_in(RotationPhase::begun) && is_behind(result.places))
    for (const Rotation& rotation : result.rotations)
      if (rotation.phase == RotationPhase::begun)
        result.next.insert(result.next.begin(), "dockpki rotate-ca begin" + needed_option(context, rotation.role));
  if (is_over && is_behind(result.places))
    result.next.emplace_back("dockpki rotate-ca finish");
  return result;
}

} // namespace dockpki::app
