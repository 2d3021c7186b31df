#include "docker/client_context.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <dockpki/base/hex.hpp>
#include <dockpki/x509/digest.hpp>

#include "docker/go_json.hpp"
#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

namespace fs = std::filesystem;

/// encoding/json takes a key in any case, the last one counts.
const JsonValue* folded(const JsonValue& object, std::string_view key) {
  const auto& all = object.members;
  const auto found =
      std::find_if(all.rbegin(), all.rend(), [&](const JsonMember& member) { return ascii_lower(member.key) == key; });
  return found == all.rend() ? nullptr : &found->value;
}

std::string folder_id(const std::string& name) {
  return to_hex(x509::sha256(bytes_of(name)));
}

Refusal missing(const std::string& name, const std::string& error, DockerVersion release) {
  if (release == DockerVersion::v20_10)
    return {"context \"" + name + "\" does not exist", "env-context-missing"};
  return {"context \"" + name + "\": context not found: " + error, "env-context-missing"};
}

Refusal unusable(const std::string& name, const std::string& error, DockerVersion release) {
  return {release == DockerVersion::v20_10 ? error : "context \"" + name + "\": " + error, "env-context-parts"};
}

/// Why docker cannot work with what stands beside the endpoints; empty if it can. It looks into each with no question asked, and
/// ends with a panic where that is another type.
std::string metadata_fault(const JsonValue& metadata, DockerVersion release) {
  static constexpr std::array<std::string_view, 4> orchestrators{"", "all", "kubernetes", "swarm"};
  const auto is_no_text = [&](std::string_view key) {
    const JsonValue* value = metadata.find(key);
    return value != nullptr && value->kind != JsonKind::string;
  };
  const bool is_old = release == DockerVersion::v20_10;
  if (is_no_text("Description") || (is_old && is_no_text("StackOrchestrator")))
    return "panic: interface conversion: interface {} is not string";
  const JsonValue* orchestrator = is_old ? metadata.find("StackOrchestrator") : nullptr;
  if (orchestrator != nullptr && std::ranges::find(orchestrators, orchestrator->text) == orchestrators.end())
    return "specified orchestrator \"" + orchestrator->text + "\" is invalid, please use either kubernetes, swarm or all";
  return {};
}

void read_endpoint(const std::string& path, const std::string& name, std::string_view text, DockerVersion release,
                   StoredContext& context) {
  const JsonResult json = read_json(text, release == DockerVersion::v29 ? JsonReader::unmarshal_v2 : JsonReader::unmarshal);
  const std::string prefix = release == DockerVersion::v20_10 ? "" : "parsing " + path + ": ";
  if (!json.error.empty()) {
    context.refusal = unusable(name, prefix + json.error, release);
    return;
  }
  const auto misfit = [&](const JsonValue& value, std::string_view where, std::string_view type) {
    context.refusal = unusable(name,
                               prefix + "json: cannot unmarshal " + std::string(json_word(value.kind)) + " into Go " +
                                   std::string(where) + " of type " + std::string(type),
                               release);
  };
  if (json.value.kind != JsonKind::object && json.value.kind != JsonKind::null)
    return misfit(json.value, "value", "store.untypedContextMetadata");
  const auto is_other = [](const JsonValue* value, JsonKind wanted) {
    return value != nullptr && value->kind != wanted && value->kind != JsonKind::null;
  };
  if (const JsonValue* stored = folded(json.value, "name"); is_other(stored, JsonKind::string))
    return misfit(*stored, "struct field untypedContextMetadata.name", "string");
  const JsonValue* endpoints = folded(json.value, "endpoints");
  if (is_other(endpoints, JsonKind::object))
    return misfit(*endpoints, "struct field untypedContextMetadata.endpoints", "map[string]json.RawMessage");
  const JsonValue* metadata = folded(json.value, "metadata");
  if (is_other(metadata, JsonKind::object))
    return misfit(*metadata, "value", "map[string]interface {}");
  if (metadata != nullptr)
    if (const std::string fault = metadata_fault(*metadata, release); !fault.empty()) {
      context.refusal = unusable(name, fault, release);
      return;
    }
  if (endpoints != nullptr)
    for (const auto& [key, other] : endpoints->members)
      if (key != "docker" && is_other(&other, JsonKind::object))
        return misfit(other, "value", "map[string]interface {}");
  const JsonValue* endpoint = endpoints != nullptr ? endpoints->find("docker") : nullptr;
  if (endpoint == nullptr || endpoint->kind == JsonKind::null) {
    context.refusal = Refusal{"cannot find docker endpoint in context", "env-context-parts"};
    return;
  }
  if (endpoint->kind != JsonKind::object)
    return misfit(*endpoint, "value", "docker.EndpointMeta");
  if (const JsonValue* host = folded(*endpoint, "host"); host != nullptr && host->kind != JsonKind::null) {
    if (host->kind != JsonKind::string)
      return misfit(*host, "struct field EndpointMetaBase.Host", "string");
    context.host = host->text;
  }
  if (const JsonValue* skip = folded(*endpoint, "skiptlsverify"); skip != nullptr && skip->kind != JsonKind::null) {
    if (skip->kind != JsonKind::boolean)
      return misfit(*skip, "struct field EndpointMetaBase.SkipTLSVerify", "bool");
    context.skip_tls_verify = skip->text == "true";
  }
}

void read_files(const fs::path& folder, const std::string& name, DockerVersion release, StoredContext& context) {
  std::error_code error;
  std::vector<std::string> names;
  if (fs::symlink_status(folder, error).type() != fs::file_type::directory && error != std::errc::permission_denied)
    return; // a link is no folder to docker
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != end(entry); entry.increment(error))
    if (std::error_code ignored; entry->symlink_status(ignored).type() != fs::file_type::directory)
      names.push_back(entry->path().filename().string());
  const std::string files = release == DockerVersion::v20_10 ? "context tls files" : "TLS files";
  if (error) {
    context.refusal = Refusal{"failed to retrieve " + files + " for context \"" + name + "\": open " + folder.string() + ": " +
                                  ascii_lower(error.message()),
                              "perm-client", folder.string()};
    return;
  }
  context.has_tls_folder = true;
  std::ranges::sort(names);
  for (const std::string& file : names) {
    const std::string path = (folder / file).string();
    GoRead read = read_as_go(path);
    if (!read.contents) {
      context.refusal =
          Refusal{release == DockerVersion::v20_10
                      ? "failed to retrieve context tls data for file \"" + file + "\" of context \"" + name + "\": " + read.error
                      : "failed to retrieve TLS data (" + file + ") for context \"" + name + "\": " + read.error,
                  "perm-client", path};
      return;
    }
    std::optional<ReadFile>* part = file == "ca.pem"     ? &context.ca
                                    : file == "cert.pem" ? &context.certificate
                                    : file == "key.pem"  ? &context.key
                                                         : nullptr;
    if (part != nullptr)
      *part = ReadFile{path, std::move(*read.contents)};
    else
      context.facts.push_back({"env-context-extra-file", path, path});
  }
}

} // namespace

StoredContext read_context(const std::string& config_folder, const std::string& name, DockerVersion release) {
  StoredContext context;
  const std::string id = folder_id(name);
  const std::string path = config_folder + "/contexts/meta/" + id + "/meta.json";
  const GoRead meta = read_as_go(path);
  if (!meta.contents) {
    context.refusal = meta.is_missing ? missing(name, meta.error, release) : unusable(name, meta.error, release);
    return context;
  }
  read_endpoint(path, name, meta.contents->text(), release, context);
  if (context.refusal)
    context.refusal->file = path;
  else
    read_files(config_folder + "/contexts/tls/" + id + "/docker", name, release, context);
  return context;
}

std::string current_context(const std::string& config_folder, std::vector<Fact>& facts) {
  const std::string path = config_folder + "/config.json";
  const GoRead file = read_as_go(path);
  if (!file.contents) {
    if (!file.is_missing)
      facts.push_back({"env-config-unreadable", file.error, path});
    return {};
  }
  const JsonResult json = read_json(file.contents->text(), JsonReader::decoder);
  if (!json.error.empty()) {
    if (json.error != "EOF")
      facts.push_back({"env-config-unreadable", path + ": " + json.error, path});
    return {};
  }
  for (const std::string_view key : {"hosts", "tlsverify", "tls", "tlscacert", "tlscert", "tlskey"})
    if (folded(json.value, key) != nullptr) {
      facts.push_back({"env-daemon-keys", std::string(key), path});
      break;
    }
  const JsonValue* current = folded(json.value, "currentcontext");
  return current != nullptr && current->kind == JsonKind::string ? current->text : "";
}

} // namespace dockpki::docker
