// Why: the daemon of the system and that of a user read the same files in different places, and either may lie in an image.
#pragma once

#include <dockpki/app/configure_daemon.hpp>
#include <dockpki/docker/service_unit.hpp>

namespace dockpki::app {

/// DaemonPlaces is where one dockerd's files are, as its machine sees them.
struct DaemonPlaces {
  files::Path root;
  files::Path folder;  ///< /etc/docker, or ~/.config/docker
  files::Path drop_in; ///< ours
  std::string socket;  ///< where it listens if it is told nothing: "unix:///var/run/docker.sock"
  docker::UnitPlaces units;

  [[nodiscard]] files::Path tls() const { return folder / "tls"; }
  [[nodiscard]] files::Path record() const { return folder / "dockpki-before.tar"; }
  /// Where `path` lies seen from here. Throws Errc::refused if links lead out of the root.
  [[nodiscard]] files::Path real(const files::Path& path) const;
};

/// Our drop-in is the last to apply.
inline constexpr const char* drop_in_name = "zz-dockpki.conf";

DaemonPlaces daemon_places(const Context& context, const DaemonOptions& options);

} // namespace dockpki::app
