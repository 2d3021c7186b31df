#include <map>

#include <dockpki/app/look.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/docker/set_layout.hpp>

namespace dockpki::app {
namespace {

PlacementState placement_state(store::Inventory& inventory, const store::PlacementRecord& placement) {
  const docker::SetLayout& layout = placement.layout == store::Layout::client ? docker::client_layout : docker::server_layout;
  try {
    const Secret pem =
        files::read_file(files::Path(placement.folder) / layout.certificate, "certificate", docker::largest_set_file);
    const auto certificate = x509::Certificate::from_pem(pem.bytes(), layout.certificate);
    const auto known = inventory.find_certificate(to_hex(certificate.fingerprint()));
    if (!known)
      return PlacementState::changed;
    return known->id == placement.certificate_id ? PlacementState::current : PlacementState::stale;
  } catch (const Error& error) {
    return error.code() == Errc::not_found ? PlacementState::gone : PlacementState::changed;
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
  std::map<std::int64_t, std::vector<ListedPlacement>> placements;
  for (const store::PlacementRecord& placement : inventory.placements())
    placements[placement.certificate_id].push_back({.folder = placement.folder, .state = placement_state(inventory, placement)});
  std::vector<ListedCertificate> list;
  for (store::CertificateRecord& record : inventory.certificates()) {
    const auto found = placements.find(record.id);
    list.push_back(
        {.record = std::move(record), .placements = found == placements.end() ? std::vector<ListedPlacement>{} : found->second});
  }
  return list;
}

} // namespace dockpki::app
