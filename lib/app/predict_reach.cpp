#include "app/predict_reach.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <dockpki/docker/address.hpp>

namespace dockpki::app {
namespace {

using docker::Refusal;

struct ApiRange {
  std::pair<int, int> least;
  std::pair<int, int> most;
};

ApiRange api_range(goverify::DockerVersion release) {
  switch (release) {
  case goverify::DockerVersion::v20_10:
    return {{1, 12}, {1, 41}};
  case goverify::DockerVersion::v28:
    return {{1, 24}, {1, 51}};
  case goverify::DockerVersion::v29:
    return {{1, 40}, {1, 55}};
  }
  return {};
}

/// "1.41" as numbers; none for anything that no route of the daemon takes.
std::optional<std::pair<int, int>> parse_version(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos)
    return std::nullopt;
  std::pair<int, int> version{0, 0};
  std::from_chars(text.data(), text.data() + std::min(dot, text.size()), version.first);
  if (dot != std::string_view::npos)
    std::from_chars(text.data() + dot + 1, text.data() + text.size(), version.second);
  return version;
}

Refusal unreachable(const docker::ClientPlan& client, const std::string& id) {
  return {"Cannot connect to the Docker daemon at " + client.endpoint + ". Is the docker daemon running?", id};
}

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code error;
  const auto real = [&](const std::string& path) { return std::filesystem::weakly_canonical(path, error); };
  return one == other || real(one) == real(other);
}

/// Does a packet to `address` arrive at the listener? An unspecified address is dialled on loopback.
bool arrives(const docker::Listener& listener, std::string address, const docker::World& world) {
  if (docker::is_unspecified(address))
    address = address.find(':') == std::string::npos ? "127.0.0.1" : "::1";
  return listener.is_wildcard ? world.is_local(address) : docker::same_address(listener.address, address);
}

bool listens_at(const docker::DaemonPlan& daemon, const std::string& address, const std::string& port,
                const docker::World& world) {
  unsigned number = 0; // "02376" is 2376 to Go
  std::from_chars(port.data(), port.data() + port.size(), number);
  return std::ranges::any_of(daemon.listeners, [&](const docker::Listener& listener) {
    return listener.scheme == "tcp" && listener.port == number && arrives(listener, address, world);
  });
}

} // namespace

std::optional<Refusal> reach(const docker::DaemonPlan& daemon, const docker::ClientPlan& client, const docker::World& world) {
  if (client.scheme == "unix") {
    const bool found = std::ranges::any_of(daemon.listeners, [&](const docker::Listener& listener) {
      return (listener.scheme == "unix" && is_same_file(listener.address, client.host)) ||
             (listener.scheme == "fd" && is_same_file("/var/run/docker.sock", client.host));
    });
    return found ? std::nullopt : std::optional(unreachable(client, "lst-unreachable"));
  }
  if (client.scheme == "ssh")
    return Refusal{"(goes through ssh, which is not predicted)", "lst-unreachable"};
  if (client.proxy)
    return unreachable(client, "env-proxy");
  const bool is_address = docker::ip_family(client.host).has_value();
  const std::vector<std::string> addresses = is_address ? std::vector{client.host} : world.resolve(client.host);
  if (addresses.empty())
    return Refusal{"error during connect: dial tcp: lookup " + client.host + ": no such host", "env-unresolved"};
  if (std::ranges::any_of(addresses, [&](const std::string& address) { return listens_at(daemon, address, client.port, world); }))
    return std::nullopt;
  return unreachable(client, client.port == "2375" ? "lst-port-default" : "lst-unreachable");
}

std::optional<Refusal> api_refusal(const docker::ClientPlan& client, goverify::DockerVersion daemon) {
  std::string text = client.api_version;
  if (text.starts_with('v'))
    text.erase(0, 1);
  if (client.api_version.empty())
    return std::nullopt;
  const auto version = parse_version(text);
  const ApiRange range = api_range(daemon);
  const auto shown = [](std::pair<int, int> one) { return std::to_string(one.first) + '.' + std::to_string(one.second); };
  if (!version)
    return Refusal{"Error response from daemon: page not found", "sur-api"};
  if (*version > range.most)
    return Refusal{"Error response from daemon: client version " + text + " is too new. Maximum supported API version is " +
                       shown(range.most),
                   "sur-api"};
  if (*version < range.least)
    return Refusal{"Error response from daemon: client version " + text + " is too old. Minimum supported API version is " +
                       shown(range.least),
                   "sur-api"};
  return std::nullopt;
}

} // namespace dockpki::app
