// Why: where no CA is named, Go trusts whomever the system trusts.
#pragma once

#include <dockpki/docker/world.hpp>
#include <dockpki/goverify/verify.hpp>

namespace dockpki::app {

/// system_roots gives what crypto/x509 finds: the first file of SSL_CERT_FILE or the usual ones, and every file of the folders of
/// SSL_CERT_DIR or the usual ones.
goverify::Pool system_roots(const docker::Environment& environment, const goverify::Rules& rules, const docker::World& world);

} // namespace dockpki::app
