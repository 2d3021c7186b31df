// Why: a rotation is done once every place has moved: which authority signed what lies there, and whom its ca.pem trusts.
#pragma once

#include <dockpki/app/rotate.hpp>

namespace dockpki::app {

/// The rotation of each authority's role that signs in this home.
std::vector<Rotation> rotations_of(store::Inventory& inventory);

/// Whether ca.pem is brought up to date where it is behind.
enum class Spread { no, yes };

/// rotation_places looks at every set and docker context of which the authorities of `roles` signed the certificate, or which is
/// to trust them. A ca.pem that is behind is written with Spread::yes: as one atomic step, and what is somebody else's in it
/// stays. The caller holds the home's lock then. What fails is told in the place.
std::vector<RotationPlace> rotation_places(const Context& context, store::Inventory& inventory,
                                           const std::vector<pki::Role>& roles, Spread spread);

} // namespace dockpki::app
