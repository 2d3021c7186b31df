// Why: a docker context holds its own copy of ca.pem, cert.pem and key.pem. Who renews ~/.docker alone leaves it stale.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <dockpki/docker/client_folder.hpp>

namespace dockpki::docker {

/// ContextSet is the TLS folder of a docker context.
struct ContextSet {
  std::string context; ///< its name, made printable; the folder's (a SHA-256) if its metadata cannot be read
  std::filesystem::path folder;
};

/// config_folder gives DOCKER_CONFIG, else ~/.docker, where the docker client keeps its contexts.
std::filesystem::path config_folder(const ClientEnvironment& environment, const std::filesystem::path& working_folder);

/// context_sets gives the contexts below `config_folder` that hold a certificate, by name: contexts/tls/ID/docker/cert.pem, with
/// the name in contexts/meta/ID/meta.json (docker/cli cli/context/store). None where there is no such folder or it is
/// not ours to read. Throws Errc::io.
std::vector<ContextSet> context_sets(const std::filesystem::path& config_folder);

/// StoredName is the name of a context as docker writes it, with or without TLS files.
struct StoredName {
  std::string name; ///< not made printable; "" if its metadata cannot be read
  std::filesystem::path metadata;
};

/// context_names gives what lies in contexts/meta/ID/meta.json, by the path; at most a thousand. None where the folder is not
/// there or cannot be read.
std::vector<StoredName> context_names(const std::filesystem::path& config_folder);

} // namespace dockpki::docker
