// Why: which dockerd runs on a machine, and which would be started, is found where the kernel and systemd keep it: it may have
// any pid file, belong to a user, or not run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <dockpki/base/time.hpp>
#include <dockpki/docker/service_unit.hpp>
#include <dockpki/docker/world.hpp>

namespace dockpki::docker {

/// DaemonProcess is a dockerd that runs.
struct DaemonProcess {
  pid_t id = 0;
  uid_t user = 0;
  std::vector<std::string> command; ///< the program's name and its arguments
  Environment environment;          ///< that it was started with
  std::filesystem::path folder;     ///< that it works in, as it sees it
  std::filesystem::path root;       ///< "/"; of one in a container where its root lies, seen from here
  std::filesystem::path program;    ///< the file, to be read from here
  std::string service;              ///< of systemd, by its control group: "docker.service"; ""
  TimePoint started;
  bool is_outdated = false; ///< its program was replaced since
  bool is_readable = true;  ///< false: only root may see environment, folder and program
};

/// daemon_processes finds every process whose program is called dockerd, the oldest first. Nothing is run.
std::vector<DaemonProcess> daemon_processes(const std::filesystem::path& processes = "/proc");

/// program_version reads what a dockerd or docker says of itself from its file, without running it: "20.10.24+dfsg1", or "29"
/// where only the module tells; "" where nothing does.
std::string program_version(const std::filesystem::path& program);

/// start_command gives the program and all its arguments, variables filled in, of a service. Empty where it starts not exactly
/// one.
std::vector<std::string> start_command(const ServiceUnit& unit);

/// read_init_script gives what /etc/init.d/docker starts: dockerd with DOCKER_OPTS of /etc/default/docker. None if there is no
/// such script. Throws as read_service does.
std::optional<ServiceUnit> read_init_script(const std::filesystem::path& root);

/// SocketUnit is what matters here of docker.socket.
struct SocketUnit {
  std::filesystem::path file; ///< below the root
  std::vector<std::filesystem::path> drop_ins;
  std::vector<std::string> streams; ///< ListenStream=: "/run/docker.sock", "2376", "0.0.0.0:2376"
};

/// read_socket reads a unit as read_service does, and throws the same.
std::optional<SocketUnit> read_socket(const UnitPlaces& places, const std::string& name);

} // namespace dockpki::docker
