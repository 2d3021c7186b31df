// Why: a registry that asks for a client's certificate is shown the one that lies in a folder of its name, in Docker's own order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/configure_daemon.hpp>

namespace dockpki::app {

struct RegistryOptions {
  std::string registry;                   ///< as images are called by: "registry.example.com:5000"
  std::optional<files::Path> certificate; ///< a folder with ca.pem, cert.pem and key.pem; none: the home's client set
  files::Path root = "/";                 ///< of the machine that is configured: an image's
  Daemon daemon = Daemon::system;
  DryRun dry_run = DryRun::no;
};

struct ConfiguredRegistry {
  std::string registry;
  files::Path source;               ///< the folder that the set was copied from
  files::Path folder;               ///< where it lies now: as its machine sees it, without the root
  std::vector<files::Path> backups; ///< of what lay there
  std::vector<std::string> notes;
  DryRun dry_run = DryRun::no;
};

/// configure_registry copies the set to ca.crt, client.cert and client.key in certs.d/REGISTRY below /etc/docker, of a rootless
/// daemon below ~/.config/docker; for somebody who is not root below ~/.docker, where Docker Desktop looks. Other files there
/// stay. Throws as configure_client does; Errc::usage for a registry whose name makes no sense.
ConfiguredRegistry configure_registry(const Context& context, const RegistryOptions& options);

} // namespace dockpki::app
