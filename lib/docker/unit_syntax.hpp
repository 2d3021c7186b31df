// Why: what is one word in a unit follows rules of its own: quotes, escapes, lines that go on.
#pragma once

#include <map>
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
  std::string raw;      ///< as it is written
  std::string text;     ///< without its quotes and escapes
  bool is_open = false; ///< its quote is not closed
  bool is_odd = false;  ///< it has a '\' with Escapes::c that begins no escape
};

/// What a '\' does, also within quotes of either kind.
enum class Escapes {
  c,    ///< as in a string of C, and \s is a blank; what is no escape stays (a setting)
  plain ///< takes the meaning from the character behind it (the value of a variable)
};

/// unit_words splits a value at its blanks; quotes of either kind hold words together.
std::vector<UnitWord> unit_words(std::string_view value, Escapes escapes = Escapes::c);

/// True for what systemd takes as the name of a variable.
bool is_variable_name(std::string_view text);

/// environment_lines gives name and value of each line of an environment file (systemd.exec(5), EnvironmentFile=).
std::vector<std::pair<std::string, std::string>> environment_lines(std::string_view text);

/// What stands for %h and the like, by the letter; those that only the running machine could tell are missing.
using Specifiers = std::map<char, std::string>;

/// with_specifiers puts in what `specifiers` has, and '%' for "%%"; the others stay as they are (systemd.unit(5)).
std::string with_specifiers(std::string_view text, const Specifiers& specifiers);

/// True if a specifier stays in what with_specifiers gave.
bool has_specifier(std::string_view text);

} // namespace dockpki::docker
