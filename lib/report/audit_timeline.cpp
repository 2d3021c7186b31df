#include "report/audit_timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace dockpki::report {
namespace {

using Days = std::chrono::duration<double, std::chrono::days::period>;

struct Mark {
  double days;
  const char* label; ///< "": a narrow screen has no room for one
};
constexpr double a_year = 365;
constexpr double ten_years = 3652;
constexpr std::array marks = {Mark{0, "now"}, Mark{7, "7 days"},      Mark{30, "30 days"},
                              Mark{90, ""},   Mark{a_year, "1 year"}, Mark{ten_years, "10 years"}};
constexpr double soon = 30;

/// One place behind the dot is finer than a screen.
std::string rounded(double value) {
  const long tenths = std::lround(value * 10);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

} // namespace

Timeline::Timeline(const app::Audit& audit) : now_(audit.when), days_(0) {
  for (const app::Expiry& expiry : audit.expiries)
    days_ = std::max(days_, Days(expiry.not_after - now_).count());
  // A scale that ends with a mark is read more easily.
  if (days_ < ten_years)
    days_ = days_ <= a_year ? a_year : ten_years;
}

double Timeline::per_cent(double days) const {
  return std::clamp(100 * std::log1p(std::max(days, 0.0)) / std::log1p(days_), 0.0, 100.0);
}

Timeline::Bar Timeline::bar(TimePoint end) const {
  const double days = Days(end - now_).count();
  const bool is_over = end < now_; // not_after is the last valid second
  return {.width = rounded(std::max(per_cent(days), 0.5)),
          .is_over = is_over,
          .is_soon = !is_over && days < soon,
          .text = (is_over ? "over since " : "") + format_day(end) + ", " + describe_when(end, now_)};
}

std::vector<Timeline::Tick> Timeline::ticks() const {
  std::vector<Tick> ticks;
  for (const Mark& mark : marks)
    if (mark.days <= days_)
      ticks.push_back({.at = rounded(per_cent(mark.days)), .label = mark.label, .anchor = mark.days == 0 ? "start" : "end"});
  return ticks;
}

} // namespace dockpki::report
