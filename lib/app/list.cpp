#include <map>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/context_store.hpp>

#include "app/placed_sets.hpp"

namespace dockpki::app {
namespace {

using Placements = std::map<std::int64_t, std::vector<ListedPlacement>>;

/// Contexts hold copies that nobody told us of: they are looked for each time.
void add_contexts(Placements& placements, const Context& context, store::Inventory& inventory) {
  const files::Path config = docker::config_folder(context.caller.docker, context.caller.working_folder);
  for (const docker::ContextSet& set : docker::context_sets(config)) {
    try {
      if (const auto record = certificate_in(inventory, set.folder, docker::client_layout))
        placements[record->id].push_back(
            {.folder = set.folder,
             .state = record->state == store::CertificateState::issued ? PlacementState::current : PlacementState::stale,
             .context = set.context});
    } catch (const Error&) {
      continue; // whatever it is, it is not one of ours
    }
  }
}

} // namespace

std::string_view to_string(PlacementState state) {
  switch (state) {
  case PlacementState::current:
    return "current";
  case PlacementState::stale:
    return "stale";
  case PlacementState::changed:
    return "changed";
  case PlacementState::gone:
    return "gone";
  }
  return "?";
}

std::vector<ListedCertificate> list_certificates(const Context& context) {
  context.home.check();
  store::ReadSession session(context.home);
  store::Inventory& inventory = session.inventory();
  Placements placements;
  for (const store::PlacementRecord& placement : inventory.placements())
    placements[placement.certificate_id].push_back({.folder = placement.folder, .state = placement_state(inventory, placement)});
  add_contexts(placements, context, inventory);
  std::vector<ListedCertificate> list;
  for (store::CertificateRecord& record : inventory.certificates()) {
    const auto found = placements.find(record.id);
    list.push_back(
        {.record = std::move(record), .placements = found == placements.end() ? std::vector<ListedPlacement>{} : found->second});
  }
  return list;
}

} // namespace dockpki::app
