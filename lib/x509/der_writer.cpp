#include "x509/der.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "x509/oid.hpp"

namespace dockpki::x509::der {

std::size_t Writer::open(std::uint8_t tag) {
  buffer_.push_back(tag);
  buffer_.push_back(0); // the length, if it fits
  return buffer_.size();
}

void Writer::close(std::size_t at) {
  const std::size_t length = buffer_.size() - at;
  if (length < 0x80) {
    buffer_[at - 1] = static_cast<std::uint8_t>(length);
    return;
  }
  std::array<std::uint8_t, sizeof(std::size_t)> octets{};
  std::size_t count = 0;
  for (std::size_t rest = length; rest != 0; rest >>= 8U)
    octets[count++] = static_cast<std::uint8_t>(rest & 0xffU);
  buffer_[at - 1] = static_cast<std::uint8_t>(0x80U | count);
  const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at);
  const auto gap = buffer_.insert(from, count, 0);
  std::reverse_copy(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count), gap);
}

void Writer::element(std::uint8_t tag, Bytes contents) {
  const std::size_t at = open(tag);
  raw(contents);
  close(at);
}

void Writer::element(std::uint8_t tag, std::string_view contents) {
  element(tag, bytes_of(contents));
}

void Writer::raw(Bytes der) {
  buffer_.insert(buffer_.end(), der.begin(), der.end());
}

void Writer::boolean(bool value) {
  const std::uint8_t octet = value ? 0xff : 0x00;
  element(tag::boolean, Bytes(&octet, 1));
}

void Writer::number(std::uint64_t value) {
  std::array<std::uint8_t, sizeof value> octets{};
  for (auto octet = octets.rbegin(); octet != octets.rend(); ++octet, value >>= 8U)
    *octet = static_cast<std::uint8_t>(value & 0xffU);
  unsigned_integer(octets);
}

void Writer::unsigned_integer(Bytes octets) {
  while (!octets.empty() && octets.front() == 0)
    octets = octets.subspan(1);
  const std::size_t at = open(tag::integer);
  if (octets.empty() || octets.front() >= 0x80)
    buffer_.push_back(0);
  raw(octets);
  close(at);
}

void Writer::bit_string(Bytes octets, std::uint8_t tag) {
  const std::size_t at = open(tag);
  buffer_.push_back(0);
  raw(octets);
  close(at);
}

void Writer::oid(std::string_view dotted) {
  element(tag::oid, Bytes(encode_oid(dotted)));
}

void Writer::time(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const int year = static_cast<int>(date.year());
  if (year < 1950 || year > 9999)
    throw Error(Errc::usage, "failed to encode time: a certificate can only hold the years 1950 to 9999");
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d%02u%02u%02d%02d%02dZ", year, static_cast<unsigned>(date.month()),
                    static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                    static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  const std::string_view whole(text.data(), static_cast<std::size_t>(length));
  if (year < 2050)
    element(tag::utc_time, whole.substr(2));
  else
    element(tag::generalized_time, whole);
}

} // namespace dockpki::x509::der
