#include "restart_options.hpp"

#include <dockpki/base/error.hpp>

#include "console.hpp"
#include "diagnostics.hpp"
#include "program.hpp"

namespace dockpki::cmd {
namespace {

/// The commands that restart docker.service. systemd stops trying after three failures within a minute, and would refuse the
/// restart with the old set, too: so its count begins anew.
std::vector<Program> restart_docker() {
  return {Program("systemctl reset-failed docker.service"), Program("systemctl restart docker.service")};
}

} // namespace

void RestartArguments::check() const {
  if (!docker && !command && (endpoint || yes))
    throw Error(Errc::usage, "failed to read the command line: nothing is to be restarted",
                "--endpoint and --yes belong to --restart-docker or --restart-command");
  if (command)
    Program{*command}; // an empty one is to fail now, not at night
  if (endpoint)
    net::Endpoint::parse(*endpoint);
}

std::optional<app::RestartOptions> RestartArguments::read(const app::Context& context) const {
  check();
  if (!docker && !command)
    return std::nullopt;
  app::RestartOptions options;
  options.restart = [programs = docker ? restart_docker() : std::vector{Program(*command)},
                     home = context.home.root().string()](const std::string& name, const files::Path& folder) {
    for (const Program& program : programs) {
      log_info("running " + program.text());
      program.run({{"DOCKPKI_HOME", home}, {"DOCKPKI_NAME", name}, {"DOCKPKI_FOLDER", folder.string()}}, {});
    }
  };
  if (endpoint)
    options.endpoint = net::Endpoint::parse(*endpoint);
  options.delivery = docker ? app::Delivery::in_place : app::Delivery::by_restart;
  options.interruption = yes ? app::Interruption::accepted : app::Interruption::refused;
  options.warn = &write_warning;
  return options;
}

std::vector<std::string> RestartArguments::words() const {
  check();
  std::vector<std::string> words;
  if (docker)
    words.emplace_back("--restart-docker");
  if (command)
    words.insert(words.end(), {"--restart-command", *command});
  if (endpoint)
    words.insert(words.end(), {"--endpoint", *endpoint});
  if (yes)
    words.emplace_back("--yes");
  return words;
}

std::vector<CLI::Option*> add_restart_options(CLI::App& command, RestartArguments& arguments) {
  auto* docker =
      command.add_flag("--restart-docker", arguments.docker,
                       "Restart docker.service if it serves a set that was renewed, and see that it serves the new one");
  auto* program =
      command.add_option("--restart-command", arguments.command, "The same, but run this program to restart the daemon")
          ->type_name("PROGRAM")
          ->excludes(docker);
  command
      .add_option("--endpoint", arguments.endpoint,
                  "Where that daemon listens: tcp://127.0.0.1:2376 [as the local dockerd was told]")
      ->type_name("HOST");
  command.add_flag("--yes", arguments.yes, "Restart it even if that stops its containers");
  return {docker, program};
}

} // namespace dockpki::cmd
