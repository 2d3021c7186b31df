// Why: what is one word in a unit follows rules of its own: quotes, escapes, lines that go on.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dockpki::docker {

/// UnitLine is one setting, in the order of the file.
struct UnitLine {
  std::string section; ///< "Service"
  std::string key;
  std::string value; ///< lines that a '\' at the end joins are joined by a blank
};

/// unit_lines gives the settings of a unit; comments, also between joined lines, are left out (systemd.syntax(7)).
std::vector<UnitLine> unit_lines(std::string_view text);

struct UnitWord {
  std::string raw;  ///< as it is written
  std::string text; ///< without its quotes and escapes
};

/// unit_words splits a value at its blanks; quotes of either kind hold words together.
std::vector<UnitWord> unit_words(std::string_view value);

/// environment_lines gives name and value of each line of an environment file (systemd.exec(5), EnvironmentFile=).
std::vector<std::pair<std::string, std::string>> environment_lines(std::string_view text);

} // namespace dockpki::docker
