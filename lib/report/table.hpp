// Why: plain columns, as wide as their widest cell, that cut and awk can read as well; what has no bound stands below its row.
#pragma once

#include <string>
#include <vector>

namespace dockpki::report {

class Table {
public:
  explicit Table(std::vector<std::string> titles) { add(std::move(titles)); }
  /// As many cells as titles. Control characters in a cell are made visible.
  void add(std::vector<std::string> cells);
  /// A line below the last row, indented, which makes no column wider.
  void add_below(const std::string& line);
  /// Columns parted by two blanks; the last one is not padded.
  [[nodiscard]] std::string text() const;

private:
  struct Row {
    std::vector<std::string> cells;
    std::string below;
  };
  std::vector<Row> rows_;
};

} // namespace dockpki::report
