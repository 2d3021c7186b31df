// Why: SQLite sees damage to its own structures, but not a bit that flips inside a value. Each row carries a sum over its values,
// and the state row carries the count and the total of each table's sums: so a changed, a lost and a doubled row all show.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <dockpki/base/secret.hpp>

namespace dockpki::store {

/// RowSum is FNV-1a over 64 bits: any single changed octet changes it. It is against accidents, not against people.
class RowSum {
public:
  /// `table` sets rows of different tables apart.
  explicit RowSum(std::string_view table) { add(table); }
  RowSum& add(std::string_view text) noexcept {
    add(static_cast<std::int64_t>(text.size()));
    for (const char c : text)
      take(static_cast<std::uint8_t>(c));
    return *this;
  }
  RowSum& add(std::int64_t number) noexcept {
    for (unsigned shift = 0; shift < 64; shift += 8)
      take(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift));
    return *this;
  }
  /// NULL and any value are different.
  template <class Value>
  RowSum& add_optional(const std::optional<Value>& value) noexcept {
    add(std::int64_t{value ? 1 : 0});
    if (value)
      add(*value);
    return *this;
  }
  [[nodiscard]] std::int64_t value() const noexcept { return static_cast<std::int64_t>(sum_); }

private:
  void take(std::uint8_t octet) noexcept { sum_ = (sum_ ^ octet) * 0x100000001b3U; }
  std::uint64_t sum_ = 0xcbf29ce484222325U;
};

/// TableTotal is what the state row knows of a table.
struct TableTotal {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  void add(std::int64_t row_sum) noexcept {
    ++count;
    sum = plus(sum, row_sum);
  }
  void change(std::int64_t from, std::int64_t to) noexcept { sum = plus(minus(sum, from), to); }
  bool operator==(const TableTotal&) const = default;

private:
  static std::int64_t plus(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  }
  static std::int64_t minus(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  }
};

} // namespace dockpki::store
