#include <dockpki/x509/names.hpp>

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

#include <dockpki/base/error.hpp>

namespace dockpki::x509 {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(std::span<const std::uint8_t> octets) {
  return octets.size() == 16 && std::equal(mapped_prefix.begin(), mapped_prefix.end(), octets.begin());
}

[[noreturn]] void refuse(std::string_view text, const std::string& cause, const std::string& hint = {}) {
  throw Error(Errc::usage, "failed to read IP address '" + printable(text) + "': " + cause, hint);
}

std::string suggestion(std::string_view part) {
  const auto address = IpAddress::try_parse(part);
  return address ? "give the bare address: --ip " + address->text() : std::string();
}

/// "192.168.1.10:2376" or "[fd00::1]:2376" without its port; empty if there is none.
std::string_view before_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return {};
  const std::string_view host = text.substr(0, colon);
  return host.ends_with(']') || host.find(':') == std::string_view::npos ? host : std::string_view{};
}

[[noreturn]] void refuse_with_reason(std::string_view text) {
  if (text.empty())
    refuse(text, "it is empty", "give the address that the daemon is reached by: --ip 192.168.1.10");
  if (text.find(',') != std::string_view::npos)
    refuse(text, "it has a comma in it", "give each address its own --ip");
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
    std::string_view host = text.substr(scheme + 3);
    host = host.substr(0, host.find('/'));
    const std::string_view bare = before_port(host);
    refuse(text, "it is a URL", suggestion(bare.empty() ? host : bare));
  }
  if (const auto first = text.find_first_of(" \t\r\n"); first != std::string_view::npos) {
    const auto from = text.find_first_not_of(" \t\r\n");
    const auto to = text.find_last_not_of(" \t\r\n");
    refuse(text, "it has a blank in it", from == std::string_view::npos ? "" : suggestion(text.substr(from, to - from + 1)));
  }
  if (text.starts_with("IP:") || text.starts_with("ip:"))
    refuse(text, "it begins with '" + std::string(text.substr(0, 3)) + "'", suggestion(text.substr(3)));
  if (const auto slash = text.find('/'); slash != std::string_view::npos && IpAddress::try_parse(text.substr(0, slash)))
    refuse(text, "it has a prefix length", suggestion(text.substr(0, slash)) + " (a block goes with --permit-ip)");
  if (const auto percent = text.find('%'); percent != std::string_view::npos)
    refuse(text, "it has a zone", suggestion(text.substr(0, percent)));
  if (const std::string_view host = before_port(text); !host.empty() && IpAddress::try_parse(host))
    refuse(text, "it has a port", suggestion(host));
  if (const auto name = DnsName::try_parse(text))
    refuse(text, "it is a DNS name", "use --dns " + name->text());
  refuse(text, "it is neither IPv4, four numbers from 0 to 255 without leading zeros, nor IPv6");
}

/// The first longest run of at least two zero groups (RFC 5952 4.2), as [begin, end).
std::pair<int, int> longest_zero_run(const std::array<unsigned, 8>& groups) {
  std::pair<int, int> best{-1, -1};
  for (int begin = 0; begin < 8; ++begin) {
    int end = begin;
    while (end < 8 && groups[static_cast<std::size_t>(end)] == 0)
      ++end;
    if (end - begin >= 2 && end - begin > best.second - best.first)
      best = {begin, end};
    begin = std::max(begin, end);
  }
  return best;
}

std::string v6_text(std::span<const std::uint8_t> octets) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i)
    groups[i] = octets[2 * i] * 256U + octets[2 * i + 1];
  const auto [begin, end] = longest_zero_run(groups);
  std::string text;
  for (int i = 0; i < 8; ++i) {
    if (i == begin) {
      text += "::";
      i = end - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':')
      text += ':';
    std::array<char, 4> group{};
    const auto written = std::to_chars(group.data(), group.data() + group.size(), groups[static_cast<std::size_t>(i)], 16);
    text.append(group.data(), written.ptr);
  }
  return text;
}

} // namespace

std::optional<IpAddress> IpAddress::from_octets(std::span<const std::uint8_t> octets) {
  if (octets.size() != 4 && octets.size() != 16)
    return std::nullopt;
  if (is_mapped(octets))
    octets = octets.subspan(mapped_prefix.size());
  IpAddress address;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  address.size_ = static_cast<std::uint8_t>(octets.size());
  return address;
}

std::optional<IpAddress> IpAddress::try_parse(std::string_view text) {
  constexpr std::size_t longest = INET6_ADDRSTRLEN;
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  const std::string bare(bracketed ? text.substr(1, text.size() - 2) : text);
  if (bare.size() > longest || bare.find('\0') != std::string::npos)
    return std::nullopt;
  std::array<std::uint8_t, 16> octets{};
  if (!bracketed && ::inet_pton(AF_INET, bare.c_str(), octets.data()) == 1)
    return from_octets(std::span(octets).first(4));
  if (::inet_pton(AF_INET6, bare.c_str(), octets.data()) == 1)
    return from_octets(octets);
  return std::nullopt;
}

IpAddress IpAddress::parse(std::string_view text) {
  if (const auto address = try_parse(text))
    return *address;
  refuse_with_reason(text);
}

std::string IpAddress::text() const {
  if (is_v6())
    return v6_text(octets());
  std::string text = std::to_string(octets_[0]);
  for (std::size_t i = 1; i < 4; ++i)
    text += '.' + std::to_string(octets_[i]);
  return text;
}

} // namespace dockpki::x509
