// Why: what lies in a folder, held against what the inventory says.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include <dockpki/app/look.hpp>
#include <dockpki/docker/set_layout.hpp>

namespace dockpki::app {

const docker::SetLayout& layout_of(store::Layout layout);

/// The authorities that are to be trusted no more: what they signed is due.
std::set<std::string> retired_authorities(store::Inventory& inventory);

/// The fingerprint (SHA-256, lower-case hexadecimal) of the certificate that lies in `folder`. Throws Errc::not_found,
/// Errc::invalid_input.
std::string fingerprint_in(const files::Path& folder, const docker::SetLayout& layout);

/// The certificate of this home that lies in `folder`; none if another does. Throws what reading it throws: Errc::not_found.
std::optional<store::CertificateRecord> certificate_in(store::Inventory& inventory, const files::Path& folder,
                                                       const docker::SetLayout& layout);

PlacementState placement_state(store::Inventory& inventory, const store::PlacementRecord& placement);
/// The same for many: `find` gives the certificate with a fingerprint, none if it is not one of this home.
using FindByFingerprint = std::function<std::optional<std::int64_t>(const std::string& sha256)>;
PlacementState placement_state(const FindByFingerprint& find, const store::PlacementRecord& placement);

/// Throws Errc::not_found, Errc::refused, with the hint to forget it, unless a certificate of this home lies in `folder`.
/// `what` is the verb of what failed.
void refuse_astray(PlacementState state, const std::string& what, const std::string& folder);

} // namespace dockpki::app
