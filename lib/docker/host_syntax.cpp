#include "docker/host_syntax.hpp"

#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

constexpr std::string_view separator = "://";
constexpr std::string_view default_socket = "/var/run/docker.sock";

Host refused(std::string error) {
  return {.text = {}, .error = std::move(error)};
}

struct Parts {
  std::string scheme;
  std::string rest;
};

/// Without a scheme it is TCP.
Parts cut(std::string_view text) {
  const std::size_t end = text.find(separator);
  if (end == std::string_view::npos)
    return {"tcp", std::string(text)};
  return {std::string(text.substr(0, end)), std::string(text.substr(end + separator.size()))};
}

/// A complaint's first letter is small since 23.0.
std::string complaint(DockerVersion release, const std::string& text) {
  return (release == DockerVersion::v20_10 ? "I" : "i") + text;
}

Host socket_host(const Parts& parts, DockerVersion release) {
  std::string path = parts.rest;
  if (path.starts_with(parts.scheme + "://"))
    path.erase(0, parts.scheme.size() + separator.size());
  if (path.find(separator) != std::string::npos)
    return refused(complaint(release, "nvalid proto, expected " + parts.scheme + ": " + path));
  const std::string_view fallback = parts.scheme == "unix" ? default_socket : "//./pipe/docker_engine";
  return {.text = parts.scheme + "://" + (path.empty() ? std::string(fallback) : path), .error = {}};
}

/// The parser of dockerd 20.10 and of every client: the port is 2375 where none is named, and a path is kept.
Host lenient_tcp(std::string_view text, DockerVersion release, Brackets brackets) {
  if (text.empty() || text == "tcp://")
    return {.text = "tcp://localhost:2375", .error = {}};
  std::string address(text.starts_with("tcp://") ? text.substr(6) : text);
  if (address.find(separator) != std::string::npos)
    return refused(complaint(release, "nvalid proto, expected tcp: " + std::string(text)));
  if (address.ends_with("]:"))
    address += "2375";
  const std::string url_text = "tcp://" + address;
  const GoUrl url = parse_url(url_text, brackets);
  if (!url.error.empty())
    return refused(url.error);
  auto split = split_host_port(url.host);
  if (!split)
    split = split_host_port(join_host_port(url.host, "2375"));
  if (!split)
    return refused(complaint(release, "nvalid bind address format: " + std::string(text)));
  auto& [host, port] = *split;
  if (host.empty())
    host = "localhost";
  if (port.empty())
    port = "2375";
  if (!go_atoi(port))
    return refused(complaint(release, "nvalid bind address format: " + std::string(text)));
  return {.text = "tcp://" + join_host_port(host, port) + url.path, .error = {}};
}

/// The parser of dockerd since 23.0: no path, and port 0 is none.
Host strict_tcp(std::string_view text) {
  const std::string url_text = text.find(separator) == std::string_view::npos ? "tcp://" + std::string(text) : std::string(text);
  const GoUrl url = parse_url(url_text, Brackets::ipv6);
  const auto fault = [&](const std::string& why) { return refused("invalid bind address (" + std::string(text) + "): " + why); };
  if (!url.error.empty())
    return fault(url.error);
  if (!url.path.empty())
    return fault("should not contain a path element");
  std::string port = url.port();
  if (const auto number = go_atoi(port); !port.empty() && (!number || *number == 0))
    return fault("invalid port: " + port);
  std::string host = url.hostname();
  if (host.empty())
    host = "localhost";
  return {.text = "tcp://" + join_host_port(host, port.empty() ? "2375" : port), .error = {}};
}

Host default_host(Tls tls) {
  return {.text = tls == Tls::on ? "tcp://localhost:2376" : "unix://" + std::string(default_socket), .error = {}};
}

} // namespace

std::string Host::address() const {
  const std::size_t end = text.find(separator);
  return end == std::string::npos ? text : text.substr(end + separator.size());
}

Host parse_daemon_host(std::string_view text, Tls tls, DockerVersion release) {
  const std::string host = trim_space(text);
  if (host.empty())
    return default_host(tls);
  const Parts parts = cut(host);
  if (parts.scheme == "fd")
    return {.text = host, .error = {}};
  if (release == DockerVersion::v20_10) {
    if (parts.scheme == "tcp")
      return lenient_tcp(parts.rest, release, Brackets::anything);
    if (parts.scheme == "unix" || parts.scheme == "npipe")
      return socket_host(parts, release);
    return refused("Invalid bind address format: " + host);
  }
  if (parts.scheme == "tcp")
    return strict_tcp(host);
  if (parts.scheme == "unix" || parts.scheme == "npipe") {
    if (parts.rest.find(separator) != std::string::npos)
      return refused("invalid bind address (" + host + "): invalid " + parts.scheme + " address: " + parts.rest);
    return socket_host(parts, release);
  }
  return refused("invalid bind address (" + host + "): unsupported proto '" + parts.scheme + "'");
}

Host parse_client_host(std::string_view text, Tls tls, DockerVersion release) {
  const std::string host = trim_space(text);
  if (host.empty())
    return default_host(tls);
  const Parts parts = cut(host);
  if (parts.scheme == "fd" || parts.scheme == "ssh")
    return {.text = host, .error = {}};
  if (parts.scheme == "tcp")
    return lenient_tcp(parts.rest, release, release == DockerVersion::v29 ? Brackets::ipv6 : Brackets::anything);
  if (parts.scheme == "unix" || parts.scheme == "npipe")
    return socket_host(parts, release);
  return refused(complaint(release, "nvalid bind address format: " + host));
}

} // namespace dockpki::docker
