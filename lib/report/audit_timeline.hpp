// Why: a server's certificate ends in weeks, its authority in ten years, and both are to be seen on one scale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <dockpki/app/audit.hpp>

namespace dockpki::report {

/// Timeline places times between that of the audit and the last end, on a logarithmic scale of days, in per cent.
class Timeline {
public:
  explicit Timeline(const app::Audit& audit);

  struct Bar {
    std::string width; ///< in per cent, without the sign
    bool is_over = false;
    bool is_soon = false; ///< within 30 days
    std::string text;     ///< "2026-12-01, in 9 days"
  };
  [[nodiscard]] Bar bar(TimePoint end) const;

  struct Tick {
    std::string at; ///< in per cent
    std::string label;
    std::string_view anchor; ///< where the label's text stands, in SVG's words
  };
  [[nodiscard]] std::vector<Tick> ticks() const;

private:
  [[nodiscard]] double per_cent(double days) const;

  TimePoint now_;
  double days_; ///< from one end to the other
};

} // namespace dockpki::report
