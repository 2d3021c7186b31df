// Why: renew restarts a daemon, and schedule has renew do it at night: by the same options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <dockpki/app/context.hpp>
#include <dockpki/app/restart.hpp>

namespace dockpki::cmd {

struct RestartArguments {
  bool docker = false;
  std::optional<std::string> command;
  std::optional<std::string> endpoint;
  bool yes = false;

  /// None if no restart is asked for. Throws Errc::usage.
  [[nodiscard]] std::optional<app::RestartOptions> read(const app::Context& context) const;
  /// The same as words of a command line. Throws Errc::usage as read does.
  [[nodiscard]] std::vector<std::string> words() const;

private:
  void check() const;
};

/// Gives the two options that ask for a restart.
std::vector<CLI::Option*> add_restart_options(CLI::App& command, RestartArguments& arguments);

} // namespace dockpki::cmd
