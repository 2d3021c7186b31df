#include "app/daemon_places.hpp"

#include <unistd.h>

#include <dockpki/base/error.hpp>

#include "app/order.hpp"

namespace dockpki::app {

files::Path DaemonPlaces::real(const files::Path& path) const {
  const files::Path below = root / path.relative_path();
  std::error_code error;
  const files::Path resolved = std::filesystem::weakly_canonical(below, error);
  const files::Path base = std::filesystem::canonical(root, error);
  if (!error && std::mismatch(base.begin(), base.end(), resolved.begin(), resolved.end()).first != base.end())
    throw Error(Errc::refused, "failed to use '" + below.string() + "': links on the way lead out of " + root.string(),
                "give such paths by links that stay within it");
  return below;
}

DaemonPlaces daemon_places(const Context& context, const DaemonOptions& options) {
  DaemonPlaces places;
  places.root = absolute_folder(context, options.root);
  std::error_code error;
  if (!std::filesystem::is_directory(places.root, error))
    throw Error(Errc::not_found, "failed to use '" + places.root.string() + "' as a root: there is no such folder");
  if (options.daemon == Daemon::system) {
    places.folder = "/etc/docker";
    places.drop_in = files::Path("/etc/systemd/system/docker.service.d") / drop_in_name;
    places.socket = "unix:///var/run/docker.sock";
    places.units = docker::system_units(places.root);
    return places;
  }
  const files::Path& home = context.caller.docker.home;
  places.folder = home / ".config/docker";
  places.drop_in = home / ".config/systemd/user/docker.service.d" / drop_in_name;
  places.socket = "unix:///run/user/" + std::to_string(::geteuid()) + "/docker.sock";
  places.units = docker::user_units(places.root, home, ::geteuid());
  return places;
}

} // namespace dockpki::app
