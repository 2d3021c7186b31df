#include "app/placed_sets.hpp"

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/digest.hpp>
#include <dockpki/x509/pem.hpp>

namespace dockpki::app {

const docker::SetLayout& layout_of(store::Layout layout) {
  return layout == store::Layout::client ? docker::client_layout : docker::server_layout;
}

std::set<std::string> retired_authorities(store::Inventory& inventory) {
  std::set<std::string> names;
  for (const store::AuthorityRecord& authority : inventory.authorities())
    if (authority.state == store::AuthorityState::retired)
      names.insert(authority.name);
  return names;
}

std::string fingerprint_in(const files::Path& folder, const docker::SetLayout& layout) {
  const Secret pem = files::read_file(folder / layout.certificate, "certificate", docker::largest_set_file);
  // Others behind it are a chain; text around it is what openssl puts there.
  for (const x509::PemBlock& block : x509::read_pem(pem.bytes(), layout.certificate, x509::Explanatory::skipped))
    if (block.label == "CERTIFICATE")
      return to_hex(x509::sha256(block.der.bytes()));
  throw Error(Errc::invalid_input, "failed to read '" + (folder / layout.certificate).string() + "': it holds no certificate");
}

std::optional<store::CertificateRecord> certificate_in(store::Inventory& inventory, const files::Path& folder,
                                                       const docker::SetLayout& layout) {
  return inventory.find_certificate(fingerprint_in(folder, layout));
}

PlacementState placement_state(const FindByFingerprint& find, const store::PlacementRecord& placement) {
  try {
    const auto found = find(fingerprint_in(placement.folder, layout_of(placement.layout)));
    if (!found)
      return PlacementState::changed;
    return *found == placement.certificate_id ? PlacementState::current : PlacementState::stale;
  } catch (const Error& error) {
    return error.code() == Errc::not_found ? PlacementState::gone : PlacementState::changed;
  }
}

PlacementState placement_state(store::Inventory& inventory, const store::PlacementRecord& placement) {
  const auto find = [&](const std::string& sha256) -> std::optional<std::int64_t> {
    const auto record = inventory.find_certificate(sha256);
    return record ? std::optional(record->id) : std::nullopt;
  };
  return placement_state(find, placement);
}

void refuse_astray(PlacementState state, const std::string& what, const std::string& folder) {
  const std::string failed = "failed to " + what + " the set in '" + folder + "': ";
  if (state == PlacementState::gone)
    throw Error(Errc::not_found, failed + "it lies there no more",
                "'dockpki forget " + folder + "' if it is not needed; else issue it anew");
  if (state == PlacementState::changed)
    throw Error(Errc::refused, failed + "a certificate lies there that dockpki did not issue",
                "'dockpki forget " + folder + "' if that is as it should be");
}

} // namespace dockpki::app
