// Why: what dockerd is to be told is decided as a whole, and looked at, before anything of it is written.
#pragma once

#include <optional>
#include <string>

#include <dockpki/app/configure_daemon.hpp>
#include <dockpki/docker/daemon_json.hpp>
#include <dockpki/docker/service_unit.hpp>

#include "app/client_set.hpp"
#include "app/daemon_places.hpp"

namespace dockpki::app {

/// Everything that is decided before anything is written.
struct DaemonPlan {
  DaemonPlaces places;
  SetContents set;
  bool installs_set = false; ///< it does not lie where dockerd reads it
  docker::DaemonTls tls;
  std::string old_json;
  std::optional<docker::ServiceUnit> unit;
  docker::DaemonCommand command;
  std::string rootlesskit_flags; ///< of a user's dockerd, as an earlier run has left them
};

/// What daemon.json holds; empty where there is none. Throws what files::read_file throws.
std::string read_json_text(const files::Path& path);

/// plan_daemon decides all of it, and fills in what `result` tells. Throws as configure_daemon does.
DaemonPlan plan_daemon(const Context& context, const DaemonOptions& options, ConfiguredDaemon& result);

/// validate_plan asks dockerd itself to judge the result, with the set where it lies already. False if there is no dockerd that
/// could. Throws Errc::refused with its words.
bool validate_plan(const DaemonPlan& plan, const DaemonOptions& options, const ConfiguredDaemon& result);

} // namespace dockpki::app
