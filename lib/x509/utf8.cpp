#include "x509/utf8.hpp"

#include <array>

#include <dockpki/x509/names.hpp>

namespace dockpki::x509 {

std::optional<char32_t> take_utf8(std::string_view& text) {
  if (text.empty())
    return std::nullopt;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size)
    return std::nullopt;
  char32_t character = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80)
      return std::nullopt;
    character = character << 6U | (next & 0x3fU);
  }
  constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  if (character < smallest[size] || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
    return std::nullopt;
  text.remove_prefix(size);
  return character;
}

bool is_utf8(std::string_view text) {
  while (!text.empty())
    if (!take_utf8(text))
      return false;
  return true;
}

void append_utf8(std::string& text, char32_t character) {
  const auto octet = [&](char32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
  if (character < 0x80) {
    octet(character);
  } else if (character < 0x800) {
    octet(0xc0U | character >> 6U);
    octet(0x80U | (character & 0x3fU));
  } else if (character < 0x10000) {
    octet(0xe0U | character >> 12U);
    octet(0x80U | (character >> 6U & 0x3fU));
    octet(0x80U | (character & 0x3fU));
  } else {
    octet(0xf0U | character >> 18U);
    octet(0x80U | (character >> 12U & 0x3fU));
    octet(0x80U | (character >> 6U & 0x3fU));
    octet(0x80U | (character & 0x3fU));
  }
}

bool is_control(char32_t character) noexcept {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

bool is_deceptive(char32_t character) noexcept {
  struct Range {
    char32_t first;
    char32_t last;
  };
  // Format characters of the Unicode character database (general category Cf), the separators of lines and paragraphs, fillers.
  constexpr Range ranges[] = {{0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c}, {0x115f, 0x1160},   {0x180b, 0x180f},
                              {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},
                              {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};
  for (const Range& range : ranges)
    if (character >= range.first && character <= range.last)
      return true;
  return false;
}

std::string printable(std::string_view text, std::size_t limit) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string shown;
  while (!text.empty()) {
    std::string_view rest = text;
    const auto character = take_utf8(rest);
    const std::string_view octets = text.substr(0, character ? text.size() - rest.size() : 1);
    std::string next(octets);
    if (!character || is_control(*character) || is_deceptive(*character)) {
      next.clear();
      for (const char octet : octets) {
        const auto value = static_cast<unsigned char>(octet);
        next += {'\\', 'x', digits[value >> 4U], digits[value & 0x0fU]};
      }
    }
    if (shown.size() + next.size() > limit)
      return shown + "...";
    shown += next;
    text.remove_prefix(octets.size());
  }
  return shown;
}

} // namespace dockpki::x509
