#include <dockpki/docker/daemon_json.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/names.hpp>

#include "docker/json_text.hpp"

namespace dockpki::docker {
namespace {

constexpr std::array<std::string_view, 7> known = {"tls", "tlsverify", "tlscacert", "tlscert", "tlskey", "hosts", "live-restore"};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

DaemonJson::DaemonJson(std::string text, std::string_view name) : text_(is_blank(text) ? "{}\n" : std::move(text)), name_(name) {
  for (const std::string& key : JsonText(text_, name_).keys())
    if (std::ranges::find(known, lower(key)) != known.end() && lower(key) != key)
      throw Error(Errc::invalid_input, "failed to read '" + name_ + "': dockerd knows no '" + x509::printable(key) + "'",
                  "it is called '" + lower(key) + "'");
}

std::optional<std::vector<std::string>> DaemonJson::hosts() const {
  const std::optional<std::string> value = JsonText(text_, name_).value("hosts");
  if (!value)
    return std::nullopt;
  std::optional<std::vector<std::string>> listed = json_strings(*value);
  if (!listed)
    throw Error(Errc::invalid_input, "failed to read '" + name_ + "': hosts is no list of strings",
                "as in \"hosts\": [\"fd://\", \"tcp://127.0.0.1:2376\"]");
  return listed;
}

bool DaemonJson::is_true(std::string_view key) const {
  return JsonText(text_, name_).value(key) == "true";
}

bool DaemonJson::has(std::string_view key) const {
  return JsonText(text_, name_).value(key).has_value();
}

std::string DaemonJson::merged(const DaemonTls& tls) const {
  JsonText json(text_, name_);
  const std::vector<std::string> standing = hosts().value_or(std::vector<std::string>());
  if (!json.value("hosts"))
    json.set("hosts", "[]");
  for (const std::string& host : tls.hosts)
    if (std::ranges::find(standing, host) == standing.end())
      json.append("hosts", host);
  json.set("tlsverify", "true");
  json.set("tlscacert", json_string(tls.ca.string()));
  json.set("tlscert", json_string(tls.certificate.string()));
  json.set("tlskey", json_string(tls.key.string()));
  if (tls.live_restore)
    json.set("live-restore", "true");
  return json.text();
}

std::vector<std::string> DaemonJson::keys(const DaemonTls& tls) {
  std::vector<std::string> names = {"hosts", "tlsverify", "tlscacert", "tlscert", "tlskey"};
  if (tls.live_restore)
    names.emplace_back("live-restore");
  return names;
}

} // namespace dockpki::docker
