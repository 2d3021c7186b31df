#include "report/table.hpp"

#include <algorithm>

#include <dockpki/x509/names.hpp>

namespace dockpki::report {
namespace {

/// Characters, not octets: what a terminal counts, for text without wide or combining characters.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

} // namespace

void Table::add(std::vector<std::string> cells) {
  constexpr std::size_t longest_cell = 4096;
  for (std::string& cell : cells)
    cell = x509::printable(cell, longest_cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_)
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], width(row[column]));
  std::string text;
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      text += row[column];
      if (column + 1 < row.size())
        text.append(widths[column] - width(row[column]) + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

} // namespace dockpki::report
