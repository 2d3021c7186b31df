// Why: what all commands share: the global options, the context made from them and from the environment, and how results leave.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include <dockpki/app/context.hpp>

#include "exit_code.hpp"
#include "passphrase.hpp"

namespace dockpki::cmd {

struct GlobalOptions {
  std::optional<std::string> home;
  PassphraseSource passphrase;
  bool json = false;
  bool verbose = false;
  std::optional<std::string> log_file;
};

/// Invocation is one run of dockpki. Commands register what they do; main runs the one that was chosen.
class Invocation {
public:
  using Action = std::function<ExitCode(Invocation&)>;

  /// Adds the options that every command takes.
  void add_global_options(CLI::App& app);
  /// Says what `command` does once the command line has been read.
  void on(CLI::App& command, Action action);
  /// Runs the chosen command.
  ExitCode run();
  [[nodiscard]] bool has_action() const noexcept { return static_cast<bool>(action_); }

  /// Where, when, who, and the settings of the home. Throws Errc::invalid_input for a faulty dockpki.toml.
  [[nodiscard]] app::Context context();
  /// The path of the home, made absolute.
  [[nodiscard]] files::Path home() const;
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  [[nodiscard]] const GlobalOptions& globals() const noexcept { return globals_; }
  [[nodiscard]] const std::string& command() const noexcept { return command_; }

  /// `text` with the --home that was given behind each command that it tells to run, so that those can be copied.
  [[nodiscard]] std::string repeat_home(std::string text) const;

  /// --passphrase-file, else DOCKPKI_PASSPHRASE_FILE.
  [[nodiscard]] std::optional<std::string> passphrase_file() const { return passphrase_source().file; }
  /// Asks for a new passphrase, twice on a terminal.
  [[nodiscard]] Secret new_passphrase() const;

  /// Writes `json()` with --json and `text()` without.
  template <class Text, class Json>
  void report(Text text, Json json) const {
    write(globals_.json ? json() : text());
  }

private:
  /// The passphrase's source: the flags, else DOCKPKI_PASSPHRASE_FILE, else the systemd credential "dockpki-passphrase".
  [[nodiscard]] PassphraseSource passphrase_source() const;
  static void write(const std::string& result);

  GlobalOptions globals_;
  TimePoint now_ = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  std::string command_;
  Action action_;
};

} // namespace dockpki::cmd
