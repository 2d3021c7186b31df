#include "app/sshd_config.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

constexpr const char* main_file = "/etc/ssh/sshd_config";
constexpr int deepest_include = 16; // as sshd has it

std::string in_small_letters(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// The words of a line: parted by blanks, the keyword perhaps by "=", in quotes perhaps.
std::vector<std::string> words_of(std::string line) {
  if (const std::size_t equals = line.find('=');
      equals != std::string::npos && equals == line.find_first_of("= \t\"", line.find_first_not_of(" \t")))
    line[equals] = ' ';
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word && !word.starts_with('#');) {
    std::erase(word, '"');
    words.push_back(word);
  }
  return words;
}

/// All but the keyword.
std::string joined(const std::vector<std::string>& words) {
  std::string text = words[1];
  for (std::size_t i = 2; i < words.size(); ++i)
    text += ' ' + words[i];
  return text;
}

class Reader {
public:
  explicit Reader(const AuditedMachine& machine) : machine_(machine) {}

  void read(const files::Path& file, int depth) {
    if (files_left_-- <= 0) {
      settings_.trouble = "it includes too many files";
      return;
    }
    const ReadText text = read_text(machine_, file);
    if (!text.contents) {
      if (settings_.trouble.empty() && !text.trouble.empty())
        settings_.trouble = text.trouble;
      return;
    }
    bool is_matching = false; // a block ends with its file
    std::istringstream lines{std::string(text.contents->text())};
    for (std::string line; std::getline(lines, line) && !is_matching;) {
      const std::vector<std::string> words = words_of(line);
      if (words.size() < 2)
        continue;
      const std::string keyword = in_small_letters(words.front());
      is_matching = keyword == "match";
      if (keyword == "include")
        include(words, depth);
      else if (!is_matching)
        settings_.values.emplace(keyword, in_small_letters(joined(words)));
    }
  }

  SshdSettings settings_;

private:
  void include(const std::vector<std::string>& words, int depth) {
    if (depth == 0)
      return;
    for (auto pattern = words.begin() + 1; pattern != words.end(); ++pattern)
      for (const files::Path& file :
           expand(machine_, pattern->starts_with('/') ? "/" : "/etc/ssh", files::Path(*pattern).relative_path()))
        read(file, depth - 1);
  }

  const AuditedMachine& machine_;
  int files_left_ = 256; ///< files may include each other
};

} // namespace

SshdSettings parse_sshd_output(std::string_view text) {
  SshdSettings settings{.values = {}, .source = "sshd -T", .trouble = {}};
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);)
    if (const std::size_t blank = line.find(' '); blank != std::string::npos)
      settings.values.emplace(line.substr(0, blank), line.substr(blank + 1));
  return settings;
}

SshdSettings read_sshd_config(const AuditedMachine& machine) {
  Reader reader(machine);
  reader.settings_.source = main_file;
  reader.read(main_file, deepest_include);
  return std::move(reader.settings_);
}

} // namespace dockpki::app
