// Why: what docker refuses of its command line, it refuses before it looks for a daemon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/docker/plan.hpp>

#include "docker/go_flags.hpp"

namespace dockpki::docker {

/// The flags before the command, and from the command on the words.
Flags read_client_flags(const std::vector<std::string>& arguments, DockerVersion version);

/// Why docker asks no daemon; none if it does. Of other commands than `version` the flags are not known, save that those for TLS
/// are none of theirs.
std::optional<Refusal> command_refusal(const Flags& flags);

} // namespace dockpki::docker
