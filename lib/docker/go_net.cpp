#include "docker/go_net.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <dockpki/goverify/certificate.hpp>

#include <sys/socket.h>

namespace dockpki::docker {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The octets of an address, 4 or 16; an IPv6 one may have a zone.
std::optional<std::vector<std::uint8_t>> octets(std::string_view text) {
  const std::size_t zone = text.find('%');
  auto found = goverify::parse_ip(text.substr(0, zone));
  const bool is_zone_wrong = zone != std::string_view::npos && (zone + 1 == text.size() || (found && found->size() == 4));
  return is_zone_wrong ? std::nullopt : found;
}

/// The same, an IPv4 address in its mapped form.
std::optional<std::vector<std::uint8_t>> long_octets(std::string_view text) {
  auto found = octets(text);
  if (found && found->size() == 4)
    found->insert(found->begin(), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
  return found;
}

} // namespace

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::string trim_space(std::string_view text) {
  constexpr std::string_view ascii = " \t\n\v\f\r";
  const auto wide = [](std::string_view two) { return two == "\xc2\x85" || two == "\xc2\xa0"; };
  for (bool more = true; more && !text.empty();) {
    const std::size_t before = text.size();
    if (ascii.find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    else if (wide(text.substr(0, 2)))
      text.remove_prefix(2);
    else if (ascii.find(text.back()) != std::string_view::npos)
      text.remove_suffix(1);
    else if (text.size() >= 2 && wide(text.substr(text.size() - 2)))
      text.remove_suffix(2);
    more = text.size() != before;
  }
  return std::string(text);
}

std::string go_quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (c == '\n')
      quoted += "\\n";
    else if (c == '\r')
      quoted += "\\r";
    else if (c == '\t')
      quoted += "\\t";
    else if (octet < 0x20 || octet == 0x7f)
      quoted += {'\\', 'x', hex[octet >> 4U], hex[octet & 15U]};
    else
      quoted += c;
  }
  return quoted + '"';
}

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool rooted = path.starts_with('/');
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".")
      continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (part != ".." || !rooted)
      parts.push_back(part);
  }
  std::string clean = rooted ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i)
    clean.append(i == 0 ? "" : "/").append(parts[i]);
  return clean.empty() ? "." : clean;
}

std::optional<int> ip_family(std::string_view text) {
  const auto found = octets(text);
  return found ? std::optional(found->size() == 4 ? AF_INET : AF_INET6) : std::nullopt;
}

bool is_loopback(std::string_view address) {
  const auto all = long_octets(address);
  return all && (goverify::ip_text(*all) == "::1" || goverify::ip_text(*all).starts_with("127."));
}

bool is_unspecified(std::string_view address) {
  return same_address(address, "0.0.0.0") || same_address(address, "::");
}

bool same_address(std::string_view one, std::string_view other) {
  const auto first = long_octets(one);
  return first && first == long_octets(other);
}

std::optional<std::pair<std::string, std::string>> split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end + 1 != colon)
      return std::nullopt;
    host = text.substr(1, end - 1);
    if (host.find('[') != std::string_view::npos)
      return std::nullopt;
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view port = text.substr(colon + 1);
  if (port.find_first_of("[]") != std::string_view::npos)
    return std::nullopt;
  return std::pair{std::string(host), std::string(port)};
}

std::string join_host_port(std::string_view host, std::string_view port) {
  std::string joined(host);
  if (host.find(':') != std::string_view::npos)
    joined = '[' + joined + ']';
  return joined.append(":").append(port);
}

std::optional<long> go_atoi(std::string_view text) {
  if (text.starts_with('+'))
    text.remove_prefix(text.size() > 1 && is_digit(text[1]) ? 1 : 0);
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

std::optional<bool> go_parse_bool(std::string_view text) {
  static constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "TRUE", "true", "True"};
  static constexpr std::array<std::string_view, 6> no{"0", "f", "F", "FALSE", "false", "False"};
  if (std::ranges::find(yes, text) != yes.end())
    return true;
  return std::ranges::find(no, text) != no.end() ? std::optional(false) : std::nullopt;
}

} // namespace dockpki::docker
