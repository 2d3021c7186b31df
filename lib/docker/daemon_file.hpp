// Why: daemon.json is checked against the flags before it is read, and each release does both in its own way.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/docker/plan.hpp>

#include "docker/go_flags.hpp"
#include "docker/go_json.hpp"

namespace dockpki::docker {

/// DaemonFile is what dockerd takes out of daemon.json.
struct DaemonFile {
  std::optional<Refusal> refusal;          ///< the message without "unable to configure ...: "
  std::set<std::string, std::less<>> keys; ///< that count as set, those one level down included
  std::optional<bool> tls;
  std::optional<bool> tls_verify;
  std::string ca;
  std::string certificate;
  std::string key;
  std::vector<std::string> hosts;
  std::vector<std::string> authorization_plugins;
  std::optional<bool> live_restore;
  std::string group;
  std::string data_root;
  std::string containerd;
  std::string log_level;
  std::vector<Fact> facts;
};

DaemonFile read_daemon_file(std::string_view contents, const Flags& flags, DockerVersion release);

} // namespace dockpki::docker
