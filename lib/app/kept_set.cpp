#include "app/kept_set.hpp"

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/set.hpp>

#include "app/placed_sets.hpp"

namespace dockpki::app {
namespace {

/// The certificate of that serial number, which must be the one that is in force in the folder.
store::CertificateRecord find_successor(store::Inventory& inventory, const Candidate& one, const std::string& serial) {
  for (store::CertificateRecord& record : inventory.certificates()) {
    if (record.serial != serial)
      continue;
    const auto lies_there = [&](const store::PlacementRecord& placement) {
      return placement.certificate_id == record.id && placement.folder == one.placement.folder;
    };
    if (std::ranges::any_of(inventory.placements(), lies_there))
      return std::move(record);
  }
  throw Error(Errc::busy, "failed to put the old set back into '" + one.placement.folder +
                              "': another process replaced or forgot the new one meanwhile");
}

} // namespace

KeptSet::KeptSet(const Candidate& one) : one_(one) {
  const files::AsUser as_owner(one.placement.owner);
  const files::Path folder(one.placement.folder);
  for (const std::string& name : files::standing_files(folder, layout_of(one.placement.layout).names()))
    files_.emplace_back(name, files::read_file(folder / name, "file", docker::largest_set_file, files::Symlinks::refused));
}

x509::Certificate KeptSet::certificate() const {
  const std::string& name = layout_of(one_.placement.layout).certificate;
  const auto file = std::ranges::find(files_, name, [](const auto& one) { return one.first; });
  if (file == files_.end())
    throw Error(Errc::not_found, "failed to find " + name + " in '" + one_.placement.folder + "'");
  return x509::Certificate::from_pem(file->second.bytes(), name);
}

void KeptSet::put_back(Context& context, const std::string& serial, const std::string& reason) const {
  const docker::SetLayout& layout = layout_of(one_.placement.layout);
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  const store::CertificateRecord successor = find_successor(session.inventory(), one_, serial);
  std::vector<files::SetFile> set;
  for (const auto& [name, contents] : files_)
    if (name != layout.ca) // whom to trust is not the set's affair: somebody may have been shut out meanwhile
      set.push_back({name, contents.bytes(), name == layout.key ? files::private_key_mode : files::certificate_mode});
  const std::array kept = {layout.ca};
  {
    const files::AsUser as_owner(one_.placement.owner);
    files::StagedSet::stage(one_.placement.folder, set, files::Existing::replaced, format_basic(context.now), kept).commit();
  }
  session.record(store::SetPutBack{
      .authority = successor.authority, .serial = serial, .reason = reason, .kind = successor.kind, .name = successor.name});
}

} // namespace dockpki::app
