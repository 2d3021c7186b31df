#include "docker/go_text.hpp"

namespace dockpki::docker {
namespace {

constexpr unsigned replacement = 0xfffd;

/// How many octets the character at `at` has; 0 if it is none.
std::size_t character(std::string_view text, std::size_t at) {
  const auto octet = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = octet(at);
  if (first < 0x80)
    return 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4)
    return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((octet(at + i) & 0xc0U) != 0x80U)
      return 0;
  const unsigned second = octet(at + 1);
  const bool is_odd = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
                      (first == 0xf4 && second > 0x8f);
  return is_odd ? 0 : size;
}

std::string from_utf16(std::string_view octets, std::size_t high) {
  std::string text;
  const auto unit = [&](std::size_t at) {
    return (static_cast<unsigned>(static_cast<unsigned char>(octets[at + high])) << 8U) |
           static_cast<unsigned char>(octets[at + 1 - high]);
  };
  std::size_t at = 0;
  for (; at + 1 < octets.size(); at += 2) {
    unsigned code = unit(at);
    if (code >= 0xd800 && code < 0xdc00 && at + 3 < octets.size() && unit(at + 2) >= 0xdc00 && unit(at + 2) < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10U) + (unit(at + 2) - 0xdc00);
      at += 2;
    }
    append_utf8(text, code >= 0xd800 && code < 0xe000 ? replacement : code);
  }
  if (at < octets.size())
    append_utf8(text, replacement);
  return text;
}

} // namespace

void append_utf8(std::string& text, unsigned code) {
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((code >> shift) & 0x3fU)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xf0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

Decoded decode_by_bom(std::string_view octets) {
  if (octets.starts_with("\xff\xfe"))
    return {.text = from_utf16(octets.substr(2), 1), .invalid_at = {}};
  if (octets.starts_with("\xfe\xff"))
    return {.text = from_utf16(octets.substr(2), 0), .invalid_at = {}};
  if (octets.starts_with("\xef\xbb\xbf"))
    octets.remove_prefix(3);
  for (std::size_t at = 0; at < octets.size();) {
    const std::size_t size = character(octets, at);
    if (size == 0)
      return {.text = {}, .invalid_at = at};
    at += size;
  }
  return {.text = std::string(octets), .invalid_at = {}};
}

} // namespace dockpki::docker
