// Why: plain columns, as wide as their widest cell, that cut and awk can read as well.
#pragma once

#include <string>
#include <vector>

namespace dockpki::report {

class Table {
public:
  explicit Table(std::vector<std::string> titles) { add(std::move(titles)); }
  /// As many cells as titles. Control characters in a cell are made visible.
  void add(std::vector<std::string> cells);
  /// Columns parted by two blanks; the last one is not padded.
  [[nodiscard]] std::string text() const;

private:
  std::vector<std::vector<std::string>> rows_;
};

} // namespace dockpki::report
