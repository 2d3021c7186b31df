// Why: without live-restore, whoever restarts dockerd stops its containers.
#pragma once

#include <filesystem>

namespace dockpki::docker {

/// containers_run is true if a container runs on this machine, whoever started it: each has a process called containerd-shim.
bool containers_run(const std::filesystem::path& processes = "/proc");

} // namespace dockpki::docker
