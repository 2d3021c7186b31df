// Why: certificates count in whole UTC seconds, people in days and weeks. The clock is always
// handed in as a TimePoint, so that nothing in the library waits for, or looks at, a clock.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace dockpki {

using Seconds = std::chrono::seconds;

/// TimePoint is a moment in UTC, in whole seconds (RFC 5280 4.1.2.5 knows nothing finer).
using TimePoint = std::chrono::sys_time<Seconds>;

/// parse_duration reads "90d", "12h", "2w", "1y" (365 days), "30m" or "45s": one positive whole
/// number and one unit. Throws Errc::usage for anything else, zero and overflow (over 100 years) included.
Seconds parse_duration(std::string_view text);

/// format_duration gives the shortest exact form that parse_duration reads back ("365d", "36h").
std::string format_duration(Seconds duration);

/// format_rfc3339 gives "2026-11-21T23:59:59Z".
std::string format_rfc3339(TimePoint time);

/// format_basic gives "20261121T235959Z", which sorts and is good in a file name (ISO 8601, basic format).
std::string format_basic(TimePoint time);

/// parse_rfc3339 reads exactly what format_rfc3339 writes. Throws Errc::invalid_input.
TimePoint parse_rfc3339(std::string_view text);

/// format_day gives "2026-11-21" (UTC), for sentences that a person reads.
std::string format_day(TimePoint time);

/// describe_when tells `time` from `now` as a person would: "in 43 days", "3 hours ago", "now".
/// The largest unit that fits twice is used, rounded down.
std::string describe_when(TimePoint time, TimePoint now);

} // namespace dockpki
