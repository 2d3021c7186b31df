// dockpki: reads the command line, runs one use case, prints what it returns. Failures become exit codes here and nowhere else.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <iterator>
#include <new>

#include <sys/prctl.h>
#include <sys/resource.h>

#include <dockpki/base/suggest.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/x509/process.hpp>

#include "command.hpp"
#include "console.hpp"
#include "diagnostics.hpp"

namespace dockpki::cmd {
namespace {

/// No core file and no debugger of the same user may see what is in memory.
void forbid_memory_dumps() {
  const rlimit none{0, 0};
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || ::setrlimit(RLIMIT_CORE, &none) != 0)
    throw Error(Errc::io, std::string("failed to forbid core dumps: ") + std::strerror(errno));
}

/// The one word that is a command's name; empty if there is none, or several: the value of an option may look like a command.
std::string_view find_wanted(const std::vector<std::string>& words) {
  std::string_view wanted;
  for (const std::string& word : words)
    for (const Command& command : commands())
      if (command.name == word) {
        if (!wanted.empty())
          return {};
        wanted = command.name;
      }
  return wanted;
}

/// What others have and this one does not have yet, and what does it meanwhile.
std::string not_yet(const std::string& word) {
  if (word == "revoke" || word == "rotate-ca")
    return "there is no such command yet; 'issue-server --force' and 'issue-client --force' replace a set";
  return {};
}

/// What was probably meant: whatever begins with the word, or else what is spelled nearly like it.
std::vector<std::string_view> likely(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t fewest_letters = 3;
  std::vector<std::string_view> meant;
  if (word.size() >= fewest_letters)
    std::ranges::copy_if(known, std::back_inserter(meant), [&](std::string_view name) { return name.starts_with(word); });
  if (meant.empty())
    if (const auto name = nearest(word, known))
      meant.push_back(*name);
  return meant;
}

std::string suggestion(const CLI::App& app, const std::string& word) {
  if (std::string hint = not_yet(word); !hint.empty())
    return hint;
  std::vector<std::string> known;
  for (const CLI::App* level = &app; level != nullptr; level = level->get_parent())
    for (const CLI::Option* option : level->get_options())
      for (const std::string& name : option->get_lnames())
        known.push_back("--" + name);
  if (!word.starts_with('-')) {
    known.clear();
    for (const Command& command : commands())
      known.emplace_back(command.name);
  }
  const std::vector<std::string_view> views(known.begin(), known.end());
  std::string names;
  for (const std::string_view name : likely(word.substr(0, word.find('=')), views))
    names += (names.empty() ? "'" : " or '") + std::string(name) + "'";
  return names.empty() ? std::string() : "did you mean " + names + "?";
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const CLI::App& level = chosen.empty() ? app : *chosen.front();
  const std::string help = "'dockpki" + (chosen.empty() ? std::string() : " " + level.get_name()) + " --help' tells more";
  const std::vector<std::string> extra = app.remaining(true);
  if (!extra.empty() && error.get_name() != "RequiredError") {
    const std::string& word = extra.front();
    const std::string kind = word.starts_with('-') ? "option" : chosen.empty() ? "command" : "argument";
    const std::string hint = chosen.empty() || word.starts_with('-') ? suggestion(level, word) : std::string();
    return {Errc::usage, "failed to read the command line: unknown " + kind + " '" + x509::printable(word) + "'",
            hint.empty() ? help : hint};
  }
  if (chosen.empty() && error.get_name() == "RequiredError" && extra.empty())
    return {Errc::usage, "failed to read the command line: no command",
            "'dockpki --help' lists them; 'dockpki init-ca' is where to begin"};
  if (!extra.empty() && chosen.empty()) {
    const std::string hint = suggestion(level, extra.front());
    return {Errc::usage, "failed to read the command line: unknown command '" + x509::printable(extra.front()) + "'",
            hint.empty() ? help : hint};
  }
  return {Errc::usage, std::string("failed to read the command line: ") + error.what(), help};
}

/// "--version" and "help COMMAND", as many are used to, in this program's own words.
std::vector<std::string> translate_habits(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1 && words.front() == "--version")
    return {"version"};
  if (words.size() <= 2 && !words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  return words;
}

ExitCode parse_and_run(Invocation& invocation, int argc, char** argv) {
  CLI::App app("", "dockpki");
  std::vector<std::string> words = translate_habits(argc, argv);
  build_app(app, invocation, find_wanted(words));
  std::ranges::reverse(words); // as CLI11 takes a vector: the last word first
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    write_result(chosen.empty() ? app.help() : chosen.front()->help("dockpki"));
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    throw usage_error(app, error);
  }
  return invocation.run();
}

enum class Format { text, json };

/// Read from the words themselves: a command line that cannot be read has set no option.
Format wanted_format(int argc, char** argv) {
  return std::any_of(argv, argv + argc, [](std::string_view word) { return word == "--json"; }) ? Format::json : Format::text;
}

void report_failure(Format format, const std::string& message, const std::string& hint, std::optional<Errc> code) {
  write_error(message, hint);
  log_error(message);
  if (format == Format::text)
    return;
  try {
    write_result(report::error_json(code, message, hint));
  } catch (const Error&) {
    return; // standard output may be what failed; standard error has been told
  }
}

ExitCode run(int argc, char** argv) {
  const Format format = wanted_format(argc, argv);
  Invocation invocation;
  try {
    forbid_memory_dumps();
    x509::skip_legacy_cipher_names();
    return parse_and_run(invocation, argc, argv);
  } catch (const Error& error) {
    report_failure(format, error.what(), invocation.repeat_home(error.hint()), error.code());
    return exit_code_of(error.code());
  } catch (const std::bad_alloc&) {
    report_failure(format, "failed to go on: out of memory", "", std::nullopt);
  } catch (const std::exception& error) {
    report_failure(format, std::string("failed to go on: ") + error.what(), "this is a fault of dockpki: please report it",
                   std::nullopt);
  }
  return ExitCode::failed;
}

} // namespace
} // namespace dockpki::cmd

int main(int argc, char** argv) {
  // A closed pipe is an error to report, not a silent end.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  return static_cast<int>(dockpki::cmd::run(argc, argv));
}
