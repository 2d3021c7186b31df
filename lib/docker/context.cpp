#include <dockpki/docker/context.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/digest.hpp>
#include <dockpki/x509/names.hpp>

#include "docker/json_text.hpp"

namespace dockpki::docker {
namespace {

constexpr std::string_view endpoint_name = "docker";
constexpr std::string_view reserved_name = "default";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void check_name(const std::string& name) {
  const auto refuse = [&](const std::string& why, const std::string& hint) {
    throw Error(Errc::usage, "failed to use '" + x509::printable(name) + "' as the name of a docker context: " + why, hint);
  };
  if (name == reserved_name)
    refuse("docker keeps it for itself", "choose another: --context prod");
  const auto is_allowed = [](char c) { return is_alphanumeric(c) || std::string_view("_.+-").find(c) != std::string_view::npos; };
  if (name.size() < 2 || !is_alphanumeric(name.front()) || !std::ranges::all_of(name, is_allowed))
    refuse("docker takes two or more letters, digits and _ . + -, a letter or digit first", "choose another: --context prod");
}

std::optional<std::string> string_value(const JsonText& object, std::string_view key) {
  const std::optional<std::string> json = object.value(key);
  if (!json)
    return std::nullopt;
  const auto parsed = nlohmann::json::parse(*json);
  return parsed.is_string() ? std::optional(parsed.get<std::string>()) : std::nullopt;
}

/// A member that must be an object; one that is missing is an empty one.
JsonText object_value(const JsonText& object, std::string_view key, std::string_view file) {
  return {object.value(key).value_or("{}"), std::string(file) + ", " + std::string(key)};
}

} // namespace

ContextPlace context_place(const std::filesystem::path& config_folder, const std::string& name) {
  check_name(name);
  const Bytes octets{reinterpret_cast<const std::uint8_t*>(name.data()), name.size()};
  const std::string id = to_hex(x509::sha256(octets));
  return {.metadata = config_folder / "contexts/meta" / id / "meta.json",
          .folder = config_folder / "contexts/tls" / id / endpoint_name};
}

std::string context_metadata(const std::string& name, const std::string& host, const std::string& old, std::string_view file) {
  if (old.empty())
    return "{\"Name\":" + json_string(name) + ",\"Metadata\":{},\"Endpoints\":{\"docker\":{\"Host\":" + json_string(host) +
           ",\"SkipTLSVerify\":false}}}";
  JsonText metadata(old, file);
  if (string_value(metadata, "Name") != name)
    throw Error(Errc::invalid_input,
                "failed to read '" + std::string(file) + "': it is not the metadata of context '" + name + "'",
                "look at it, and remove it if it should not be there");
  JsonText endpoints = object_value(metadata, "Endpoints", file);
  JsonText endpoint = object_value(endpoints, endpoint_name, file);
  endpoint.set("Host", json_string(host));
  endpoint.set("SkipTLSVerify", "false");
  endpoints.set(endpoint_name, endpoint.text());
  metadata.set("Endpoints", endpoints.text());
  return metadata.text();
}

std::string context_host(const std::string& metadata, std::string_view file) {
  const JsonText endpoints = object_value(JsonText(metadata, file), "Endpoints", file);
  const std::optional<std::string> host = string_value(object_value(endpoints, endpoint_name, file), "Host");
  if (!host)
    throw Error(Errc::invalid_input, "failed to read '" + std::string(file) + "': its endpoint has no host");
  return *host;
}

std::string with_current_context(const std::string& old, const std::string& name, std::string_view file) {
  JsonText config(old.empty() ? "{}\n" : old, file);
  config.set("currentContext", json_string(name));
  return config.text();
}

ChosenEndpoint chosen_endpoint(const ClientEnvironment& environment, const std::string& config, std::string_view file) {
  if (environment.host && !environment.host->empty())
    return {ChosenEndpoint::By::docker_host, *environment.host};
  if (environment.context && !environment.context->empty())
    return {ChosenEndpoint::By::docker_context, *environment.context};
  if (!config.empty())
    if (const auto current = string_value(JsonText(config, file), "currentContext"); current && !current->empty())
      return {ChosenEndpoint::By::config, *current};
  return {ChosenEndpoint::By::nothing, std::string(reserved_name)};
}

} // namespace dockpki::docker
