#include <algorithm>

#include <unistd.h>

#include <dockpki/app/schedule.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "program.hpp"
#include "restart_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  bool print = false;
  std::string calendar = "daily";
  std::optional<std::string> hook;
  RestartArguments restart;
};

bool has_systemd() {
  std::error_code error;
  return std::filesystem::is_directory("/run/systemd/system", error); // sd_booted(3)
}

void start_timer(app::Manager manager) {
  const std::string systemctl = manager == app::Manager::system ? "systemctl" : "systemctl --user";
  Program(systemctl + " daemon-reload").run({}, {});
  Program(systemctl + " enable --now dockpki-renew.timer").run({}, {});
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_flag("--print", arguments->print, "Show units and cron line, write nothing");
  command.add_option("--calendar", arguments->calendar, "When to look, as systemd.time(7) has it [daily]")->type_name("WHEN");
  command.add_option("--hook", arguments->hook, "Run this program for each set that was renewed")->type_name("PROGRAM");
  add_restart_options(command, arguments->restart);
  invocation.on(command, [arguments](Invocation& run) {
    if (arguments->hook)
      Program{*arguments->hook}; // an empty one is to fail now, not at night
    const app::Context context = run.context();
    const app::Manager manager = ::geteuid() == 0 ? app::Manager::system : app::Manager::user;
    if (arguments->restart.docker && manager == app::Manager::user)
      throw Error(Errc::usage, "failed to schedule: the timer of a user may not restart docker.service",
                  "run it as root, or give --restart-command 'systemctl --user restart docker'");
    const app::Schedule schedule = app::make_schedule(context, {.program = std::filesystem::canonical("/proc/self/exe"),
                                                                .passphrase_file = run.passphrase_file(),
                                                                .hook = arguments->hook,
                                                                .restart = arguments->restart.words(),
                                                                .calendar = arguments->calendar,
                                                                .manager = manager});
    std::vector<files::Path> written;
    if (!arguments->print) {
      if (!has_systemd())
        throw Error(Errc::refused, "failed to schedule: systemd does not run here",
                    "add the last line of 'dockpki schedule --print' to crontab -e");
      written = app::install_units(app::unit_folder(manager, context), schedule.units);
      start_timer(manager);
    }
    run.report([&] { return report::text(schedule, written); }, [&] { return report::json(schedule, written); });
    return ExitCode::done;
  });
}

} // namespace

const Command& schedule_command() {
  static const Command command{
      .name = "schedule",
      .group = "Look after",
      .summary = "renew daily, by a systemd timer or cron",
      .description =
          "Writes dockpki-renew.service and dockpki-renew.timer, of the system if run as root, else of the user, and starts the "
          "timer. An authority's passphrase is handed to the service as a systemd credential from --passphrase-file. Run it "
          "again after sets were put below /etc: the service may write nowhere else there. The timer of a user runs while they "
          "are "
          "logged in, or always after 'loginctl enable-linger'. Where systemd does not run, --print "
          "shows a line for crontab(1) that does the same.",
      .examples = {{"sudo dockpki schedule --home /srv/pki --passphrase-file /srv/pass", "the timer of the system"},
                   {"dockpki schedule --print", "look at it first"},
                   {"sudo dockpki schedule --restart-docker",
                    "restart dockerd too, if its set was renewed: see dockpki-renew(1)"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
