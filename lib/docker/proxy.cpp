#include "docker/proxy.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <tuple>

#include <arpa/inet.h>

#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

/// The variable in capital letters, else in small ones.
std::string either(const Environment& environment, const std::string& name) {
  for (const std::string& spelling : {name, ascii_lower(name)})
    if (const auto found = environment.find(spelling); found != environment.end() && !found->second.empty())
      return found->second;
  return {};
}

bool is_in_network(const std::string& address, const std::string& network) {
  const std::size_t slash = network.find('/');
  const auto bits = go_atoi(std::string_view(network).substr(std::min(slash, network.size() - 1) + 1));
  const auto family = ip_family(network.substr(0, slash));
  if (slash == std::string::npos || !bits || !family || ip_family(address) != family)
    return false;
  std::array<unsigned char, 16> one{};
  std::array<unsigned char, 16> other{};
  ::inet_pton(*family, address.c_str(), one.data());
  ::inet_pton(*family, network.substr(0, slash).c_str(), other.data());
  if (*bits < 0 || *bits > (*family == AF_INET ? 32 : 128))
    return false;
  for (long bit = 0; bit < *bits; ++bit) {
    const auto mask = static_cast<unsigned>(0x80U >> static_cast<unsigned>(bit % 8));
    if ((one.at(static_cast<std::size_t>(bit / 8)) & mask) != (other.at(static_cast<std::size_t>(bit / 8)) & mask))
      return false;
  }
  return true;
}

/// One entry of NO_PROXY: an address, a network, a name with all below it, ".name" or "*.name" with only what is below it; each
/// perhaps with a port.
bool matches(std::string entry, const std::string& host, const std::string& port) {
  entry = ascii_lower(trim_space(entry));
  if (entry.empty())
    return false;
  if (entry == "*" || is_in_network(host, entry))
    return true;
  std::string wanted_port;
  if (const auto split = split_host_port(entry))
    std::tie(entry, wanted_port) = *split;
  if (entry.empty() || (!wanted_port.empty() && wanted_port != port))
    return false;
  if (entry.starts_with('[') && entry.ends_with(']'))
    entry = entry.substr(1, entry.size() - 2);
  if (ip_family(entry))
    return same_address(entry, host);
  if (entry.starts_with("*."))
    entry.erase(0, 1);
  if (entry.starts_with('.'))
    return host.ends_with(entry);
  return host == entry || host.ends_with('.' + entry);
}

/// Does NO_PROXY name it?
bool is_exempt(const Environment& environment, const std::string& host, const std::string& port) {
  std::istringstream entries(either(environment, "NO_PROXY"));
  for (std::string entry; std::getline(entries, entry, ',');)
    if (matches(entry, host, port))
      return true;
  return false;
}

} // namespace

std::optional<std::string> proxy_for(const Environment& environment, const std::string& scheme, const std::string& host,
                                     const std::string& port) {
  const std::string proxy = either(environment, scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY");
  std::string name = ascii_lower(trim_space(host));
  if (name.ends_with('.'))
    name.pop_back();
  if (proxy.empty() || name == "localhost" || is_loopback(name))
    return std::nullopt;
  if (is_exempt(environment, name, port))
    return std::nullopt;
  return proxy;
}

std::optional<std::string> all_proxy_for(const Environment& environment, const std::string& host, const std::string& port) {
  const std::string proxy = either(environment, "ALL_PROXY");
  return proxy.empty() || is_exempt(environment, host, port) ? std::nullopt : std::optional(proxy);
}

std::string all_proxy_fault(const Environment& environment) {
  const std::string proxy = either(environment, "ALL_PROXY");
  const std::size_t scheme_end = proxy.find("://");
  const std::string scheme = scheme_end == std::string::npos ? "" : ascii_lower(proxy.substr(0, scheme_end));
  if (proxy.empty() || scheme == "socks5" || scheme == "socks5h")
    return {};
  return "proxy: unknown scheme: " + scheme;
}

} // namespace dockpki::docker
