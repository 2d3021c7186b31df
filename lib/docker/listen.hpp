// Why: a daemon that cannot listen where it is told to does not start.
#pragma once

#include <string>
#include <vector>

#include <dockpki/docker/plan.hpp>

#include "docker/host_syntax.hpp"

namespace dockpki::docker {

/// plan_listeners fills in the listeners for `hosts`, which Docker has parsed, or the refusal.
void plan_listeners(const std::vector<Host>& hosts, DockerVersion release, const World& world, DaemonPlan& plan);

} // namespace dockpki::docker
