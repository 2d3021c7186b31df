#include "app/rotation_phase.hpp"

#include <algorithm>

#include <dockpki/base/error.hpp>

#include "app/rotation_places.hpp"
#include "app/rotation_role.hpp"
#include "app/rotation_steps.hpp"

namespace dockpki::app {

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

void settle(const Context& context, const RotateOptions& options) {
  context.home.check();
  if (options.dry_run == DryRun::no)
    write_session(context);
}

void require_same(const Rotation& before, store::Inventory& inventory) {
  const std::vector<Rotation> now = rotations_of(inventory);
  const auto same = std::ranges::find(now, before.role, &Rotation::role);
  if (same == now.end() || same->phase != before.phase || same->signs != before.signs)
    throw Error(Errc::busy, "failed to rotate: another process did so meanwhile",
                "'dockpki rotate-ca status' shows how it stands");
}

void mark_as_behind(std::vector<RotationPlace>& places) {
  for (RotationPlace& place : places)
    if (place.ca == CaFile::current)
      place.ca = CaFile::behind;
}

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

std::vector<RotationPlace> standing_on_other(const std::vector<RotationPlace>& places, const Rotation& rotation) {
  std::vector<RotationPlace> standing;
  std::ranges::copy_if(places, std::back_inserter(standing), [&](const RotationPlace& place) {
    // Of what cannot be read nobody knows.
    const bool may_stand = place.authority == rotation.trusted_still || (place.ca == CaFile::failed && place.authority.empty());
    return pki::signs(rotation.role, place.kind) && may_stand;
  });
  return standing;
}

bool is_behind(const std::vector<RotationPlace>& places) {
  return std::ranges::any_of(places, [](const RotationPlace& one) { return one.ca == CaFile::behind; });
}

void tell_next(const Context& context, const RotateOptions& options, RotateResult& result) {
  if (result.dry_run == DryRun::yes)
    return;
  for (const Rotation& rotation : result.rotations) {
    const std::string which = needed_option(context, rotation.role);
    const bool is_begun = rotation.phase == RotationPhase::begun;
    const std::vector<std::string> steps = steps_by_hand(context, result.places, rotation, options.bundles);
    result.by_hand.insert(result.by_hand.end(), steps.begin(), steps.end());
    const bool is_left = !standing_on_other(result.places, rotation).empty() || is_behind(result.places);
    if (is_begun || (rotation.phase != RotationPhase::none && is_left))
      result.next.push_back("dockpki rotate-ca reissue" + which);
    else if (rotation.phase != RotationPhase::none)
      result.next.push_back("dockpki rotate-ca finish" + which);
  }
}

} // namespace dockpki::app
