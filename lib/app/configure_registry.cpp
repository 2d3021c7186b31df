#include <dockpki/app/configure_registry.hpp>

#include <algorithm>
#include <array>

#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/files/set.hpp>

#include "app/client_set.hpp"
#include "app/daemon_places.hpp"

namespace dockpki::app {
namespace {

constexpr mode_t folder_mode = 0755;

/// dockerd looks for a folder that is called as the registry is in the image's name, the port of https too if it stands there.
void check_name(const std::string& registry) {
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  };
  if (registry.empty() || registry.front() == '.' || !std::ranges::all_of(registry, is_allowed))
    throw Error(Errc::usage, "failed to read the registry '" + x509::printable(registry) + "': it is not a host and a port",
                "as images are called by: registry.example.com:5000, without https:// and path");
}

/// Registries of this machine are insecure ones to dockerd, whatever they speak.
bool is_local(const std::string& registry) {
  return registry.starts_with("127.") || registry == "localhost" || registry.starts_with("localhost:");
}

bool is_desktop(const RegistryOptions& options) {
  return options.daemon == Daemon::system && options.root == "/" && ::geteuid() != 0;
}

} // namespace

ConfiguredRegistry configure_registry(const Context& context, const RegistryOptions& options) {
  check_name(options.registry);
  DaemonOptions daemon;
  daemon.root = options.root;
  daemon.daemon = options.daemon;
  const DaemonPlaces places = daemon_places(context, daemon);
  const files::Path docker = is_desktop(options) ? context.caller.docker.home / ".docker" : places.folder;
  ConfiguredRegistry result{.registry = options.registry,
                            .source = find_client_set(context, options.certificate, "configure the registry"),
                            .folder = docker / "certs.d" / options.registry,
                            .backups = {},
                            .notes = {},
                            .dry_run = options.dry_run};
  SetContents set = read_any_set(result.source, docker::client_layout, context.now);
  result.notes = std::move(set.notes);
  if (is_desktop(options))
    result.notes.emplace_back(
        "Docker Desktop looks there; for the system's dockerd run this as root, for your own with --rootless");
  if (is_local(options.registry))
    result.notes.emplace_back("dockerd shows no certificate to a registry on 127.0.0.0/8: call it by another address");
  const files::Path folder = places.real(result.folder);
  if (options.dry_run == DryRun::yes)
    return result;
  const std::array files = {files::SetFile{"ca.crt", set.ca.bytes(), files::certificate_mode},
                            files::SetFile{"client.cert", set.certificate.bytes(), files::certificate_mode},
                            files::SetFile{"client.key", set.key.bytes(), files::private_key_mode}};
  files::make_folder(folder, folder_mode);
  result.backups = files::StagedSet::stage(folder, files, files::Existing::backed_up, format_basic(context.now)).commit();
  return result;
}

} // namespace dockpki::app
