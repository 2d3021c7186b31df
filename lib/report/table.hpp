// Why: plain columns, as wide as their widest cell, that cut and awk can read as well; what has no bound stands below its row.
#pragma once

#include <string>
#include <vector>

#include <dockpki/report/text.hpp>

namespace dockpki::report {

/// Tint is what a row's colour says.
enum class Tint { none, warning, alarm };

class Table {
public:
  explicit Table(std::vector<std::string> titles) { add(std::move(titles)); }
  /// As many cells as titles. Control characters in a cell are made visible.
  void add(std::vector<std::string> cells, Tint tint = Tint::none);
  /// A line below the last row, indented, which makes no column wider.
  void add_below(const std::string& line);
  /// Columns parted by two blanks; the last one is not padded.
  [[nodiscard]] std::string text(Colour colour = Colour::no) const;

private:
  struct Row {
    std::vector<std::string> cells;
    std::string below;
    Tint tint = Tint::none;
  };
  std::vector<Row> rows_;
};

} // namespace dockpki::report
