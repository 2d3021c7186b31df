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
  bool taken = false;
};

std::string value_of(const ServiceUnit& unit, const std::string& name) {
  if (const auto found = unit.environment.find(name); found != unit.environment.end())
    return found->second;
  const auto inherited = unit.inherited.find(name);
  return inherited == unit.inherited.end() ? std::string() : inherited->second;
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

/// The command itself: what stands before and behind its first argument.
struct Command {
  std::string prefixes; ///< "-@" (systemd.service(5), special executable prefixes)
  std::string program;
  std::vector<UnitWord> words;
  std::size_t first = 1; ///< the word that is the first argument; '@' puts another name of the program before it
};

Command command_of(const ServiceUnit& unit) {
  Command command{.prefixes = {}, .program = {}, .words = unit_words(unit.exec_start.front())};
  if (command.words.empty())
    return command;
  const std::string& first = command.words.front().text;
  const std::size_t begin = std::min(first.find_first_not_of("@-:+!"), first.size());
  command.prefixes = first.substr(0, begin);
  command.program = with_specifiers(first.substr(begin), unit.specifiers);
  command.first = command.prefixes.find('@') == std::string::npos ? 1 : 2;
  return command;
}

/// The arguments; "$NAME" as a word stands for as many as its value has. With the prefix ':' a '$' is a character like others.
std::vector<Argument> arguments_of(const ServiceUnit& unit, const Command& command) {
  const bool fills_in = command.prefixes.find(':') == std::string::npos;
  std::vector<Argument> arguments;
  for (std::size_t i = command.first; i < command.words.size(); ++i) {
    const UnitWord& word = command.words[i];
    const std::string text = word.raw == "\\;" ? ";" : with_specifiers(word.text, unit.specifiers);
    if (fills_in && text.starts_with('$') && !text.starts_with("$$") && !text.starts_with("${")) {
      for (UnitWord& part : unit_words(value_of(unit, text.substr(1)), Escapes::plain))
        arguments.push_back({.text = std::move(part.text), .source = i});
    } else {
      arguments.push_back({.text = fills_in ? filled_in(unit, text) : text, .source = i});
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

void refuse_other_program(const ServiceUnit& unit, const std::string& program) {
  const std::string name = std::filesystem::path(program).filename().string();
  if (name != "dockerd" && name != "dockerd-rootless.sh")
    throw Error(Errc::refused,
                "failed to read '" + unit.file.string() + "': it starts '" + x509::printable(program) + "', not dockerd",
                "ExecStart= must start dockerd itself; what it does now tells systemctl cat docker.service");
}

/// `text` in quotes, where it needs them; the characters that mean something to systemd are doubled.
std::string quoted(const std::string& text, std::string_view doubled) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:=@";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos)
    return text;
  constexpr std::string_view lines = "\n\r\t";
  constexpr std::string_view letters = "nrt";
  std::string word = "\"";
  for (const char c : text) {
    if (const std::size_t line = lines.find(c); line != std::string_view::npos) {
      word.append({'\\', letters[line]});
      continue;
    }
    if (doubled.find(c) != std::string_view::npos)
      word += c;
    else if (c == '"' || c == '\\')
      word += '\\';
    word += c;
  }
  return word + '"';
}

void refuse_several(const ServiceUnit& unit, const Command& command) {
  const std::string failed = "failed to read '" + unit.file.string() + "': ";
  const std::string hint = "systemctl cat docker.service shows where they come from";
  if (unit.exec_start.size() != 1)
    throw Error(Errc::refused, failed + "it has " + std::to_string(unit.exec_start.size()) + " ExecStart=, not one", hint);
  if (std::ranges::any_of(command.words, [](const UnitWord& word) { return word.raw == ";"; }))
    throw Error(Errc::refused, failed + "its ExecStart= has several commands, parted by ';'", hint);
  if (std::ranges::any_of(command.words, &UnitWord::is_open))
    throw Error(Errc::refused, failed + "a quote is not closed in its ExecStart=, which systemd therefore leaves out", hint);
}

/// What is taken out goes to daemon.json, where nobody fills in specifiers; nor does anybody in what is written anew.
void refuse_unknown(const ServiceUnit& unit, const std::vector<Argument>& arguments) {
  for (auto begin = arguments.begin(); begin != arguments.end();) {
    const auto end = std::find_if(begin, arguments.end(), [&](const Argument& one) { return one.source != begin->source; });
    const auto unknown = std::find_if(begin, end, [](const Argument& one) { return has_specifier(one.text); });
    if (unknown != end && std::any_of(begin, end, [](const Argument& one) { return one.taken; }))
      throw Error(Errc::refused,
                  "failed to read '" + unit.file.string() + "': what stands for the specifier in '" +
                      x509::printable(unknown->text) + "' is known to the running systemd alone",
                  "write out there what it stands for");
    begin = end;
  }
}

} // namespace

DaemonCommand without_options(const ServiceUnit& unit, const std::vector<std::string>& keys) {
  const Command command = unit.exec_start.size() == 1 ? command_of(unit) : Command();
  refuse_several(unit, command);
  refuse_other_program(unit, command.program);
  DaemonCommand result;
  result.program = command.program;
  std::vector<Argument> arguments = arguments_of(unit, command);
  take_options(arguments, keys, result);
  refuse_unknown(unit, arguments);
  result.exec_start = command.words.front().raw + rest_of(command.words, arguments);
  for (const Argument& one : arguments)
    if (!one.taken)
      result.words.push_back(one.text);
  return result;
}

std::vector<std::string> start_command(const ServiceUnit& unit) {
  if (unit.exec_start.size() != 1)
    return {};
  const Command command = command_of(unit);
  std::vector<std::string> words = {command.program};
  for (Argument& argument : arguments_of(unit, command))
    words.push_back(std::move(argument.text));
  return words;
}

std::string unit_word(const std::string& text) {
  return quoted(text, "%$");
}

std::string unit_assignment(const std::string& text) {
  return quoted(text, "%");
}

} // namespace dockpki::docker
