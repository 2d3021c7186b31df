#include "docker/listen.hpp"

#include <algorithm>
#include <filesystem>

#include <sys/socket.h>

#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

Refusal refusal(const std::string& why, std::string id) {
  return {"failed to load listeners: " + why, std::move(id)};
}

/// An address to bind to, IPv4 before IPv6 as Go has it; "" if there is none.
std::string address_of(const std::string& host, const World& world) {
  if (ip_family(host))
    return host;
  const std::vector<std::string> all = world.resolve(host);
  const auto ipv4 = std::ranges::find_if(all, [](const std::string& address) { return ip_family(address) == AF_INET; });
  if (ipv4 != all.end())
    return *ipv4;
  return all.empty() ? "" : all.front();
}

bool collide(const Listener& one, const Listener& other) {
  return one.scheme == "tcp" && other.scheme == "tcp" && one.port == other.port &&
         (one.is_wildcard || other.is_wildcard || same_address(one.address, other.address));
}

/// Where the same port is taken twice.
Refusal taken(const Listener& listener, DockerVersion release) {
  const std::string port = std::to_string(listener.port);
  const std::string where = join_host_port(listener.address, port);
  return release == DockerVersion::v20_10 ? refusal("listen tcp " + where + ": bind: address already in use", "lst-bind")
                                          : refusal("failed to allocate daemon listening port " + port + " (err: Bind for " +
                                                        where + " failed: port is already allocated)",
                                                    "lst-bind");
}

std::optional<Refusal> listen_tcp(const Host& host, DockerVersion release, const World& world, DaemonPlan& plan) {
  const auto split = split_host_port(host.address());
  if (!split)
    return refusal("listen tcp: address " + host.address() + ": bad address", "lst-bind");
  const auto& [name, port] = *split;
  const auto number = go_atoi(port);
  if (!number)
    return refusal("listen tcp: address tcp/" + port + ": unknown port", "lst-bind");
  Listener listener{
      .scheme = "tcp", .address = address_of(name, world), .port = static_cast<std::uint16_t>(*number), .is_wildcard = false};
  if (listener.address.empty() && release != DockerVersion::v20_10)
    return refusal("failed to lookup " + name + " address in host specification", "lst-bind");
  if (*number < 0 || *number > 65535)
    return refusal("listen tcp: address " + port + ": invalid port", "lst-bind");
  if (listener.address.empty())
    return refusal("listen tcp: address " + name + ": no suitable address found", "lst-bind");
  listener.is_wildcard = is_unspecified(listener.address);
  if (!world.is_local(listener.address))
    return refusal("listen tcp " + join_host_port(listener.address, port) + ": bind: cannot assign requested address",
                   "lst-bind");
  if (*number != 0 && std::ranges::any_of(plan.listeners, [&](const Listener& other) { return collide(listener, other); }))
    return taken(listener, release);
  plan.listeners.push_back(listener);
  return std::nullopt;
}

std::optional<Refusal> listen_unix(const std::string& path, const World& world, DaemonPlan& plan) {
  constexpr std::size_t longest = 107; // sun_path, with its zero
  const auto fault = [&](const std::string& why) {
    return refusal("can't create unix socket " + path + ": listen unix " + path + ": bind: " + why, "lst-bind");
  };
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (path.size() > longest)
    return fault("invalid argument");
  if (!folder.empty() && !world.has_folder(folder.string()))
    return fault("no such file or directory");
  if (std::filesystem::is_directory(world.seen_from_here(path), error))
    return refusal("can't create unix socket " + path + ": is a directory", "lst-bind");
  plan.listeners.push_back({.scheme = "unix", .address = path, .port = 0, .is_wildcard = false});
  return std::nullopt;
}

/// A TCP socket that systemd hands over is served as if dockerd had opened it, with its TLS.
void take_over(const std::string& port, DaemonPlan& plan) {
  const auto split = split_host_port(port);
  const auto number = split ? go_atoi(split->second) : std::nullopt;
  if (number)
    plan.listeners.push_back({.scheme = "tcp",
                              .address = split->first,
                              .port = static_cast<std::uint16_t>(*number),
                              .is_wildcard = is_unspecified(split->first)});
}

} // namespace

void plan_listeners(const std::vector<Host>& hosts, DockerVersion release, const World& world, DaemonPlan& plan) {
  for (const Host& host : hosts) {
    const std::string scheme = host.scheme();
    if (scheme == "tcp") {
      plan.listen_refusal = listen_tcp(host, release, world, plan);
    } else if (scheme == "unix") {
      plan.listen_refusal = listen_unix(host.address(), world, plan);
    } else if (scheme != "fd") {
      plan.listen_refusal = refusal("invalid protocol format: " + go_quote(scheme), "lst-bind");
    } else if (world.has_socket_activation()) {
      plan.listeners.push_back({.scheme = "fd", .address = host.address(), .port = 0, .is_wildcard = false});
      for (const std::string& port : world.activated_ports())
        take_over(port, plan);
    } else {
      plan.listen_refusal =
          refusal("no sockets found via socket activation: make sure the service was started by systemd", "lst-fd");
    }
    if (plan.listen_refusal)
      return;
  }
}

} // namespace dockpki::docker
