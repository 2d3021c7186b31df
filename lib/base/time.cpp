#include <dockpki/base/time.hpp>

#include <array>
#include <charconv>
#include <cstdio>

#include <dockpki/base/error.hpp>

namespace dockpki {
namespace {

using namespace std::chrono_literals;

constexpr Seconds one_day = 24h;
constexpr Seconds one_week = 7 * one_day;
constexpr Seconds one_year = 365 * one_day;
constexpr Seconds longest = 100 * one_year;

struct Unit {
  char letter;
  Seconds length;
  const char* one;
  const char* many;
};

constexpr std::array<Unit, 6> units = {{{'y', one_year, "year", "years"},
                                        {'w', one_week, "week", "weeks"},
                                        {'d', one_day, "day", "days"},
                                        {'h', 1h, "hour", "hours"},
                                        {'m', 1min, "minute", "minutes"},
                                        {'s', 1s, "second", "seconds"}}};

[[noreturn]] void refuse_duration(std::string_view text, const std::string& why) {
  throw Error(Errc::usage, "failed to read duration '" + std::string(text) + "': " + why,
              "write a whole number and a unit: 90d, 12h, 2w or 1y");
}

int number_at(std::string_view text, std::size_t from, std::size_t digits) {
  int value = 0;
  const char* first = text.data() + from;
  const auto [end, error] = std::from_chars(first, first + digits, value);
  return error == std::errc{} && end == first + digits && *first != '-' ? value : -1;
}

} // namespace

Seconds parse_duration(std::string_view text) {
  long long count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc::result_out_of_range)
    refuse_duration(text, "too large");
  if (error != std::errc{} || end + 1 != text.data() + text.size())
    refuse_duration(text, "not a number and a unit");
  for (const Unit& unit : units) {
    if (unit.letter != *end)
      continue;
    if (count <= 0)
      refuse_duration(text, "it must be more than zero");
    if (count > longest / unit.length)
      refuse_duration(text, "over 100 years");
    return count * unit.length;
  }
  refuse_duration(text, "not a number and a unit");
}

std::string format_duration(Seconds duration) {
  // Weeks are read but not written: "365d" says more than "52w".
  for (const Unit& unit : units)
    if (unit.letter != 'y' && unit.letter != 'w' && duration % unit.length == 0s)
      return std::to_string(duration / unit.length) + unit.letter;
  return std::to_string(duration.count()) + 's';
}

std::string format_rfc3339(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                   static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string format_basic(TimePoint time) {
  std::string text = format_rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

TimePoint parse_rfc3339(std::string_view text) {
  const auto refuse = [&]() -> TimePoint {
    throw Error(Errc::invalid_input,
                "failed to read time '" + std::string(text) + "': it is not of the form 2026-11-21T23:59:59Z");
  };
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != 'Z')
    return refuse();
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (year < 0 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return refuse();
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok())
    return refuse();
  return std::chrono::sys_days{date} + std::chrono::hours(hour) + std::chrono::minutes(minute) + Seconds(second);
}

std::string format_day(TimePoint time) {
  return format_rfc3339(time).substr(0, 10);
}

std::string describe_when(TimePoint time, TimePoint now) {
  const Seconds distance = time > now ? time - now : now - time;
  for (const Unit& unit : units) {
    // Two years read better than 104 weeks, but 43 days better than 6 weeks: weeks are left out.
    if (unit.letter == 'w' || distance < 2 * unit.length)
      continue;
    const std::string amount = std::to_string(distance / unit.length) + ' ' + unit.many;
    return time > now ? "in " + amount : amount + " ago";
  }
  if (distance == 0s)
    return "now";
  return time > now ? "in 1 second" : "1 second ago";
}

} // namespace dockpki
