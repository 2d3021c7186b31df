// Addresses as Go's net package reads and writes them.
#include <algorithm>

#include <dockpki/goverify/certificate.hpp>

namespace dockpki::goverify {
namespace {

using Octets = std::vector<std::uint8_t>;

std::optional<Octets> parse_ipv4(std::string_view text) {
  Octets octets;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part.front() == '0') || octets.size() == 4)
      return std::nullopt;
    unsigned value = 0;
    for (const char c : part) {
      if (c < '0' || c > '9')
        return std::nullopt;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 255)
      return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(value));
    if (dot == std::string_view::npos)
      break;
    text.remove_prefix(dot + 1);
  }
  return octets.size() == 4 ? std::optional(octets) : std::nullopt;
}

std::optional<unsigned> parse_group(std::string_view part) {
  if (part.empty() || part.size() > 4)
    return std::nullopt;
  unsigned value = 0;
  for (const char c : part) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<unsigned>(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<unsigned>(c - 'A') + 10;
    else
      return std::nullopt;
    value = value << 4U | digit;
  }
  return value;
}

/// Groups between colons; the last may be an IPv4 address.
std::optional<Octets> parse_groups(std::string_view text) {
  Octets octets;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
      const auto ipv4 = parse_ipv4(part);
      if (!ipv4)
        return std::nullopt;
      octets.insert(octets.end(), ipv4->begin(), ipv4->end());
      return octets;
    }
    const auto group = parse_group(part);
    if (!group || (colon != std::string_view::npos && colon + 1 == text.size()))
      return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(*group >> 8U));
    octets.push_back(static_cast<std::uint8_t>(*group & 0xffU));
    text = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  }
  return octets;
}

} // namespace

std::optional<Octets> parse_ip(std::string_view text) {
  if (text.find(':') == std::string_view::npos)
    return parse_ipv4(text);
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    auto octets = parse_groups(text);
    return octets && octets->size() == 16 ? octets : std::nullopt;
  }
  auto front = parse_groups(text.substr(0, gap));
  const auto back = parse_groups(text.substr(gap + 2));
  if (!front || !back || front->size() + back->size() > 14 || text.substr(gap + 2).starts_with(':'))
    return std::nullopt;
  front->resize(16 - back->size());
  front->insert(front->end(), back->begin(), back->end());
  return front;
}

std::string ip_text(Bytes address) {
  if (address.size() == 4)
    return std::to_string(address[0]) + '.' + std::to_string(address[1]) + '.' + std::to_string(address[2]) + '.' +
           std::to_string(address[3]);
  const bool is_mapped = std::ranges::all_of(address.first(10), [](std::uint8_t octet) { return octet == 0; }) &&
                         address[10] == 0xff && address[11] == 0xff;
  if (is_mapped)
    return ip_text(address.subspan(12));
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i)
    groups[i] = static_cast<unsigned>(address[2 * i]) << 8U | address[2 * i + 1];
  std::size_t best = 0;
  std::size_t length = 0; // the longest run of zeros, the first of its size, at least two
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::size_t run = 0;
    while (i + run < groups.size() && groups[i + run] == 0)
      ++run;
    if (run > length && run >= 2) {
      best = i;
      length = run;
    }
    i += run;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (length > 0 && i == best) {
      text += "::";
      i += length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':')
      text += ':';
    std::string hex;
    for (unsigned group = groups[i]; group != 0 || hex.empty(); group >>= 4U)
      hex.insert(hex.begin(), digits[group & 0xfU]);
    text += hex;
  }
  return text;
}

} // namespace dockpki::goverify
