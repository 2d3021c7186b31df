// EnvironmentFile=: its quotes and escapes are neither those of a unit nor wholly those of a shell.
#include "docker/unit_syntax.hpp"

namespace dockpki::docker {
namespace {

constexpr std::string_view line_ends = "\r\n";
constexpr std::string_view blanks = " \t\r\n";

bool is_one_of(char c, std::string_view characters) {
  return characters.find(c) != std::string_view::npos;
}

class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<std::pair<std::string, std::string>> read() {
    std::vector<std::pair<std::string, std::string>> variables;
    for (skip(blanks); at_ < text_.size(); skip(blanks)) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && !is_at(line_ends) && (text_[at_] != '=' || is_one_of(text_[begin], "#;")))
        ++at_;
      if (at_ == text_.size() || text_[at_] != '=')
        continue; // a comment, or a line that says nothing
      const std::string_view name = text_.substr(begin, text_.find_last_not_of(blanks, at_ - 1) + 1 - begin);
      ++at_;
      std::string text = value();
      if (is_variable_name(name))
        variables.emplace_back(name, std::move(text));
    }
    return variables;
  }

private:
  [[nodiscard]] bool is_at(std::string_view characters) const { return is_one_of(text_[at_], characters); }

  void skip(std::string_view characters) {
    while (at_ < text_.size() && is_at(characters))
      ++at_;
  }

  /// Quoted parts, then a part without quotes, in which quotes are characters like others.
  std::string value() {
    std::string value;
    for (skip(" \t"); at_ < text_.size() && !is_at(line_ends); skip(" \t")) {
      if (!is_at("'\""))
        return value + unquoted();
      quoted(text_[at_], value);
    }
    return value;
  }

  void quoted(char quote, std::string& value) {
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (quote == '"' && text_[at_] == '\\' && ++at_ < text_.size()) {
        if (text_[at_] == '\n')
          continue;
        if (!is_at("\"\\`$"))
          value += '\\';
      }
      if (at_ < text_.size())
        value += text_[at_];
    }
    if (at_ < text_.size())
      ++at_;
  }

  std::string unquoted() {
    std::string value;
    std::size_t end = 0; // behind the last character that is no blank
    for (; at_ < text_.size() && !is_at(line_ends); ++at_) {
      const bool is_escaped = text_[at_] == '\\';
      if (is_escaped && (++at_ == text_.size() || is_at(line_ends)))
        continue;
      value += text_[at_];
      if (is_escaped || !is_at(blanks))
        end = value.size();
    }
    return value.substr(0, end);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace

std::vector<std::pair<std::string, std::string>> environment_lines(std::string_view text) {
  return Reader(text).read();
}

} // namespace dockpki::docker
