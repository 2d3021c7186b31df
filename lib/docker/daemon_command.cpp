#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/daemons.hpp>
#include <dockpki/x509/names.hpp>

#include "docker/unit_syntax.hpp"

namespace dockpki::docker {
namespace {

/// One word that dockerd sees, and where it comes from.
struct Argument {
  std::string text;
  std::size_t source = 0; ///< the word of ExecStart=
  bool from_variable = false;
  bool taken = false;
};

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

std::string value_of(const ServiceUnit& unit, const std::string& name) {
  const auto found = unit.environment.find(name);
  return found == unit.environment.end() ? std::string() : found->second;
}

/// "${NAME}" within a word; "$$" is a '$'.
std::string filled_in(const ServiceUnit& unit, std::string_view text) {
  std::string filled;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t close = text.substr(i).starts_with("${") ? text.find('}', i) : std::string_view::npos;
    if (close != std::string_view::npos) {
      filled += value_of(unit, std::string(text.substr(i + 2, close - i - 2)));
      i = close;
    } else {
      filled += text[i];
      i += text.substr(i).starts_with("$$") ? 1U : 0U;
    }
  }
  return filled;
}

/// The arguments behind the program; "$NAME" as a word of its own stands for as many words as its value has.
std::vector<Argument> arguments_of(const ServiceUnit& unit, const std::vector<UnitWord>& words) {
  std::vector<Argument> arguments;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& text = words[i].text;
    if (text.starts_with('$') && is_name(std::string_view(text).substr(1))) {
      for (UnitWord& word : unit_words(value_of(unit, text.substr(1))))
        arguments.push_back({.text = std::move(word.text), .source = i, .from_variable = true});
    } else {
      const bool braced = text.find("${") != std::string::npos;
      arguments.push_back({.text = filled_in(unit, text), .source = i, .from_variable = braced});
    }
  }
  return arguments;
}

/// Options that take no value; "--tls=false" holds it in the same word.
bool is_switch(std::string_view key) {
  return key == "tls" || key == "tlsverify" || key == "live-restore";
}

/// The value of an option, and whether it stands in the next word.
struct Found {
  std::string value;
  bool in_next = false;
};

std::optional<Found> find_option(const Argument& argument, const Argument* next, const std::string& name,
                                 const std::string& letter) {
  const std::string& text = argument.text;
  const std::string following = next == nullptr ? std::string() : next->text;
  if (text.starts_with(name + '='))
    return Found{text.substr(name.size() + 1)};
  if (text == name && is_switch(std::string_view(name).substr(2)))
    return Found{};
  if (text == name || (!letter.empty() && text == letter))
    return Found{following, next != nullptr};
  if (!letter.empty() && text.starts_with(letter))
    return Found{text.substr(letter.size() + (text[letter.size()] == '=' ? 1 : 0))};
  return std::nullopt;
}

void take_options(std::vector<Argument>& arguments, const std::vector<std::string>& keys, DaemonCommand& command) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Argument* next = i + 1 < arguments.size() ? &arguments[i + 1] : nullptr;
    if (const auto config = find_option(arguments[i], next, "--config-file", {}))
      command.config_file = config->value;
    std::optional<Found> found = find_option(arguments[i], next, "--host", "-H");
    if (found)
      command.hosts.push_back(found->value);
    for (const std::string& key : keys)
      if (!found)
        found = find_option(arguments[i], next, "--" + key, {});
    if (!found)
      continue;
    command.taken.push_back(arguments[i].text + (found->in_next ? ' ' + found->value : ""));
    arguments[i].taken = true;
    if (found->in_next)
      arguments[++i].taken = true;
  }
}

/// The words behind the program as they are written, where nothing was taken out of them; else what is left of them. The
/// arguments stand in the order of their words.
std::string rest_of(const std::vector<UnitWord>& words, const std::vector<Argument>& arguments) {
  std::string rest;
  auto begin = arguments.begin();
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto end = std::find_if(begin, arguments.end(), [&](const Argument& one) { return one.source != i; });
    const bool is_whole = std::none_of(begin, end, [](const Argument& one) { return one.taken; });
    if (is_whole)
      rest += ' ' + words[i].raw;
    for (; begin != end; ++begin)
      if (!is_whole && !begin->taken)
        rest += ' ' + unit_word(begin->text);
  }
  return rest;
}

/// The first word without the special prefixes of systemd.service(5).
std::string program_of(const std::vector<UnitWord>& words) {
  const std::string first = words.empty() ? std::string() : words.front().text;
  return first.substr(std::min(first.find_first_not_of("@-:+!"), first.size()));
}

void refuse_other_program(const ServiceUnit& unit, const std::string& program) {
  const std::string name = std::filesystem::path(program).filename().string();
  if (name != "dockerd" && name != "dockerd-rootless.sh")
    throw Error(Errc::refused,
                "failed to read '" + unit.file.string() + "': it starts '" + x509::printable(program) + "', not dockerd",
                "ExecStart= must start dockerd itself; what it does now tells systemctl cat docker.service");
}

} // namespace

DaemonCommand without_options(const ServiceUnit& unit, const std::vector<std::string>& keys) {
  if (unit.exec_start.size() != 1)
    throw Error(Errc::refused,
                "failed to read '" + unit.file.string() + "': it has " + std::to_string(unit.exec_start.size()) +
                    " ExecStart=, not one",
                "systemctl cat docker.service shows where they come from");
  const std::vector<UnitWord> words = unit_words(unit.exec_start.front());
  DaemonCommand command;
  command.program = program_of(words);
  refuse_other_program(unit, command.program);
  std::vector<Argument> arguments = arguments_of(unit, words);
  take_options(arguments, keys, command);
  command.exec_start = words.front().raw + rest_of(words, arguments);
  for (const Argument& one : arguments)
    if (!one.taken)
      command.words.push_back(one.text);
  return command;
}

std::vector<std::string> start_command(const ServiceUnit& unit) {
  if (unit.exec_start.size() != 1)
    return {};
  const std::vector<UnitWord> words = unit_words(unit.exec_start.front());
  std::vector<std::string> command = {program_of(words)};
  for (Argument& argument : arguments_of(unit, words))
    command.push_back(std::move(argument.text));
  return command;
}

std::string unit_word(const std::string& text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:=@";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos)
    return text;
  std::string word = "\"";
  for (const char c : text) {
    if (c == '\n' || c == '\t') {
      word += c == '\n' ? "\\n" : "\\t";
      continue;
    }
    if (c == '%' || c == '$')
      word += c;
    else if (c == '"' || c == '\\')
      word += '\\';
    word += c;
  }
  return word + '"';
}

} // namespace dockpki::docker
