#include <dockpki/docker/installed.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <dockpki/docker/daemons.hpp>

#include <unistd.h>

namespace dockpki::docker {
namespace {

namespace fs = std::filesystem;

/// A user's PATH has no sbin, where dockerd lies.
constexpr std::string_view system_folders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string find_program(const std::string& name, const Environment& environment) {
  const auto path = environment.find("PATH");
  std::istringstream folders((path == environment.end() ? "" : path->second + ':') + std::string(system_folders));
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string program = folder + '/' + name;
    std::error_code error;
    if (folder.starts_with('/') && fs::is_regular_file(program, error) && ::access(program.c_str(), X_OK) == 0)
      return program;
  }
  return {};
}

/// Without the epoch: "5:27.3.1-1~debian.12~bookworm" is 27.3.1-1~debian.12~bookworm.
std::string package_version(std::string_view name) {
  std::ifstream file("/var/lib/dpkg/status", std::ios::binary);
  std::ostringstream contents;
  contents << file.rdbuf();
  const std::string text = "\n" + std::move(contents).str();
  const std::size_t begin = text.find("\nPackage: " + std::string(name) + "\n");
  if (begin == std::string::npos)
    return {};
  const std::string entry = text.substr(begin, text.find("\n\n", begin) - begin);
  const std::size_t version = entry.find("\nVersion: ");
  if (entry.find("\nStatus: install ok installed\n") == std::string::npos || version == std::string::npos)
    return {};
  const std::size_t at = version + std::string_view("\nVersion: ").size();
  const std::string whole = entry.substr(at, entry.find('\n', at) - at);
  return whole.substr(whole.find(':') == std::string::npos ? 0 : whole.find(':') + 1);
}

std::string packaged_version(const std::string& name, const std::string& path) {
  if (path != "/usr/bin/" + name && path != "/usr/sbin/" + name)
    return {};
  const std::array<std::string_view, 3> packages =
      name == "docker" ? std::array<std::string_view, 3>{"docker-ce-cli", "docker-cli", "docker.io"}
                       : std::array<std::string_view, 3>{"docker-ce", "docker.io", "moby-engine"};
  for (const std::string_view package : packages)
    if (std::string version = package_version(package); !version.empty())
      return version;
  return {};
}

} // namespace

std::optional<InstalledProgram> installed_program(const std::string& name, const Environment& environment) {
  const std::string path = find_program(name, environment);
  if (path.empty())
    return std::nullopt;
  std::string version = program_version(path);
  if (version.empty())
    version = packaged_version(name, path);
  return InstalledProgram{path, std::move(version)};
}

} // namespace dockpki::docker
