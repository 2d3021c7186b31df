// Why: a client gets nowhere if nothing listens where it dials, whatever the certificates are.
#pragma once

#include <optional>

#include <dockpki/docker/plan.hpp>

namespace dockpki::app {

/// Why the client does not reach a listener of the daemon; none if it does.
std::optional<docker::Refusal> reach(const docker::DaemonPlan& daemon, const docker::ClientPlan& client,
                                     const docker::World& world);

/// Why the daemon does not take the API version that DOCKER_API_VERSION demands; none if it does.
std::optional<docker::Refusal> api_refusal(const docker::ClientPlan& client, goverify::DockerVersion daemon);

} // namespace dockpki::app
