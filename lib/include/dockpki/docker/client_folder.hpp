// Why: a client's set is only of use where the docker client looks for it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace dockpki::docker {

/// ClientEnvironment is what decides where the docker client reads its files, and which daemon it asks. An empty variable counts
/// as unset.
struct ClientEnvironment {
  std::optional<std::string> cert_path; ///< DOCKER_CERT_PATH
  std::optional<std::string> config;    ///< DOCKER_CONFIG
  std::filesystem::path home;           ///< the user's home folder
  std::optional<std::string> host{};    ///< DOCKER_HOST
  std::optional<std::string> context{}; ///< DOCKER_CONTEXT
};

/// client_folder gives DOCKER_CERT_PATH, else DOCKER_CONFIG, else ~/.docker (docker/cli cli/flags/options.go); `--config` of
/// docker does not move them. A relative path is relative to `working_folder`; '~' in a variable is not expanded, as the client
/// does not.
std::filesystem::path client_folder(const ClientEnvironment& environment, const std::filesystem::path& working_folder);

} // namespace dockpki::docker
