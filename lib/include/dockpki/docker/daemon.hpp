// Why: where the local dockerd listens and which certificate it reads is not to be asked of a person who has told dockerd
// already.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace dockpki::docker {

/// RunningDaemon is how the local dockerd was started.
struct RunningDaemon {
  std::optional<std::string> endpoint; ///< where it can be dialled: "tcp://127.0.0.1:2376"; none if it has no TCP socket
  std::optional<std::filesystem::path> certificate; ///< the file of its own certificate; none where that cannot be told
};

/// running_daemon reads the command line of the dockerd that wrote `pid_file`, and the daemon.json that it names (else
/// /etc/docker/daemon.json). A socket handed over by systemd (fd://) is not found. None where no dockerd runs.
std::optional<RunningDaemon> running_daemon(const std::filesystem::path& pid_file = "/run/docker.pid",
                                            const std::filesystem::path& processes = "/proc");

/// DaemonInfo is what matters here of the answer to GET /info.
struct DaemonInfo {
  bool live_restore = false; ///< containers outlive the daemon
  std::uint64_t containers_running = 0;
};

/// parse_daemon_info gives none for text that is no such answer.
std::optional<DaemonInfo> parse_daemon_info(std::string_view json);

} // namespace dockpki::docker
