// Why: a docker context that dockpki writes is to be one that the docker client could have written, and what a person changed in
// one stays.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <dockpki/docker/client_folder.hpp>

namespace dockpki::docker {

/// ContextPlace is where a context lies below the client's configuration: its id is the SHA-256 of its name.
struct ContextPlace {
  std::filesystem::path metadata; ///< contexts/meta/ID/meta.json
  std::filesystem::path folder;   ///< contexts/tls/ID/docker, with ca.pem, cert.pem and key.pem
};

/// context_place refuses a name that the client refuses: fewer than two characters, others than letters, digits and "_.+-", and
/// `default`. Throws Errc::usage.
ContextPlace context_place(const std::filesystem::path& config_folder, const std::string& name);

/// context_metadata gives what meta.json is to hold (docker/cli cli/context/store): `old`, with the host of its endpoint "docker"
/// replaced and TLS verified, or all of it new where `old` is empty. What else stands in `old` stays. `file` is what messages
/// call it. Throws Errc::invalid_input for an `old` that is no metadata of a context.
std::string context_metadata(const std::string& name, const std::string& host, const std::string& old, std::string_view file);

/// The host of the endpoint "docker" in meta.json. Throws Errc::invalid_input.
std::string context_host(const std::string& metadata, std::string_view file);

/// with_current_context gives config.json with `name` as the context that is used unless something else says otherwise. An empty
/// `old` stands for a file that is not there. Throws Errc::invalid_input.
std::string with_current_context(const std::string& old, const std::string& name, std::string_view file);

/// ChosenEndpoint is what the docker client uses where its command line says nothing, and why.
struct ChosenEndpoint {
  enum class By { docker_host, docker_context, config, nothing };
  By by = By::nothing;
  std::string value; ///< the host, or the context's name: "default" where nothing is said
};

/// chosen_endpoint asks in the client's order: DOCKER_HOST, DOCKER_CONTEXT, currentContext in config.json, the context `default`
/// (docker/cli cli/command/cli.go). --context and --host go before all of them. `config` is what config.json holds, empty where
/// there is none. Throws Errc::invalid_input.
ChosenEndpoint chosen_endpoint(const ClientEnvironment& environment, const std::string& config, std::string_view file);

} // namespace dockpki::docker
