// Why: a client's set is of use only once docker knows of it and of the daemon that it is for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/docker/context.hpp>
#include <dockpki/net/daemon.hpp>

namespace dockpki::app {

enum class Use { no, yes };

struct DockerContextOptions {
  net::Endpoint host;
  std::optional<std::string> name;        ///< of the context; none: the host's
  std::optional<files::Path> certificate; ///< a folder with ca.pem, cert.pem and key.pem; none: the home's client set
  Use use = Use::no;                      ///< make it the context that docker uses
  DryRun dry_run = DryRun::no;
};

/// DockerContext is a docker context that was made or updated.
struct DockerContext {
  std::string name;
  std::string host;
  files::Path source;         ///< the folder that the set was copied from
  docker::ContextPlace place; ///< where it lies now
  bool existed = false;       ///< it was updated
  std::string former_host;    ///< what an updated one pointed to; empty for a new one
  Use use = Use::no;
  docker::ChosenEndpoint chosen; ///< what docker uses now where its command line says nothing
  files::Path config;            ///< the client's config.json
  std::vector<std::string> notes;
  DryRun dry_run = DryRun::no;
};

/// configure_client writes a docker context below the caller's client configuration, as the docker client does: the set first, as
/// one, then its metadata, then config.json with Use::yes. Of a context that exists, description, further endpoints and what
/// else its metadata holds are kept. Throws Errc::not_found (no set), Errc::refused (several sets, a key that is encrypted or
/// another's), Errc::usage for a name that docker refuses, Errc::invalid_input for a file that cannot be read.
DockerContext configure_client(const Context& context, const DockerContextOptions& options);

struct DockerEnvironmentOptions {
  std::optional<net::Endpoint> host;
  std::optional<files::Path> certificate; ///< as in DockerContextOptions
};

/// DockerEnvironment is what DOCKER_HOST and its like are to be.
struct DockerEnvironment {
  std::optional<std::string> host; ///< none: DOCKER_HOST is left as it is
  std::string cert_path;
};

/// docker_environment reads the set as configure_client does, and writes nothing.
DockerEnvironment docker_environment(const Context& context, const DockerEnvironmentOptions& options);

} // namespace dockpki::app
