#include "docker/daemon_file.hpp"

#include <algorithm>
#include <map>

#include "docker/daemon_options.hpp"
#include "docker/daemon_values.hpp"
#include "docker/go_net.hpp"
#include "docker/go_text.hpp"

namespace dockpki::docker {
namespace {

using Settings = std::vector<std::pair<std::string, const JsonValue*>>;

/// Of each key its last value, and of an object that is no value of its own the members instead.
Settings flatten(const JsonValue& file) {
  Settings settings;
  const auto put = [&](const std::string& key, const JsonValue& value) {
    const auto same = std::ranges::find(settings, key, &Settings::value_type::first);
    if (same == settings.end())
      settings.emplace_back(key, &value);
    else
      same->second = &value;
  };
  for (const auto& [key, value] : file.members) {
    if (&value != file.find(key))
      continue;
    if (value.kind != JsonKind::object || is_flat_key(key)) {
      put(key, value);
      continue;
    }
    for (const auto& [inner_key, inner_value] : value.members)
      put(inner_key, inner_value);
  }
  return settings;
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
  std::string joined;
  for (const std::string& word : words)
    joined.append(joined.empty() ? "" : between).append(word);
  return joined;
}

std::optional<Refusal> unknown_keys(const Settings& settings, DockerVersion release) {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : settings)
    if (std::ranges::none_of(daemon_options(release), [&key = key](const DaemonOption& option) {
          return option.key == key || (option.flag.kind != FlagKind::none && option.flag.name == key);
        }))
      unknown.push_back(key);
  if (unknown.empty())
    return std::nullopt;
  return Refusal{"the following directives don't match any configuration option: " + join(unknown, ", "), "cfg-unknown-key"};
}

/// A flag's value as its String method shows it.
std::string shown(const Flag& flag, const Flags& flags) {
  if (flag.kind == FlagKind::list || flag.kind == FlagKind::host)
    return '[' + join(flags.values.find(flag.name)->second, " ") + ']';
  if (flag.kind == FlagKind::boolean)
    return flags.is_on(flag.name, false) ? "true" : "false";
  return flags.last(flag.name);
}

std::optional<Refusal> conflicts(const Settings& settings, const Flags& flags, DockerVersion release) {
  std::vector<std::string> found;
  bool has_hosts = false;
  for (const DaemonOption& option : daemon_options(release)) {
    if (option.flag.kind == FlagKind::none || !flags.changed(option.flag.name) || option.key == "runtimes")
      continue;
    const std::string_view name = option.is_named() ? option.key : option.flag.name;
    const auto same = std::ranges::find(settings, name, &Settings::value_type::first);
    if (same == settings.end())
      continue;
    has_hosts = has_hosts || name == "hosts";
    found.push_back(std::string(name) + ": (from flag: " + shown(option.flag, flags) + ", from file: " + same->second->printed() +
                    ')');
  }
  if (found.empty())
    return std::nullopt;
  return Refusal{"the following directives are specified both as a flag and in the configuration file: " + join(found, ", "),
                 has_hosts ? "cfg-hosts-conflict" : "cfg-flag-conflict"};
}

bool is_integer(const std::string& number) {
  return go_atoi(number).has_value();
}

/// Puts one member after the other into the settings, as into a Go struct, and remembers the first that does not fit.
class Decoder {
public:
  Decoder(DaemonFile& file, DockerVersion release) : file_(file), release_(release) {}

  void decode(const JsonValue& object) {
    for (const auto& [key, value] : object.members) {
      const std::string lower = ascii_lower(key);
      const auto& options = daemon_options(release_);
      const auto option = std::ranges::find_if(
          options, [&](const DaemonOption& one) { return one.key == lower && one.file != FileKind::ignored; });
      if (option != options.end() && fits(*option, value))
        assign(option->key, value);
    }
    if (!misfit_.empty())
      file_.refusal = Refusal{misfit_, "cfg-types"};
  }

private:
  void misfit(const JsonValue& value, const DaemonOption& option, std::string_view type, const std::string& more = {}) {
    if (misfit_.empty())
      misfit_ = "json: cannot unmarshal " + std::string(json_word(value.kind)) + more + " into Go struct field Config." +
                std::string(option.key) + " of type " + std::string(type);
  }

  bool fits(const DaemonOption& option, const JsonValue& value) {
    const auto want = [&](JsonKind kind, std::string_view type) {
      const bool ok = value.kind == kind || value.kind == JsonKind::null;
      if (!ok)
        misfit(value, option, type);
      return ok;
    };
    switch (option.file) {
    case FileKind::boolean:
      return want(JsonKind::boolean, "bool");
    case FileKind::text:
      return want(JsonKind::string, "string");
    case FileKind::integer:
      if (value.kind == JsonKind::number && !is_integer(value.text))
        misfit(value, option, "int", ' ' + value.text);
      return want(JsonKind::number, "int");
    case FileKind::texts:
      return want(JsonKind::array, "[]string") && each_fits(option, value, JsonKind::string, "string");
    case FileKind::address:
      if (value.kind == JsonKind::string && !value.text.empty() && !ip_family(value.text) && misfit_.empty())
        misfit_ = "invalid IP address: " + value.text;
      return want(JsonKind::string, "net.IP");
    case FileKind::text_map:
      return want(JsonKind::object, "map[string]string") && each_fits(option, value, JsonKind::string, "string");
    case FileKind::switches:
      return want(JsonKind::object, "map[string]bool") && each_fits(option, value, JsonKind::boolean, "bool");
    case FileKind::objects:
      return want(JsonKind::array, "[]" + std::string(option.element)) &&
             each_fits(option, value, JsonKind::object, option.element);
    case FileKind::object:
      return want(JsonKind::object, option.element);
    case FileKind::object_map:
      return want(JsonKind::object, "map[string]" + std::string(option.element)) &&
             each_fits(option, value, JsonKind::object, option.element);
    case FileKind::ignored:
      return true;
    }
    return true;
  }

  /// What fits is kept all the same.
  bool each_fits(const DaemonOption& option, const JsonValue& value, JsonKind kind, std::string_view type) {
    type.remove_prefix(type.starts_with('*') ? 1 : 0);
    for (const auto& [key, element] : value.members)
      if (element.kind != kind && element.kind != JsonKind::null)
        misfit(element, option, type);
    return true;
  }

  static void set(std::optional<bool>& target, const JsonValue& value) {
    target = value.kind == JsonKind::null ? std::nullopt : std::optional(value.text == "true");
  }

  static void set(std::string& target, const JsonValue& value) {
    if (value.kind == JsonKind::string)
      target = value.text;
  }

  static void set(std::vector<std::string>& target, const JsonValue& value) {
    target.clear();
    for (const auto& [none, element] : value.members)
      target.push_back(element.kind == JsonKind::string ? element.text : "");
  }

  void assign(std::string_view key, const JsonValue& value) {
    if (key == "tls")
      set(file_.tls, value);
    else if (key == "tlsverify")
      set(file_.tls_verify, value);
    else if (key == "tlscacert")
      set(file_.ca, value);
    else if (key == "tlscert")
      set(file_.certificate, value);
    else if (key == "tlskey")
      set(file_.key, value);
    else if (key == "hosts")
      set(file_.hosts, value);
    else if (key == "authorization-plugins")
      set(file_.authorization_plugins, value);
    else if (key == "live-restore")
      set(file_.live_restore, value);
    else if (key == "group")
      set(file_.group, value);
    else if (key == "data-root")
      set(file_.data_root, value);
    else if (key == "containerd")
      set(file_.containerd, value);
    else if (key == "log-level")
      set(file_.log_level, value);
  }

  DaemonFile& file_;
  DockerVersion release_;
  std::string misfit_;
};

void find_facts(const JsonValue& object, DaemonFile& file) {
  std::set<std::string> seen;
  for (const auto& [key, value] : object.members)
    if (!seen.insert(key).second)
      file.facts.push_back({"cfg-dup-key", key});
  if (file.keys.contains("host"))
    file.facts.push_back({"cfg-host-key", "host"});
}

/// A byte order mark.
bool has_mark(std::string_view contents) {
  return contents.starts_with("\xef\xbb\xbf") || contents.starts_with("\xff\xfe") || contents.starts_with("\xfe\xff");
}

std::string syntax_fact(const JsonResult& result, std::string_view contents) {
  if (result.has_trailing)
    return "cfg-two-objects";
  if (has_mark(contents))
    return "cfg-bom";
  return trim_space(contents).empty() ? "cfg-empty" : "cfg-json";
}

} // namespace

DaemonFile read_daemon_file(std::string_view contents, const Flags& flags, DockerVersion release) {
  DaemonFile file;
  const bool is_old = release == DockerVersion::v20_10;
  std::string text(contents);
  if (!is_old) {
    Decoded decoded = decode_by_bom(contents);
    if (decoded.invalid_at) {
      file.refusal = Refusal{"failed to decode configuration JSON at offset " + std::to_string(*decoded.invalid_at) +
                                 ": encoding: invalid UTF-8",
                             "cfg-json"};
      return file;
    }
    if (has_mark(contents))
      file.facts.push_back({"cfg-bom", ""});
    text = trim_space(decoded.text);
    if (text.empty()) {
      file.facts.push_back({"cfg-empty", ""});
      return file;
    }
  }
  const std::string prefix = is_old ? "" : "invalid JSON: ";
  const JsonResult json = read_json(text, is_old ? JsonReader::decoder : JsonReader::unmarshal_v2);
  if (!json.error.empty()) {
    file.refusal = Refusal{prefix + json.error, syntax_fact(json, contents)};
    return file;
  }
  if (json.has_trailing)
    file.facts.push_back({"cfg-two-objects", ""});
  if (json.value.kind != JsonKind::object && json.value.kind != JsonKind::null) {
    file.refusal = Refusal{prefix + "json: cannot unmarshal " + std::string(json_word(json.value.kind)) +
                               " into Go value of type map[string]interface {}",
                           "cfg-types"};
    return file;
  }
  const Settings settings = flatten(json.value);
  Decoder(file, release).decode(json.value); // also of a file that is refused: which files it names is worth to be known
  std::optional<Refusal> misfit = std::move(file.refusal);
  file.refusal = unknown_keys(settings, release);
  if (!file.refusal)
    file.refusal = conflicts(settings, flags, release);
  if (file.refusal)
    return file;
  for (const auto& [key, value] : settings)
    file.keys.insert(key);
  if (misfit)
    file.refusal = Refusal{prefix + misfit->message, misfit->id};
  else if (const std::string fault = settings_fault(settings); !fault.empty())
    file.refusal = Refusal{"configuration validation from file failed: " + fault, "cfg-value"};
  find_facts(json.value, file);
  return file;
}

} // namespace dockpki::docker
