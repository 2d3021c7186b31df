// Why: Go reads DER with golang.org/x/crypto/cryptobyte. What passes there, and what does not, is decided here in the same way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <dockpki/base/secret.hpp>
#include <dockpki/base/time.hpp>

namespace dockpki::goverify {

namespace tag {
inline constexpr std::uint8_t boolean = 0x01;
inline constexpr std::uint8_t integer = 0x02;
inline constexpr std::uint8_t bit_string = 0x03;
inline constexpr std::uint8_t octet_string = 0x04;
inline constexpr std::uint8_t null = 0x05;
inline constexpr std::uint8_t oid = 0x06;
inline constexpr std::uint8_t utf8_string = 0x0c;
inline constexpr std::uint8_t numeric_string = 0x12;
inline constexpr std::uint8_t printable_string = 0x13;
inline constexpr std::uint8_t t61_string = 0x14;
inline constexpr std::uint8_t ia5_string = 0x16;
inline constexpr std::uint8_t utc_time = 0x17;
inline constexpr std::uint8_t generalized_time = 0x18;
inline constexpr std::uint8_t bmp_string = 0x1e;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t set = 0x31;
constexpr std::uint8_t context(unsigned number) {
  return static_cast<std::uint8_t>(0x80U | number);
}
constexpr std::uint8_t constructed(unsigned number) {
  return static_cast<std::uint8_t>(0xa0U | number);
}
} // namespace tag

/// DerView takes elements from the front of borrowed octets. Each reader gives none, and takes nothing, where the octets are not
/// what is asked for.
class DerView {
public:
  explicit DerView(Bytes octets) : rest_(octets) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
  [[nodiscard]] Bytes rest() const noexcept { return rest_; }
  [[nodiscard]] bool next_is(std::uint8_t tag) const noexcept { return !rest_.empty() && rest_.front() == tag; }

  struct Element {
    std::uint8_t tag;
    Bytes whole;
    Bytes contents;
  };
  std::optional<Element> any();
  std::optional<Element> element(std::uint8_t tag);
  std::optional<DerView> enter(std::uint8_t tag);
  std::optional<bool> boolean();
  /// The content octets of an INTEGER in its shortest form.
  std::optional<Bytes> integer(std::uint8_t tag = tag::integer);
  std::optional<std::int64_t> int64(std::uint8_t tag = tag::integer);
  /// The contents of an OBJECT IDENTIFIER whose arcs all fit 31 bits.
  std::optional<Bytes> oid();
  struct Bits {
    Bytes octets;
    unsigned unused;
    [[nodiscard]] bool at(std::size_t bit) const noexcept;
  };
  std::optional<Bits> bits();
  /// UTCTime or GeneralizedTime as Go's layouts "060102150405Z0700" and "20060102150405Z0700" read them.
  std::optional<TimePoint> utc_time();
  std::optional<TimePoint> generalized_time();

private:
  Bytes rest_;
};

/// "2.5.29.17"; `contents` as DerView::oid gives them.
std::string dotted(Bytes contents);

} // namespace dockpki::goverify
