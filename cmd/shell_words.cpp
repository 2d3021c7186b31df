#include "shell_words.hpp"

#include <cctype>

#include <dockpki/base/error.hpp>

namespace dockpki::cmd {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::vector<std::string> split(std::string_view text, std::string_view option) {
  std::vector<std::string> words;
  char quote = 0;
  bool in_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && blanks.find(c) != std::string_view::npos) {
      in_word = false;
      continue;
    }
    if (!in_word) {
      words.emplace_back();
      in_word = true;
    }
    if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == '\\' && quote != '\'' && i + 1 < text.size())
      words.back() += text[++i];
    else
      words.back() += c;
  }
  if (quote != 0)
    throw Error(Errc::usage, "failed to read " + std::string(option) + ": a quote is not closed");
  return words;
}

/// Where the '=' of "NAME=VALUE" is; npos if the word is no such thing.
std::size_t assignment(const std::string& word) {
  std::size_t at = 0;
  while (at < word.size() && (std::isalnum(static_cast<unsigned char>(word[at])) != 0 || word[at] == '_'))
    ++at;
  return at > 0 && at < word.size() && word[at] == '=' ? at : std::string::npos;
}

} // namespace

CommandLine parse_command_line(std::string_view text, std::string_view option) {
  CommandLine line;
  std::vector<std::string> words = split(text, option);
  std::size_t next = 0;
  for (; next < words.size() && assignment(words[next]) != std::string::npos; ++next) {
    const std::size_t equals = assignment(words[next]);
    line.variables[words[next].substr(0, equals)] = words[next].substr(equals + 1);
  }
  if (next == words.size())
    throw Error(Errc::usage, "failed to read " + std::string(option) + ": it names no program");
  line.program = words[next];
  line.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(next) + 1, words.end());
  return line;
}

} // namespace dockpki::cmd
