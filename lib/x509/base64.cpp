#include "x509/base64.hpp"

#include <array>
#include <cstdint>

namespace dockpki::x509 {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_value = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values)
    value = no_value;
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}

constexpr auto values = make_values();

} // namespace

char* encode_base64(Bytes octets, char* out) noexcept {
  for (std::size_t at = 0; at < octets.size(); at += 3) {
    const std::size_t left = octets.size() - at;
    const unsigned group = static_cast<unsigned>(octets[at]) << 16U |
                           (left > 1 ? static_cast<unsigned>(octets[at + 1]) << 8U : 0U) |
                           (left > 2 ? static_cast<unsigned>(octets[at + 2]) : 0U);
    *out++ = alphabet[group >> 18U];
    *out++ = alphabet[group >> 12U & 0x3fU];
    *out++ = left > 1 ? alphabet[group >> 6U & 0x3fU] : '=';
    *out++ = left > 2 ? alphabet[group & 0x3fU] : '=';
  }
  return out;
}

bool Base64Decoder::take_padding() noexcept {
  const std::size_t place = characters_ % 4;
  const bool is_due = place == 3 || (place == 2 && !ended_);
  // What the last character has too many must be zero.
  const unsigned spare = place == 2 ? bits_ & 0x0fU : ended_ ? 0U : bits_ & 0x03U;
  if (!is_due || spare != 0)
    return false;
  ended_ = true;
  ++characters_;
  return true;
}

bool Base64Decoder::take(char c) noexcept {
  if (c == '=')
    return take_padding();
  const unsigned value = values[static_cast<unsigned char>(c)];
  if (value == no_value || ended_)
    return false;
  bits_ = bits_ << 6U | value;
  const std::size_t place = characters_++ % 4;
  if (place == 0)
    return true;
  if (size_ == out_.size())
    return false;                                                // whoever made the room for it reckoned wrong
  const unsigned spare = 6U - 2U * static_cast<unsigned>(place); // bits that wait for the next character: 4, 2, 0
  out_[size_++] = static_cast<std::uint8_t>(bits_ >> spare & 0xffU);
  return true;
}

} // namespace dockpki::x509
