#include "support/catch.hpp"
#include "support/message.hpp"

#include <array>
#include <string>
#include <vector>

#include <dockpki/base/hex.hpp>
#include <dockpki/base/random.hpp>
#include <dockpki/base/secret.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/base/time.hpp>

using namespace dockpki;
using namespace std::chrono_literals;
using test::message_of;

TEST_CASE("duration: a number and a unit", "[base]") {
  CHECK(parse_duration("90d") == 24h * 90);
  CHECK(parse_duration("12h") == 12h);
  CHECK(parse_duration("2w") == 24h * 14);
  CHECK(parse_duration("1y") == 24h * 365);
  CHECK(parse_duration("45s") == 45s);
}

TEST_CASE("duration: nonsense is refused with the text in the message", "[base]") {
  CHECK(message_of([] { parse_duration("0"); }) == "failed to read duration '0': not a number and a unit");
  CHECK(message_of([] { parse_duration("0d"); }) == "failed to read duration '0d': it must be more than zero");
  CHECK(message_of([] { parse_duration("-1d"); }) == "failed to read duration '-1d': it must be more than zero");
  CHECK(message_of([] { parse_duration("1.5d"); }) == "failed to read duration '1.5d': not a number and a unit");
  CHECK(message_of([] { parse_duration("d"); }) == "failed to read duration 'd': not a number and a unit");
  CHECK(message_of([] { parse_duration(""); }) == "failed to read duration '': not a number and a unit");
  CHECK(message_of([] { parse_duration("101y"); }) == "failed to read duration '101y': over 100 years");
  CHECK(message_of([] { parse_duration("99999999999999999999d"); }) ==
        "failed to read duration '99999999999999999999d': too large");
}

TEST_CASE("duration: what is written reads back", "[base]") {
  for (const Seconds duration : {Seconds(1), Seconds(90), Seconds(3600), Seconds(86400), Seconds(86400 * 825), Seconds(86401)})
    CHECK(parse_duration(format_duration(duration)) == duration);
  CHECK(format_duration(24h * 365) == "365d");
}

TEST_CASE("time: RFC 3339 there and back, leap days and the far end included", "[base]") {
  for (const std::string text : {"1970-01-01T00:00:00Z", "2028-02-29T12:30:59Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"})
    CHECK(format_rfc3339(parse_rfc3339(text)) == text);
  CHECK(parse_rfc3339("2026-11-21T00:00:00Z").time_since_epoch() == Seconds(1795219200));
}

TEST_CASE("time: what is no time is refused", "[base]") {
  for (const std::string text : {"2027-02-29T00:00:00Z", "2026-11-21 00:00:00Z", "2026-11-21T24:00:00Z", "2026-1-21T00:00:00Z",
                                 "", "2026-11-21T00:00:00+00:00"})
    CHECK(message_of([&] { parse_rfc3339(text); }) ==
          "failed to read time '" + text + "': it is not of the form 2026-11-21T23:59:59Z");
}

TEST_CASE("time: distances are told as a person would", "[base]") {
  const TimePoint now = parse_rfc3339("2026-11-21T10:00:00Z");
  CHECK(describe_when(now, now) == "now");
  CHECK(describe_when(now + 24h * 43, now) == "in 43 days");
  CHECK(describe_when(now + 24h * 364, now) == "in 364 days");
  CHECK(describe_when(now + 24h * 3650, now) == "in 10 years");
  CHECK(describe_when(now - 3h, now) == "3 hours ago");
  CHECK(describe_when(now + 25h, now) == "in 25 hours");
  CHECK(describe_when(now + 1s, now) == "in 1 second");
}

TEST_CASE("hex: there and back, with colons and without", "[base]") {
  const std::vector<std::uint8_t> bytes = {0x00, 0x7f, 0xff};
  CHECK(to_hex(bytes) == "007fff");
  CHECK(parse_hex("007fff") == bytes);
  CHECK(parse_hex("00:7F:ff") == bytes);
  CHECK_FALSE(parse_hex("0").has_value());
  CHECK_FALSE(parse_hex(":00").has_value());
  CHECK_FALSE(parse_hex("00:").has_value());
  CHECK_FALSE(parse_hex("0g").has_value());
}

TEST_CASE("secret: moving leaves nothing behind, truncating wipes", "[base]") {
  Secret first = Secret::copy_of("canary");
  const std::uint8_t* where = first.bytes().data();
  first.truncate(2);
  CHECK(where[2] == 0);
  CHECK(where[5] == 0);
  const Secret second = std::move(first);
  CHECK(second.text() == "ca");
  CHECK(first.empty()); // NOLINT(bugprone-use-after-move): that it is empty is the promise
}

TEST_CASE("secret: comparison looks at every octet and at the length", "[base]") {
  const auto equal = [](std::string_view a, std::string_view b) {
    return equal_in_constant_time(Secret::copy_of(a).bytes(), Secret::copy_of(b).bytes());
  };
  CHECK(equal("", ""));
  CHECK(equal("abc", "abc"));
  CHECK_FALSE(equal("abc", "abd"));
  CHECK_FALSE(equal("abc", "abcd"));
}

TEST_CASE("random: fills all of it, differently each time", "[base]") {
  std::array<std::uint8_t, 32> first{};
  std::array<std::uint8_t, 32> second{};
  fill_random(first);
  fill_random(second);
  CHECK(first != second);
  CHECK(first != std::array<std::uint8_t, 32>{});
}

TEST_CASE("suggest: slips are recognised, other words are not", "[base]") {
  static constexpr std::array<std::string_view, 3> known = {"issue-server", "issue-client", "init-ca"};
  CHECK(nearest("isue-server", known) == "issue-server");
  CHECK(nearest("init-ac", known) == "init-ca");
  CHECK_FALSE(nearest("frobnicate", known).has_value());
}
