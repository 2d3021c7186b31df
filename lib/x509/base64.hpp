// Why: base64 (RFC 4648 4) of keys must go into, and come from, memory that is wiped.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

/// The characters that `size` octets take, padding included.
constexpr std::size_t base64_size(std::size_t size) {
  return (size + 2) / 3 * 4;
}

/// encode_base64 writes base64_size(octets.size()) characters at `out` and gives the place behind them.
char* encode_base64(Bytes octets, char* out) noexcept;

/// Base64Decoder takes characters one by one. It refuses what no encoder writes: bits behind the end that are not zero,
/// padding that is missing or stands elsewhere than at the end.
class Base64Decoder {
public:
  /// `out` takes 3 octets for every 4 characters.
  explicit Base64Decoder(std::span<std::uint8_t> out) : out_(out) {}
  /// False if `c` cannot stand here.
  bool take(char c) noexcept;
  /// False if something is missing.
  [[nodiscard]] bool is_complete() const noexcept { return characters_ % 4 == 0; }
  /// The octets so far.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  bool take_padding() noexcept;
  std::span<std::uint8_t> out_;
  std::size_t size_ = 0;
  std::size_t characters_ = 0;
  unsigned bits_ = 0;
  bool ended_ = false;
};

} // namespace dockpki::x509
