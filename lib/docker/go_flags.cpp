#include "docker/go_flags.hpp"

#include <algorithm>

#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

class Parser {
public:
  Parser(std::span<const std::string> words, std::span<const Flag> flags, const ValueCheck& check)
      : words_(words), flags_(flags), check_(check) {}

  Flags parse(Interspersed interspersed) {
    while (at_ < words_.size() && !ended()) {
      const std::string& word = words_[at_++];
      if (word.size() < 2 || word.front() != '-') {
        result_.arguments.push_back(word);
        if (interspersed == Interspersed::no)
          take_rest();
      } else if (word == "--") {
        take_rest();
      } else if (word[1] == '-') {
        long_flag(word);
      } else {
        short_flags(word.substr(1));
      }
    }
    return std::move(result_);
  }

private:
  [[nodiscard]] bool ended() const { return !result_.error.empty() || result_.asked_help; }

  void take_rest() {
    result_.arguments.insert(result_.arguments.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
    at_ = words_.size();
  }

  [[nodiscard]] const Flag* find(std::string_view name) const {
    const auto found =
        std::ranges::find_if(flags_, [&](const Flag& flag) { return flag.kind != FlagKind::none && flag.name == name; });
    return found == flags_.end() ? nullptr : &*found;
  }

  void long_flag(const std::string& word) {
    const std::string text = word.substr(2);
    if (text.front() == '-' || text.front() == '=') {
      result_.error = "bad flag syntax: " + word;
      return;
    }
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const Flag* flag = find(name);
    if (flag == nullptr) {
      if (name == "help")
        result_.asked_help = true;
      else
        result_.error = "unknown flag: --" + name;
    } else if (equals != std::string::npos) {
      set(*flag, text.substr(equals + 1));
    } else if (flag->kind == FlagKind::boolean) {
      set(*flag, "true");
    } else if (at_ < words_.size()) {
      set(*flag, words_[at_++]);
    } else {
      result_.error = "flag needs an argument: " + word;
    }
  }

  /// "-DH unix://": letters of switches, and then perhaps one with a value.
  void short_flags(std::string letters) {
    while (!letters.empty() && !ended()) {
      const char letter = letters.front();
      const auto flag = std::ranges::find_if(flags_, [&](const Flag& one) { return one.shorthand == letter; });
      if (flag == flags_.end()) {
        if (letter == 'h')
          result_.asked_help = true;
        else
          result_.error = "unknown shorthand flag: '" + std::string(1, letter) + "' in -" + letters;
        return;
      }
      if (letters.size() > 2 && letters[1] == '=') {
        set(*flag, letters.substr(2));
        return;
      }
      if (flag->kind != FlagKind::boolean) {
        if (letters.size() > 1)
          set(*flag, letters.substr(1));
        else if (at_ < words_.size())
          set(*flag, words_[at_++]);
        else
          result_.error = "flag needs an argument: '" + std::string(1, letter) + "' in -" + letters;
        return;
      }
      set(*flag, "true");
      letters.erase(0, 1);
    }
  }

  void set(const Flag& flag, std::string value) {
    std::string why;
    if (flag.kind == FlagKind::boolean && !go_parse_bool(value))
      why = "strconv.ParseBool: parsing " + go_quote(value) + ": invalid syntax";
    else if (flag.kind == FlagKind::integer && !go_atoi(value))
      why = "strconv.ParseInt: parsing " + go_quote(value) + ": invalid syntax";
    else if (flag.kind != FlagKind::boolean && flag.kind != FlagKind::integer && check_)
      why = check_(flag, value);
    if (!why.empty()) {
      const std::string letter = flag.shorthand == 0 ? "" : std::string("-") + flag.shorthand + ", ";
      result_.error =
          "invalid argument " + go_quote(value) + " for \"" + letter + "--" + std::string(flag.name) + "\" flag: " + why;
      return;
    }
    if (flag.kind == FlagKind::quoted || flag.kind == FlagKind::brittle)
      trim_quotes(flag.kind, value);
    result_.values[std::string(flag.name)].push_back(std::move(value));
  }

  void trim_quotes(FlagKind kind, std::string& value) {
    const bool is_quoted = !value.empty() && (value.front() == '\'' || value.front() == '"') && value.front() == value.back();
    if (is_quoted && value.size() > 1) {
      result_.quoted.push_back(value);
      value = value.substr(1, value.size() - 2);
    } else if (kind == FlagKind::brittle && (value.empty() || is_quoted)) {
      result_.crashed = true;
      result_.error = value.empty() ? "panic: runtime error: index out of range [0] with length 0"
                                    : "panic: runtime error: slice bounds out of range [1:0]";
    }
  }

  std::span<const std::string> words_;
  std::span<const Flag> flags_;
  const ValueCheck& check_;
  std::size_t at_ = 0;
  Flags result_;
};

} // namespace

std::string Flags::last(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second.back();
}

bool Flags::is_on(std::string_view name, bool otherwise) const {
  return changed(name) ? go_parse_bool(last(name)).value_or(otherwise) : otherwise;
}

Flags parse_flags(std::span<const std::string> words, std::span<const Flag> flags, Interspersed interspersed,
                  const ValueCheck& check) {
  return Parser(words, flags, check).parse(interspersed);
}

} // namespace dockpki::docker
