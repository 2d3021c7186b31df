#include <dockpki/app/forget.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>

#include "app/order.hpp"

namespace dockpki::app {
namespace {

std::vector<store::PlacementRecord> placements_in(store::Inventory& inventory, const files::Path& folder) {
  std::vector<store::PlacementRecord> found = inventory.placements();
  std::erase_if(found, [&](const store::PlacementRecord& placement) { return placement.folder != folder; });
  if (found.empty())
    throw Error(Errc::not_found, "failed to forget '" + folder.string() + "': no set was put there",
                "'dockpki list' shows where sets were put");
  return found;
}

std::vector<ForgottenSet> describe(store::Inventory& inventory, const std::vector<store::PlacementRecord>& placements) {
  std::vector<ForgottenSet> sets;
  for (store::CertificateRecord& record : inventory.certificates())
    for (const store::PlacementRecord& placement : placements)
      if (placement.certificate_id == record.id)
        sets.push_back({record, placement.folder});
  return sets;
}

} // namespace

std::vector<ForgottenSet> forget_folder(Context& context, const files::Path& folder, DryRun dry_run) {
  context.home.check();
  const files::Path path = absolute_folder(context, folder);
  if (dry_run == DryRun::yes) {
    store::ReadSession session(context.home);
    return describe(session.inventory(), placements_in(session.inventory(), path));
  }
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  const std::vector<store::PlacementRecord> placements = placements_in(session.inventory(), path);
  std::vector<ForgottenSet> sets = describe(session.inventory(), placements);
  for (const store::PlacementRecord& placement : placements)
    session.record(store::PlacementForgotten{.folder = placement.folder, .layout = placement.layout});
  return sets;
}

} // namespace dockpki::app
