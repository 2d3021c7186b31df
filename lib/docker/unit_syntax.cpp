#include "docker/unit_syntax.hpp"

#include <algorithm>
#include <optional>

#include "docker/go_text.hpp"

namespace dockpki::docker {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with(';');
}

/// The line up to "\n", "\r" or "\r\n", which goes with it.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size()));
  return line;
}

/// True if a '\' ends the line that is not itself behind one.
bool goes_on(std::string_view line) {
  const std::size_t last = line.find_last_not_of('\\');
  return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
}

/// Lines without comments and empty ones, those joined that belong together.
std::vector<std::string> logical_lines(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  std::vector<std::string> lines;
  bool is_joined = false;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (is_comment(trimmed(line)))
      continue; // which also may stand between joined lines
    const bool joins = goes_on(line);
    if (joins)
      line.remove_suffix(1);
    if (is_joined)
      lines.back() += line;
    else
      lines.emplace_back(line);
    if (joins)
      lines.back() += ' ';
    is_joined = joins;
  }
  return lines;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The number in the first `count` digits.
std::optional<unsigned> number_of(std::string_view text, std::size_t count, int base) {
  if (text.size() < count)
    return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(0, count)) {
    const int digit = digit_of(c);
    if (digit < 0 || digit >= base)
      return std::nullopt;
    number = number * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
  }
  return number;
}

/// Appends what the escape stands for that begins behind a '\'; gives how long it is, 0 if it is none.
std::size_t unescape(std::string_view escape, std::string& text) {
  constexpr std::string_view letters = "abfnrtvs\\\"'";
  constexpr std::string_view meant = "\a\b\f\n\r\t\v \\\"'";
  if (const std::size_t letter = letters.find(escape.front()); letter != std::string_view::npos) {
    text += meant[letter];
    return 1;
  }
  if (const auto octal = number_of(escape, 3, 8); octal && *octal != 0 && *octal <= 0xff) {
    text += static_cast<char>(*octal);
    return 3;
  }
  if (const auto octet = number_of(escape.substr(1), 2, 16); escape.front() == 'x' && octet && *octet != 0) {
    text += static_cast<char>(*octet);
    return 3;
  }
  const std::size_t digits = escape.front() == 'u' ? 4 : escape.front() == 'U' ? 8 : 0;
  const auto code = number_of(escape.substr(1), digits, 16);
  if (digits == 0 || !code || *code == 0 || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
    return 0;
  append_utf8(text, *code);
  return 1 + digits;
}

} // namespace

std::vector<UnitLine> unit_lines(std::string_view text) {
  std::vector<UnitLine> settings;
  std::string section;
  for (const std::string& whole : logical_lines(text)) {
    const std::string_view line = trimmed(whole);
    if (line.starts_with('[') && line.ends_with(']')) {
      section = line.substr(1, line.size() - 2);
      continue;
    }
    if (const std::size_t equals = line.find('='); equals != std::string_view::npos)
      settings.push_back({section, std::string(trimmed(line.substr(0, equals))), std::string(trimmed(line.substr(equals + 1)))});
  }
  return settings;
}

std::vector<UnitWord> unit_words(std::string_view value, Escapes escapes) {
  std::vector<UnitWord> words;
  char quote = 0;
  bool in_word = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (quote == 0 && blanks.find(c) != std::string_view::npos) {
      in_word = false;
      continue;
    }
    if (!in_word)
      words.emplace_back();
    in_word = true;
    UnitWord& word = words.back();
    const std::size_t begin = i;
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && i + 1 < value.size()) {
      const std::size_t length = escapes == Escapes::c ? unescape(value.substr(i + 1), word.text) : 0;
      if (length == 0 && escapes == Escapes::c) {
        word.is_odd = true;
        word.text += c;
      }
      if (length == 0)
        word.text += value[i + 1];
      i += std::max<std::size_t>(length, 1);
    } else {
      word.text += c;
    }
    word.raw += value.substr(begin, i + 1 - begin);
  }
  if (quote != 0)
    words.back().is_open = true;
  return words;
}

bool is_variable_name(std::string_view text) {
  const auto is_letter = [](char c) { return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::string with_specifiers(std::string_view text, const Specifiers& specifiers) {
  std::string filled;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 1 == text.size()) {
      filled += text[i];
      continue;
    }
    const char letter = text[++i];
    if (const auto found = specifiers.find(letter); found != specifiers.end())
      filled += found->second;
    else if (letter == '%')
      filled += '%';
    else
      filled.append({'%', letter});
  }
  return filled;
}

bool has_specifier(std::string_view text) {
  constexpr std::string_view letters = "aAbBdgGHlLmMoqsSuvwW";
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
    if (at + 1 < text.size() && letters.find(text[at + 1]) != std::string_view::npos)
      return true;
  return false;
}

} // namespace dockpki::docker
