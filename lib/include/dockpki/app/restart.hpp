// Why: dockerd reads its files when it starts. A renewal that no restart follows serves nobody, and a restart that nobody looked
// at may leave the host without a daemon.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <dockpki/files/file.hpp>
#include <dockpki/net/daemon.hpp>

namespace dockpki::app {

/// Interruption: may the restart stop running containers?
enum class Interruption { refused, accepted };

/// Delivery: how the set comes to where the daemon reads it.
enum class Delivery {
  in_place,  ///< it reads the very files that are renewed
  by_restart ///< what restarts it may carry them there
};

struct RestartOptions {
  /// Restarts the daemon that serves the set `name` in `folder`; called again for the old set if the new one does not prove
  /// itself. Throws Error if that fails.
  std::function<void(const std::string& name, const files::Path& folder)> restart;
  std::optional<net::Endpoint> endpoint; ///< where the daemon listens; else the local dockerd is found by its pid file
  Delivery delivery = Delivery::in_place;
  Interruption interruption = Interruption::refused;
  std::function<void(const std::string&)> warn; ///< is told, before the restart, what it stops
};

/// RestartedDaemon is a daemon that was restarted so that it serves a set, or in a dry run would be.
struct RestartedDaemon {
  net::Endpoint endpoint;
  std::string serial; ///< of the certificate that it serves now; empty if it serves neither the new nor the old one
};

} // namespace dockpki::app
