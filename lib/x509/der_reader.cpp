#include "x509/der.hpp"

#include <dockpki/base/hex.hpp>

#include "x509/oid.hpp"

namespace dockpki::x509::der {
namespace {

/// Reads `count` digits at `at`; false if they are not digits.
bool read_digits(Bytes text, std::size_t& at, std::size_t count, unsigned& value) {
  value = 0;
  for (std::size_t i = 0; i < count; ++i, ++at) {
    if (text[at] < '0' || text[at] > '9')
      return false;
    value = value * 10 + (text[at] - '0');
  }
  return true;
}

std::optional<TimePoint> parse_time(Bytes text, bool is_utc_time) {
  const std::size_t year_digits = is_utc_time ? 2 : 4;
  if (text.size() != year_digits + 11 || text.back() != 'Z')
    return std::nullopt;
  std::size_t at = 0;
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  if (!read_digits(text, at, year_digits, year) || !read_digits(text, at, 2, month) || !read_digits(text, at, 2, day) ||
      !read_digits(text, at, 2, hour) || !read_digits(text, at, 2, minute) || !read_digits(text, at, 2, second))
    return std::nullopt;
  if (is_utc_time)
    year += year < 50 ? 2000 : 1900; // RFC 5280 4.1.2.5.1
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours(hour) + std::chrono::minutes(minute) + Seconds(second);
}

} // namespace

void rethrow_as_error(const Malformed& malformed, std::string_view thing, std::string_view name) {
  std::string message = "failed to read " + std::string(thing);
  if (!name.empty())
    message += " '" + std::string(name) + "'";
  throw Error(Errc::invalid_input, message + ": " + malformed.what(), malformed.hint());
}

void Reader::fail(std::string_view what, std::string_view cause) const {
  const auto offset = rest_.data() == nullptr ? 0 : rest_.data() - start_;
  const std::string place = what.empty() ? std::string() : std::string(what) + ": ";
  throw Malformed(place + std::string(cause) + " (octet " + std::to_string(offset) + ")");
}

std::size_t Reader::length(std::string_view what, std::size_t& at) const {
  if (rest_.size() < 2)
    fail(what, "cut off");
  const std::uint8_t first = rest_[1];
  at = 2;
  if (first < 0x80)
    return first;
  if (first == 0x80)
    fail(what, "indefinite length");
  const std::size_t count = first & 0x7fU;
  if (count > 4)
    fail(what, "length too large");
  if (rest_.size() < 2 + count)
    fail(what, "cut off");
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i)
    length = length << 8U | rest_[at++];
  if (length < 0x80 || rest_[2] == 0)
    fail(what, "length not in its shortest form");
  return length;
}

Element Reader::any(std::string_view what) {
  if (rest_.empty())
    fail(what, "missing");
  if ((rest_.front() & 0x1fU) == 0x1f)
    fail(what, "tag number over 30");
  std::size_t header = 0;
  const std::size_t size = length(what, header);
  if (size > rest_.size() - header)
    fail(what, "cut off");
  const Element element{rest_.front(), rest_.subspan(header, size), rest_.first(header + size)};
  rest_ = rest_.subspan(header + size);
  return element;
}

Element Reader::element(std::uint8_t tag, std::string_view what) {
  if (rest_.empty())
    fail(what, "missing");
  if (rest_.front() != tag) {
    const std::uint8_t found = rest_.front();
    fail(what, "tag " + to_hex({&found, 1}) + " where " + to_hex({&tag, 1}) + " belongs");
  }
  return any(what);
}

Reader Reader::enter(std::uint8_t tag, std::string_view what) {
  return inside(contents(tag, what));
}

std::optional<Reader> Reader::enter_if(std::uint8_t tag, std::string_view what) {
  if (!next_is(tag))
    return std::nullopt;
  return enter(tag, what);
}

bool Reader::boolean(std::string_view what) {
  const Reader before = *this;
  const Bytes value = contents(tag::boolean, what);
  if (value.size() != 1 || (value[0] != 0 && value[0] != 0xff))
    before.fail(what, "a BOOLEAN that is neither 00 nor ff");
  return value[0] != 0;
}

Bytes Reader::integer(std::string_view what, std::uint8_t tag) {
  const Reader before = *this;
  const Bytes value = contents(tag, what);
  if (value.empty())
    before.fail(what, "a number without octets");
  if (value.size() > 1 && ((value[0] == 0 && value[1] < 0x80) || (value[0] == 0xff && value[1] >= 0x80)))
    before.fail(what, "a number not in its shortest form");
  return value;
}

Bytes Reader::unsigned_integer(std::string_view what) {
  const Reader before = *this;
  const Bytes value = integer(what);
  if (value[0] >= 0x80)
    before.fail(what, "a negative number");
  return value.size() > 1 && value[0] == 0 ? value.subspan(1) : value;
}

std::uint64_t Reader::small_number(std::string_view what, std::uint8_t tag) {
  const Reader before = *this;
  const Bytes value = integer(what, tag);
  if (value[0] >= 0x80)
    before.fail(what, "a negative number");
  if (value.size() > 8)
    before.fail(what, "a number too large");
  std::uint64_t number = 0;
  for (const std::uint8_t octet : value)
    number = number << 8U | octet;
  return number;
}

BitString Reader::bit_string(std::string_view what, std::uint8_t tag) {
  const Reader before = *this;
  const Bytes value = contents(tag, what);
  if (value.empty())
    before.fail(what, "a BIT STRING without its count of unused bits");
  const BitString bits{value.subspan(1), value[0]};
  if (bits.unused_bits > 7 || (bits.unused_bits > 0 && bits.octets.empty()))
    before.fail(what, "a BIT STRING with a wrong count of unused bits");
  if (bits.unused_bits > 0 && (bits.octets.back() & ((1U << bits.unused_bits) - 1U)) != 0)
    before.fail(what, "a BIT STRING whose unused bits are not zero");
  return bits;
}

Bytes Reader::octets_of_bit_string(std::string_view what, std::uint8_t tag) {
  const Reader before = *this;
  const BitString bits = bit_string(what, tag);
  if (bits.unused_bits != 0)
    before.fail(what, "a BIT STRING that is not of whole octets");
  return bits.octets;
}

std::string Reader::oid(std::string_view what, std::uint8_t tag) {
  const Reader before = *this;
  auto dotted = decode_oid(contents(tag, what));
  if (!dotted)
    before.fail(what, "not an object identifier");
  return std::move(*dotted);
}

void Reader::null(std::string_view what) {
  const Reader before = *this;
  if (!contents(tag::null, what).empty())
    before.fail(what, "a NULL with octets in it");
}

TimePoint Reader::time(std::string_view what, std::optional<std::uint8_t> implicit) {
  const Reader before = *this;
  const Element element = any(what);
  const std::uint8_t kind = implicit ? tag::generalized_time : element.tag;
  if (implicit ? element.tag != *implicit : (kind != tag::utc_time && kind != tag::generalized_time))
    before.fail(what, "neither UTCTime nor GeneralizedTime");
  const auto time = parse_time(element.contents, kind == tag::utc_time);
  if (!time)
    before.fail(what, "not a time of the form YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
  return *time;
}

void Reader::finish(std::string_view what) const {
  if (!rest_.empty())
    fail(what, "something follows that does not belong there");
}

} // namespace dockpki::x509::der
