// Why: -H, "hosts" and DOCKER_HOST look like URLs and are read by three parsers, each with its own defaults and complaints.
#pragma once

#include <string>
#include <string_view>

#include <dockpki/goverify/rules.hpp>

namespace dockpki::docker {

using goverify::DockerVersion;

/// Host is where a daemon listens or a client dials, as Docker writes it for itself: "tcp://127.0.0.1:2376".
struct Host {
  std::string text;
  std::string error; ///< why it is refused; empty if it is not

  [[nodiscard]] std::string scheme() const { return text.substr(0, text.find("://")); }
  /// What stands behind "://".
  [[nodiscard]] std::string address() const;
};

enum class Tls { off, on };

/// What dockerd makes of a host (moby opts/hosts.go). With an empty text the default: with TLS tcp://localhost:2376, else the
/// Unix socket.
Host parse_daemon_host(std::string_view text, Tls tls, DockerVersion release);
/// What the docker client makes of a host (docker/cli opts/hosts.go).
Host parse_client_host(std::string_view text, Tls tls, DockerVersion release);

} // namespace dockpki::docker
