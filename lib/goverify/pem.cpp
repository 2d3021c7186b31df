#include "goverify/pem.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dockpki::goverify {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";

std::string_view trimmed_right(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(blank);
  return first == std::string_view::npos ? "" : std::string(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

/// Takes a line without its end; a carriage return belongs to the end only if a line feed follows.
std::string_view take_line(std::string_view& rest) {
  const std::size_t feed = rest.find('\n');
  if (feed == std::string_view::npos)
    return trimmed_right(std::exchange(rest, {}));
  std::string_view line = rest.substr(0, feed);
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  rest.remove_prefix(feed + 1);
  return trimmed_right(line);
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// Line ends and blanks do not count; padding has to be there, and nothing behind it.
std::optional<Secret> decode_base64(std::string_view text) {
  Secret octets(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  std::array<unsigned, 4> quad{};
  std::size_t count = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
      continue;
    const int value = base64_value(c);
    if (c == '=' && count >= 2)
      ++padding;
    else if (value < 0 || padding > 0)
      return std::nullopt;
    quad[count++] = c == '=' ? 0 : static_cast<unsigned>(value);
    if (count < 4)
      continue;
    const unsigned bits = quad[0] << 18U | quad[1] << 12U | quad[2] << 6U | quad[3];
    for (std::size_t i = 0; i < 3 - padding; ++i)
      octets.writable()[size++] = static_cast<std::uint8_t>(bits >> (16U - 8U * i));
    count = 0;
    if (padding > 0)
      padding = 3; // whatever follows is too much
  }
  if (count != 0)
    return std::nullopt;
  octets.truncate(size);
  return octets;
}

std::map<std::string, std::string> take_headers(std::string_view& rest) {
  std::map<std::string, std::string> headers;
  while (!rest.empty()) {
    std::string_view next = rest;
    const std::string_view line = take_line(next);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
      break;
    headers[trimmed(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
    rest = next;
  }
  return headers;
}

/// Where the next BEGIN line stands, behind its mark; it must begin a line.
bool skip_to_begin(std::string_view& rest) {
  if (rest.starts_with(begin_mark)) {
    rest.remove_prefix(begin_mark.size());
    return true;
  }
  const std::size_t at = rest.find(std::string("\n") + std::string(begin_mark));
  if (at == std::string_view::npos)
    return false;
  rest.remove_prefix(at + 1 + begin_mark.size());
  return true;
}

/// Where the contents end and what follows END's mark begins.
struct End {
  std::size_t contents;
  std::size_t behind;
};

std::optional<End> find_end(std::string_view rest, bool has_headers) {
  if (!has_headers && rest.starts_with(end_mark))
    return End{0, end_mark.size()};
  const std::size_t at = rest.find(std::string("\n") + std::string(end_mark));
  return at == std::string_view::npos ? std::nullopt : std::optional(End{at, at + 1 + end_mark.size()});
}

} // namespace

std::optional<PemBlock> decode_pem(std::string_view& rest) {
  std::string_view at = rest;
  while (skip_to_begin(at)) {
    const std::string_view line = take_line(at);
    if (!line.ends_with(dashes))
      continue;
    PemBlock block;
    block.label = line.substr(0, line.size() - dashes.size());
    std::string_view body = at;
    block.headers = take_headers(body);
    if (body.empty())
      return std::nullopt;
    at = body;
    const auto end = find_end(at, !block.headers.empty());
    if (!end)
      continue;
    std::string_view behind = at.substr(end->behind);
    if (!behind.starts_with(block.label + std::string(dashes)))
      continue;
    behind.remove_prefix(block.label.size() + dashes.size());
    if (!take_line(behind).empty())
      continue;
    auto octets = decode_base64(at.substr(0, end->contents));
    if (!octets)
      continue;
    block.octets = std::move(*octets);
    rest = behind;
    return block;
  }
  return std::nullopt;
}

std::vector<PemBlock> decode_all_pem(Bytes text) {
  std::string_view rest(reinterpret_cast<const char*>(text.data()), text.size());
  std::vector<PemBlock> blocks;
  while (auto block = decode_pem(rest))
    blocks.push_back(std::move(*block));
  return blocks;
}

std::string serial_text(const Certificate& certificate) {
  std::vector<std::uint8_t> magnitude = certificate.serial;
  if (certificate.serial_is_negative) {
    unsigned carry = 1;
    for (auto octet = magnitude.rbegin(); octet != magnitude.rend(); ++octet) {
      const unsigned sum = static_cast<std::uint8_t>(~*octet) + carry;
      *octet = static_cast<std::uint8_t>(sum);
      carry = sum >> 8U;
    }
  }
  std::string text;
  while (std::ranges::any_of(magnitude, [](std::uint8_t octet) { return octet != 0; })) {
    unsigned remainder = 0;
    for (std::uint8_t& octet : magnitude) {
      const unsigned value = remainder << 8U | octet;
      octet = static_cast<std::uint8_t>(value / 10);
      remainder = value % 10;
    }
    text.insert(text.begin(), static_cast<char>('0' + remainder));
  }
  return (certificate.serial_is_negative ? "-" : "") + (text.empty() ? "0" : text);
}

} // namespace dockpki::goverify
