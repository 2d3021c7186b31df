#include "docker/unit_syntax.hpp"

namespace dockpki::docker {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with(';');
}

/// Lines without comments and empty ones, those joined that belong together.
std::vector<std::string> logical_lines(std::string_view text) {
  std::vector<std::string> lines;
  bool goes_on = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_comment(line))
      continue; // which also may stand between joined lines
    const bool joins = line.ends_with('\\');
    if (joins)
      line.remove_suffix(1);
    if (goes_on)
      lines.back() += ' ' + std::string(line);
    else if (!line.empty() || joins)
      lines.emplace_back(line);
    goes_on = joins;
  }
  return lines;
}

char unescaped(char c) {
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 's':
    return ' ';
  default:
    return c;
  }
}

} // namespace

std::vector<UnitLine> unit_lines(std::string_view text) {
  std::vector<UnitLine> settings;
  std::string section;
  for (const std::string& line : logical_lines(text)) {
    if (line.starts_with('[') && line.ends_with(']')) {
      section = line.substr(1, line.size() - 2);
      continue;
    }
    if (const std::size_t equals = line.find('='); equals != std::string::npos)
      settings.push_back({section, std::string(trimmed(std::string_view(line).substr(0, equals))),
                          std::string(trimmed(std::string_view(line).substr(equals + 1)))});
  }
  return settings;
}

std::vector<UnitWord> unit_words(std::string_view value) {
  std::vector<UnitWord> words;
  char quote = 0;
  bool in_word = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (quote == 0 && (blanks.find(c) != std::string_view::npos || c == '\n')) {
      in_word = false;
      continue;
    }
    if (!in_word)
      words.emplace_back();
    in_word = true;
    UnitWord& word = words.back();
    word.raw += c;
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && i + 1 < value.size()) {
      word.raw += value[++i];
      word.text += unescaped(value[i]);
    } else {
      word.text += c;
    }
  }
  return words;
}

std::vector<std::pair<std::string, std::string>> environment_lines(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const std::string& line : logical_lines(text)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos)
      continue;
    std::string value;
    for (const UnitWord& word : unit_words(std::string_view(line).substr(equals + 1)))
      value += (value.empty() ? "" : " ") + word.text;
    variables.emplace_back(trimmed(std::string_view(line).substr(0, equals)), value);
  }
  return variables;
}

} // namespace dockpki::docker
