// Why: dockerd and docker take addresses apart with Go's net and net/url, whose rules decide what is refused and what is dialled.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <dockpki/docker/address.hpp>

namespace dockpki::docker {

std::string ascii_lower(std::string_view text);
/// strings.TrimSpace for ASCII, U+0085 and U+00A0.
std::string trim_space(std::string_view text);
/// %q of fmt.
std::string go_quote(std::string_view text);
/// path.Clean.
std::string clean_path(std::string_view path);

/// net.SplitHostPort: the host without brackets, and the port; none where that fails.
std::optional<std::pair<std::string, std::string>> split_host_port(std::string_view text);
/// net.JoinHostPort.
std::string join_host_port(std::string_view host, std::string_view port);

/// strconv.Atoi; none where it fails.
std::optional<long> go_atoi(std::string_view text);
/// strconv.ParseBool; none where it fails.
std::optional<bool> go_parse_bool(std::string_view text);

/// GoUrl is what net/url makes of "scheme://host/path".
struct GoUrl {
  std::string scheme;
  std::string host; ///< with the port and the brackets
  std::string path;
  std::string error; ///< why url.Parse refuses it: "parse "tcp://a b": ..."; empty if it does not

  /// URL.Hostname and URL.Port.
  [[nodiscard]] std::string hostname() const;
  [[nodiscard]] std::string port() const;
};

/// What may stand between the brackets of a host: Go 1.25.2 and later want an IPv6 address.
enum class Brackets { anything, ipv6 };

/// url.Parse of a text with "scheme://".
GoUrl parse_url(std::string_view text, Brackets brackets);

} // namespace dockpki::docker
