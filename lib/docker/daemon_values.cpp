#include "docker/daemon_values.hpp"

#include <algorithm>
#include <array>

#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

/// Labels of letters, digits and inner hyphens, with a letter somewhere.
bool is_domain(std::string_view text) {
  if (text.ends_with('.'))
    text.remove_suffix(1);
  bool has_letter = false;
  char before = '.';
  for (const char c : text) {
    if (!is_alphanumeric(c) && (c != '-' || before == '.') && (c != '.' || !is_alphanumeric(before)))
      return false;
    has_letter = has_letter || (is_alphanumeric(c) && (c < '0' || c > '9'));
    before = c;
  }
  return has_letter && is_alphanumeric(before) && text.size() < 255;
}

std::string address_fault(const std::string& value) {
  return ip_family(trim_space(value)) ? "" : value + " is not an ip address";
}

std::string search_fault(const std::string& value) {
  const std::string domain = trim_space(value);
  return domain == "." || is_domain(domain) ? "" : domain + " is not a valid domain";
}

std::string label_fault(const std::string& value) {
  return value.find('=') != std::string::npos ? "" : "bad attribute format: " + value;
}

std::string mirror_fault(const std::string& value) {
  const std::size_t scheme_end = value.find("://");
  const std::string scheme = ascii_lower(value.substr(0, scheme_end == std::string::npos ? 0 : scheme_end));
  const bool is_web = is_one_of(scheme, {"http", "https"});
  return is_web ? "" : "invalid mirror: unsupported scheme " + go_quote(scheme) + " in " + go_quote(value);
}

std::string runtime_fault(const std::string& name, const JsonValue* runtimes) {
  if (name.empty() || is_one_of(name, {"runc", "io.containerd.runc.v2", "io.containerd.runtime.v1.linux"}))
    return {};
  return runtimes != nullptr && runtimes->find(name) != nullptr ? "" : "specified default runtime '" + name + "' does not exist";
}

std::string mode_fault(const std::string& what, const std::string& value, std::string_view other) {
  return value.empty() || value == other || value == "private"
             ? ""
             : what + " (" + value + ") is invalid; use \"" + std::string(other) + "\" or \"private\"";
}

std::string negative_fault(const std::string& what, const std::string& number) {
  return number.starts_with('-') && number != "-0" ? "invalid " + what + ": " + number : "";
}

/// The first fault of the texts in a list.
std::string each(const JsonValue& list, std::string (*fault)(const std::string&)) {
  for (const auto& [none, element] : list.members)
    if (std::string why = fault(element.text); !why.empty())
      return why;
  return {};
}

std::string setting_fault(const std::string& key, const JsonValue& value, const JsonValue* runtimes) {
  if (key == "dns")
    return each(value, address_fault);
  if (key == "dns-search")
    return each(value, search_fault);
  if (key == "labels")
    return each(value, label_fault);
  if (key == "max-concurrent-downloads")
    return negative_fault("max concurrent downloads", value.text);
  if (key == "max-concurrent-uploads")
    return negative_fault("max concurrent uploads", value.text);
  if (key == "max-download-attempts")
    return negative_fault("max download attempts", value.text);
  if (key == "default-runtime")
    return runtime_fault(value.text, runtimes);
  if (key == "default-ipc-mode")
    return mode_fault("default IPC mode setting", value.text, "shareable");
  if (key == "default-cgroupns-mode")
    return mode_fault("default cgroup namespace mode", value.text, "host");
  return {};
}

} // namespace

bool is_log_level(std::string_view text) {
  return is_one_of(ascii_lower(text), {"panic", "fatal", "error", "warn", "info", "warning", "debug", "trace"});
}

std::string flag_value_fault(std::string_view flag, const std::string& value) {
  if (is_one_of(flag, {"dns", "default-gateway", "default-gateway-v6", "ip", "host-gateway-ip"}))
    return address_fault(value);
  if (flag == "dns-search")
    return search_fault(value);
  if (flag == "label")
    return label_fault(value);
  if (flag == "registry-mirror")
    return mirror_fault(value);
  return {};
}

std::string settings_fault(const std::vector<std::pair<std::string, const JsonValue*>>& settings) {
  static constexpr std::array<std::string_view, 9> in_order{"dns",
                                                            "dns-search",
                                                            "labels",
                                                            "max-concurrent-downloads",
                                                            "max-concurrent-uploads",
                                                            "max-download-attempts",
                                                            "default-runtime",
                                                            "default-ipc-mode",
                                                            "default-cgroupns-mode"};
  const auto find = [&](std::string_view key) -> const JsonValue* {
    const auto found = std::ranges::find_if(settings, [&](const auto& one) { return one.first == key; });
    return found == settings.end() ? nullptr : found->second;
  };
  for (const std::string_view key : in_order)
    if (const JsonValue* value = find(key); value != nullptr)
      if (std::string why = setting_fault(std::string(key), *value, find("runtimes")); !why.empty())
        return why;
  return {};
}

} // namespace dockpki::docker
