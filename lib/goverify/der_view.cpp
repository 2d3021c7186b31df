#include "goverify/der_view.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace dockpki::goverify {
namespace {

bool is_shortest_integer(Bytes octets) {
  if (octets.empty())
    return false;
  if (octets.size() == 1)
    return true;
  const bool needless_zeros = octets[0] == 0x00 && (octets[1] & 0x80U) == 0;
  const bool needless_ones = octets[0] == 0xff && (octets[1] & 0x80U) != 0;
  return !needless_zeros && !needless_ones;
}

/// Digits of a fixed width, taken from the front.
class Digits {
public:
  explicit Digits(std::string_view text) : rest_(text) {}
  std::optional<int> take(std::size_t width) {
    if (rest_.size() < width)
      return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9')
        return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
  std::string_view rest_;
};

/// What follows the seconds: "Z", or an offset that is not zero, because Go writes the time again and compares.
std::optional<Seconds> read_zone(std::string_view text) {
  if (text == "Z")
    return Seconds(0);
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-'))
    return std::nullopt;
  Digits digits(text.substr(1));
  const auto hours = digits.take(2);
  const auto minutes = digits.take(2);
  if (!hours || !minutes || *hours > 24 || *minutes > 59 || *hours * 60 + *minutes == 0)
    return std::nullopt;
  const Seconds offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return text[0] == '+' ? offset : -offset;
}

enum class WithSeconds { no, yes };

std::optional<TimePoint> read_time(int year, Digits digits, WithSeconds with_seconds) {
  const auto month = digits.take(2);
  const auto day = digits.take(2);
  const auto hour = digits.take(2);
  const auto minute = digits.take(2);
  const auto second = with_seconds == WithSeconds::yes ? digits.take(2) : std::optional(0);
  if (!month || !day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  const auto zone = read_zone(digits.rest());
  if (!date.ok() || !zone)
    return std::nullopt;
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + Seconds(*second) -
         *zone;
}

std::string_view text_of(Bytes octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

} // namespace

std::optional<DerView::Element> DerView::any() {
  if (rest_.size() < 2 || (rest_[0] & 0x1fU) == 0x1f)
    return std::nullopt;
  std::size_t header = 2;
  std::size_t length = rest_[1];
  if ((rest_[1] & 0x80U) != 0) {
    const std::size_t count = rest_[1] & 0x7fU;
    if (count == 0 || count > 4 || rest_.size() < 2 + count || rest_[2] == 0)
      return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i)
      length = length << 8U | rest_[2 + i];
    if (length < 128)
      return std::nullopt;
    header += count;
  }
  if (rest_.size() - header < length)
    return std::nullopt;
  const Element element{rest_[0], rest_.first(header + length), rest_.subspan(header, length)};
  rest_ = rest_.subspan(header + length);
  return element;
}

std::optional<DerView::Element> DerView::element(std::uint8_t tag) {
  return next_is(tag) ? any() : std::nullopt;
}

std::optional<DerView> DerView::enter(std::uint8_t tag) {
  const auto found = element(tag);
  return found ? std::optional(DerView(found->contents)) : std::nullopt;
}

std::optional<bool> DerView::boolean() {
  const auto found = element(tag::boolean);
  if (!found || found->contents.size() != 1 || (found->contents[0] != 0x00 && found->contents[0] != 0xff))
    return std::nullopt;
  return found->contents[0] == 0xff;
}

std::optional<Bytes> DerView::integer(std::uint8_t tag) {
  const auto found = element(tag);
  return found && is_shortest_integer(found->contents) ? std::optional(found->contents) : std::nullopt;
}

std::optional<std::int64_t> DerView::int64(std::uint8_t tag) {
  const auto octets = integer(tag);
  if (!octets || octets->size() > 8)
    return std::nullopt;
  std::uint64_t value = ((*octets)[0] & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t octet : *octets)
    value = value << 8U | octet;
  return static_cast<std::int64_t>(value);
}

std::optional<Bytes> DerView::oid() {
  return oid(Padding::refused);
}

std::optional<Bytes> DerView::oid(const Rules& rules) {
  return oid(rules.go < 20 ? Padding::taken : Padding::refused);
}

std::optional<Bytes> DerView::oid(Padding padding) {
  const auto found = element(tag::oid);
  if (!found || found->contents.empty())
    return std::nullopt;
  std::uint32_t arc = 0;
  bool is_first = true;
  for (const std::uint8_t octet : found->contents) {
    if ((padding == Padding::refused && is_first && octet == 0x80) || arc >= 1U << 24U)
      return std::nullopt;
    arc = arc << 7U | (octet & 0x7fU);
    is_first = (octet & 0x80U) == 0;
    if (is_first)
      arc = 0;
  }
  return is_first ? std::optional(found->contents) : std::nullopt; // else it ends within an arc
}

bool DerView::Bits::at(std::size_t bit) const noexcept {
  return bit < octets.size() * 8 - unused && (octets[bit / 8] & (0x80U >> (bit % 8))) != 0;
}

std::vector<std::uint8_t> DerView::Bits::right_aligned() const {
  std::vector<std::uint8_t> aligned;
  unsigned before = 0;
  for (const std::uint8_t octet : octets) {
    aligned.push_back(static_cast<std::uint8_t>(((before << 8U) | octet) >> unused));
    before = octet;
  }
  return aligned;
}

std::optional<DerView::Bits> DerView::bits() {
  const auto found = element(tag::bit_string);
  if (!found || found->contents.empty())
    return std::nullopt;
  const unsigned unused = found->contents[0];
  const Bytes octets = found->contents.subspan(1);
  if (unused > 7 || (octets.empty() && unused != 0) || (!octets.empty() && (octets.back() & ((1U << unused) - 1)) != 0))
    return std::nullopt;
  return Bits{octets, unused};
}

std::optional<TimePoint> DerView::utc_time() {
  const auto found = element(tag::utc_time);
  if (!found)
    return std::nullopt;
  Digits digits(text_of(found->contents));
  const auto short_year = digits.take(2);
  if (!short_year)
    return std::nullopt;
  const int year = *short_year >= 50 ? 1900 + *short_year : 2000 + *short_year;
  const auto time = read_time(year, digits, WithSeconds::yes);
  return time ? time : read_time(year, digits, WithSeconds::no);
}

std::optional<TimePoint> DerView::generalized_time() {
  const auto found = element(tag::generalized_time);
  if (!found)
    return std::nullopt;
  Digits digits(text_of(found->contents));
  const auto year = digits.take(4);
  return year ? read_time(*year, digits, WithSeconds::yes) : std::nullopt;
}

std::string dotted(Bytes contents) {
  std::string text;
  std::uint64_t arc = 0;
  for (const std::uint8_t octet : contents) {
    arc = arc << 7U | (octet & 0x7fU);
    if ((octet & 0x80U) != 0)
      continue;
    if (text.empty()) {
      const std::uint64_t first = std::min<std::uint64_t>(arc / 40, 2);
      text = std::to_string(first) + '.' + std::to_string(arc - first * 40);
    } else {
      text += '.' + std::to_string(arc);
    }
    arc = 0;
  }
  return text;
}

} // namespace dockpki::goverify
