#include <dockpki/docker/daemon.hpp>

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/files/file.hpp>

namespace dockpki::docker {
namespace {

using Json = nlohmann::json;
constexpr std::size_t largest_file = 1U << 20U;

/// The contents of a file; empty if it cannot be read.
std::string contents(const std::filesystem::path& path) {
  try {
    return std::string(files::read_file(path, "file", largest_file).text());
  } catch (const Error&) {
    return {};
  }
}

/// The words of the command line of the dockerd that wrote `pid_file`; none if that process is no dockerd.
std::vector<std::string> command_line(const std::filesystem::path& pid_file, const std::filesystem::path& processes) {
  std::string process = contents(pid_file);
  while (process.ends_with('\n'))
    process.pop_back();
  if (process.empty() || !std::ranges::all_of(process, [](char c) { return c >= '0' && c <= '9'; }))
    return {};
  std::vector<std::string> words;
  std::string text = contents(processes / process / "cmdline"); // each word is ended by a zero octet
  for (std::size_t end = text.find('\0'); end != std::string::npos; end = text.find('\0')) {
    words.push_back(text.substr(0, end));
    text.erase(0, end + 1);
  }
  if (words.empty() || std::filesystem::path(words.front()).filename() != "dockerd")
    return {};
  return words;
}

/// Every value of an option: "--name VALUE", "--name=VALUE", "-x VALUE", "-xVALUE", "-x=VALUE".
std::vector<std::string> values(const std::vector<std::string>& words, const std::string& name, const std::string& letter = {}) {
  std::vector<std::string> found;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == name || (!letter.empty() && word == letter)) {
      if (i + 1 < words.size())
        found.push_back(words[++i]);
    } else if (word.starts_with(name + '=')) {
      found.push_back(word.substr(name.size() + 1));
    } else if (!letter.empty() && word.starts_with(letter)) {
      found.push_back(word.substr(letter.size() + (word[letter.size()] == '=' ? 1 : 0)));
    }
  }
  return found;
}

std::optional<std::string> last_of(const std::vector<std::string>& all) {
  return all.empty() ? std::nullopt : std::optional(all.back());
}

/// How to dial what `host`, as -H has it, listens on; none if it is no TCP socket.
std::optional<std::string> dialled(std::string host) {
  constexpr std::string_view tcp = "tcp://";
  if (host.starts_with(tcp))
    host.erase(0, tcp.size());
  else if (host.find("://") != std::string::npos)
    return std::nullopt;
  host = host.substr(0, host.find('/'));
  std::size_t colon = host.rfind(':');
  if (colon == std::string::npos || host.ends_with(']')) {
    colon = host.size();
    host += ":2375"; // dockerd's default, with TLS too
  }
  const std::string address = host.substr(0, colon);
  const std::string port = host.substr(colon);
  if (address.empty() || address == "0.0.0.0")
    return std::string(tcp) + "127.0.0.1" + port;
  return std::string(tcp) + (address == "[::]" ? "[::1]" : address) + port;
}

std::optional<std::string> text_member(const Json& json, const char* name) {
  const auto member = json.find(name);
  return member != json.end() && member->is_string() ? std::optional(member->get<std::string>()) : std::nullopt;
}

} // namespace

std::optional<RunningDaemon> running_daemon(const std::filesystem::path& pid_file, const std::filesystem::path& processes) {
  const std::vector<std::string> words = command_line(pid_file, processes);
  if (words.empty())
    return std::nullopt;
  Json file = Json::parse(contents(last_of(values(words, "--config-file")).value_or("/etc/docker/daemon.json")), nullptr, false);
  if (!file.is_object())
    file = Json::object();
  std::vector<std::string> hosts = values(words, "--host", "-H");
  if (const auto listed = file.find("hosts"); listed != file.end() && listed->is_array())
    for (const Json& host : *listed)
      if (host.is_string())
        hosts.push_back(host.get<std::string>());
  RunningDaemon daemon;
  for (const std::string& host : hosts)
    if (!daemon.endpoint)
      daemon.endpoint = dialled(host);
  // A switch in the file makes dockerd drop the paths among its flags.
  const bool by_file = file.contains("tls") || file.contains("tlsverify");
  const auto certificate = by_file ? text_member(file, "tlscert") : last_of(values(words, "--tlscert"));
  if (certificate && certificate->starts_with('/'))
    daemon.certificate = *certificate;
  return daemon;
}

std::optional<DaemonInfo> parse_daemon_info(std::string_view json) {
  const Json info = Json::parse(json, nullptr, false);
  if (!info.is_object())
    return std::nullopt;
  const auto live_restore = info.find("LiveRestoreEnabled");
  const auto running = info.find("ContainersRunning");
  if (live_restore == info.end() || !live_restore->is_boolean() || running == info.end() || !running->is_number_unsigned())
    return std::nullopt;
  return DaemonInfo{.live_restore = live_restore->get<bool>(), .containers_running = running->get<std::uint64_t>()};
}

} // namespace dockpki::docker
