#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/net/daemon.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::net {
namespace {

constexpr std::string_view scheme = "tcp://";

bool is_port(std::string_view text) {
  constexpr std::size_t longest = 5;
  constexpr int largest = 65535;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_digit) &&
         std::stoi(std::string(text)) <= largest;
}

} // namespace

Endpoint Endpoint::parse(const std::string& text) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Errc::usage, "failed to read the endpoint '" + x509::printable(text) + "': " + why,
                "as in tcp://127.0.0.1:2376 or tcp://[::1]:2376");
  };
  if (!text.starts_with(scheme))
    refuse("it does not begin with tcp://");
  const std::string rest = text.substr(scheme.size());
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string::npos || !is_port(rest.substr(colon + 1)))
    refuse("it has no port");
  Endpoint endpoint{.host = rest.substr(0, colon), .port = rest.substr(colon + 1)};
  if (endpoint.host.starts_with('[') && endpoint.host.ends_with(']'))
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  else if (endpoint.host.find(':') != std::string::npos)
    refuse("an IPv6 address stands in brackets");
  if (endpoint.host.empty())
    refuse("it names no host");
  return endpoint;
}

std::string Endpoint::text() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return std::string(scheme) + (is_ipv6 ? "[" + host + "]" : host) + ':' + port;
}

} // namespace dockpki::net
