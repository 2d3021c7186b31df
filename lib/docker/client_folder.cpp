#include <dockpki/docker/client_folder.hpp>

namespace dockpki::docker {

std::filesystem::path client_folder(const ClientEnvironment& environment, const std::filesystem::path& working_folder) {
  for (const auto& variable : {environment.cert_path, environment.config})
    if (variable && !variable->empty())
      return (working_folder / *variable).lexically_normal();
  return environment.home / ".docker";
}

} // namespace dockpki::docker
