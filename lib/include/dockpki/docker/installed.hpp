// Why: Docker's rules differ by version, and what judges is what is installed. Asking dockerd itself takes longer than all
// the rest, so its version is read from its file.
#pragma once

#include <optional>
#include <string>

#include <dockpki/docker/world.hpp>

namespace dockpki::docker {

struct InstalledProgram {
  std::string path;
  std::string version; ///< "28.2.2", "20.10.24+dfsg1"; "" if nothing tells it
};

/// installed_program finds "docker" or "dockerd" on PATH and where the system's programs lie. The version is what
/// program_version reads, else that of the Debian package of what lies in /usr/bin and /usr/sbin. Nothing is run. None if there
/// is no such program.
std::optional<InstalledProgram> installed_program(const std::string& name, const Environment& environment);

} // namespace dockpki::docker
