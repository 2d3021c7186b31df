// Why: Go reads DER with golang.org/x/crypto/cryptobyte. What passes there, and what does not, is decided here in the same way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <dockpki/base/secret.hpp>
#include <dockpki/base/time.hpp>
#include <dockpki/goverify/rules.hpp>

#include "x509/der.hpp"

namespace dockpki::goverify {

namespace tag = x509::der::tag;

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
  /// The same by the rules: before Go 1.20 an arc may begin with 0x80, which adds nothing to it.
  std::optional<Bytes> oid(const Rules& rules);
  struct Bits {
    Bytes octets;
    unsigned unused;
    [[nodiscard]] bool at(std::size_t bit) const noexcept;
    /// The bits as octets, with those that are not used in front (encoding/asn1, BitString.RightAlign).
    [[nodiscard]] std::vector<std::uint8_t> right_aligned() const;
  };
  std::optional<Bits> bits();
  /// UTCTime or GeneralizedTime as Go's layouts "060102150405Z0700" and "20060102150405Z0700" read them.
  std::optional<TimePoint> utc_time();
  std::optional<TimePoint> generalized_time();

private:
  enum class Padding { refused, taken };
  std::optional<Bytes> oid(Padding padding);

  Bytes rest_;
};

/// "2.5.29.17"; `contents` as DerView::oid gives them.
std::string dotted(Bytes contents);

} // namespace dockpki::goverify
