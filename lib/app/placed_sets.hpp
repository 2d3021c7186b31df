// Why: what lies in a folder, held against what the inventory says.
#pragma once

#include <optional>

#include <dockpki/app/look.hpp>
#include <dockpki/docker/set_layout.hpp>

namespace dockpki::app {

const docker::SetLayout& layout_of(store::Layout layout);

/// The certificate of this home that lies in `folder`; none if another does. Throws what reading it throws: Errc::not_found.
std::optional<store::CertificateRecord> certificate_in(store::Inventory& inventory, const files::Path& folder,
                                                       const docker::SetLayout& layout);

PlacementState placement_state(store::Inventory& inventory, const store::PlacementRecord& placement);

} // namespace dockpki::app
