#include "app/placed_sets.hpp"

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>

namespace dockpki::app {

const docker::SetLayout& layout_of(store::Layout layout) {
  return layout == store::Layout::client ? docker::client_layout : docker::server_layout;
}

std::optional<store::CertificateRecord> certificate_in(store::Inventory& inventory, const files::Path& folder,
                                                       const docker::SetLayout& layout) {
  const Secret pem = files::read_file(folder / layout.certificate, "certificate", docker::largest_set_file);
  const auto certificate = x509::Certificate::from_pem(pem.bytes(), layout.certificate);
  return inventory.find_certificate(to_hex(certificate.fingerprint()));
}

PlacementState placement_state(store::Inventory& inventory, const store::PlacementRecord& placement) {
  try {
    const auto found = certificate_in(inventory, placement.folder, layout_of(placement.layout));
    if (!found)
      return PlacementState::changed;
    return found->id == placement.certificate_id ? PlacementState::current : PlacementState::stale;
  } catch (const Error& error) {
    return error.code() == Errc::not_found ? PlacementState::gone : PlacementState::changed;
  }
}

} // namespace dockpki::app
