#include "report/table.hpp"

#include <algorithm>

#include <dockpki/x509/names.hpp>

namespace dockpki::report {
namespace {

constexpr std::size_t longest_cell = 4096;
// ECMA-48 8.3.117, as every terminal understands it.
constexpr const char* red = "\x1b[31m";
constexpr const char* yellow = "\x1b[33m";
constexpr const char* plain = "\x1b[0m";

/// Characters, not octets: what a terminal counts, for text without wide or combining characters.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

} // namespace

void Table::add(std::vector<std::string> cells, Tint tint) {
  for (std::string& cell : cells)
    cell = x509::printable(cell, longest_cell);
  rows_.push_back({.cells = std::move(cells), .below = {}, .tint = tint});
}

void Table::add_below(const std::string& line) {
  rows_.back().below += "    " + x509::printable(line, longest_cell) + '\n';
}

std::string Table::text(Colour colour) const {
  std::vector<std::size_t> widths(rows_.front().cells.size(), 0);
  for (const Row& row : rows_)
    for (std::size_t column = 0; column < row.cells.size(); ++column)
      widths[column] = std::max(widths[column], width(row.cells[column]));
  std::string text;
  for (const auto& [cells, below, tint] : rows_) {
    const bool tinted = colour == Colour::yes && tint != Tint::none;
    if (tinted)
      text += tint == Tint::alarm ? red : yellow;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      text += cells[column];
      if (column + 1 < cells.size())
        text.append(widths[column] - width(cells[column]) + 2, ' ');
    }
    if (tinted)
      text += plain;
    text += '\n' + below;
  }
  return text;
}

} // namespace dockpki::report
