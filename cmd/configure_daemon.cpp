#include <unistd.h>

#include <dockpki/app/configure_daemon.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "console.hpp"
#include "diagnostics.hpp"
#include "program.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::optional<std::string> server;
  std::optional<std::string> certificates;
  std::vector<std::string> listen;
  std::string root = "/";
  bool rootless = false;
  bool live_restore = false;
  bool restart = false;
  bool yes = false;
  bool print = false;
  bool dry_run = false;
  bool undo = false;
};

/// "10.0.0.5:2376", or with tcp:// before it.
net::Endpoint read_listen(const std::string& text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string::npos && !text.starts_with("tcp://"))
    throw Error(Errc::usage, "failed to listen on '" + x509::printable(text) + "': only TCP is listened on with TLS",
                "as in --listen 10.0.0.5:2376");
  return net::Endpoint::parse(text.starts_with("tcp://") ? text : "tcp://" + text);
}

/// What dockerd --validate has to say, on one line; none if there is no dockerd, or one before 23.0, which cannot tell.
std::optional<std::string> validate(const std::vector<std::string>& command, const std::string& input) {
  const Program program(command);
  log_info("running " + program.text());
  try {
    const Program::Outcome outcome = program.look(input);
    if (outcome.exit_code == 0)
      return "";
    if (outcome.output.find("unknown flag: --validate") != std::string::npos)
      return std::nullopt;
    return outcome.output.empty() ? "exit code " + std::to_string(outcome.exit_code)
                                  : outcome.output.substr(0, outcome.output.find('\n'));
  } catch (const Error& error) {
    log_info(error.what()); // it is not installed
    return std::nullopt;
  }
}

void restart_docker(app::Daemon daemon) {
  const std::string systemctl = daemon == app::Daemon::system ? "systemctl" : "systemctl --user";
  // systemd stops trying after three failures within a minute, and would refuse to start the old configuration, too.
  for (const char* words : {" daemon-reload", " reset-failed docker.service", " restart docker.service"}) {
    log_info("running " + systemctl + words);
    Program(systemctl + words).run({}, {});
  }
}

app::DaemonOptions read(const Arguments& arguments) {
  const auto daemon = arguments.rootless ? app::Daemon::rootless : app::Daemon::system;
  app::DaemonOptions options{.server = arguments.server,
                             .certificates = arguments.certificates,
                             .listen = {},
                             .root = arguments.root,
                             .daemon = daemon,
                             .live_restore = arguments.live_restore ? app::LiveRestore::on : app::LiveRestore::as_it_is,
                             .interruption = arguments.yes ? app::Interruption::accepted : app::Interruption::refused,
                             .dry_run = arguments.dry_run || arguments.print ? app::DryRun::yes : app::DryRun::no,
                             .validate = {},
                             .restart = {},
                             .warn = &write_warning};
  for (const std::string& text : arguments.listen)
    options.listen.push_back(read_listen(text));
  if (::geteuid() == 0)
    options.validate = &validate;
  if (arguments.restart && options.dry_run == app::DryRun::no)
    options.restart = [daemon] { restart_docker(daemon); };
  return options;
}

void refuse_contradictions(const Arguments& arguments) {
  if (arguments.restart && arguments.root != "/")
    throw Error(Errc::usage,
                "failed to read the command line: --restart-docker restarts this machine's dockerd, not that of --root",
                "leave one of them out");
  if (arguments.yes && !arguments.restart)
    throw Error(Errc::usage, "failed to read the command line: nothing is to be restarted", "--yes belongs to --restart-docker");
  if (arguments.rootless && ::geteuid() == 0 && arguments.root == "/")
    throw Error(Errc::usage, "failed to configure a rootless dockerd: it is that of a user, and this is root",
                "run it as that user, without sudo");
  if (!arguments.rootless && ::geteuid() != 0 && arguments.root == "/" && !arguments.print && !arguments.dry_run)
    throw Error(Errc::permission, "failed to configure dockerd: only root may",
                "run it with sudo, or give --print to look at it first");
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  auto* server = command.add_option("--server", arguments->server, "A server set of the home [the only one]")->type_name("NAME");
  auto* certificates =
      command.add_option("--certs", arguments->certificates, "Folder with ca.pem, server-cert.pem and server-key.pem, instead")
          ->type_name("DIR")
          ->excludes(server);
  auto* listen = command
                     .add_option("--listen", arguments->listen,
                                 "Listen here with TLS: 10.0.0.5:2376; repeat it for more [where it does already]")
                     ->type_name("ADDRESS")
                     ->expected(1)
                     ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--root", arguments->root, "Configure the machine below this folder: an image [/]")->type_name("DIR");
  command.add_flag("--rootless", arguments->rootless, "Configure your own dockerd, in ~/.config/docker");
  auto* live = command.add_flag("--live-restore", arguments->live_restore, "Let containers outlive dockerd from its restart on");
  command.add_flag("--restart-docker", arguments->restart,
                   "Restart docker.service, and take all back if it does not serve the set");
  command.add_flag("--yes", arguments->yes, "Restart it even if that stops its containers");
  auto* print = command.add_flag("--print", arguments->print, "Show daemon.json and the drop-in, write nothing");
  auto* dry = command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, write nothing");
  auto* undo = command.add_flag("--undo", arguments->undo, "Put everything back as it was before");
  for (CLI::Option* other : {server, certificates, listen, live, print, dry})
    undo->excludes(other);
  invocation.on(command, [arguments](Invocation& run) {
    refuse_contradictions(*arguments);
    app::Context context = run.context();
    const app::DaemonOptions options = read(*arguments);
    if (arguments->undo) {
      const app::UnconfiguredDaemon daemon = app::unconfigure_daemon(context, options);
      run.report([&] { return report::text(daemon); }, [&] { return report::json(daemon); });
      return ExitCode::done;
    }
    const app::ConfiguredDaemon daemon = app::configure_daemon(context, options);
    run.report([&] { return arguments->print ? report::files_text(daemon) : run.repeat_home(report::text(daemon)); },
               [&] { return report::json(daemon); });
    return ExitCode::done;
  });
}

} // namespace

const Command& configure_daemon_command() {
  static const Command command{
      .name = "configure-daemon",
      .group = "Docker",
      .summary = "make dockerd use a set and ask its clients for theirs",
      .description =
          "Puts the set into /etc/docker/tls, where only root reads the key (CIS Docker Benchmark 3.9 to 3.14), and merges what "
          "dockerd needs into daemon.json: tlsverify, the three paths, and hosts. Whatever else stands there stays as it is. "
          "What docker.service says on dockerd's command line, such as -H fd://, moves there by a drop-in, because dockerd does "
          "not start if it is told the same in both places. dockerd 23.0 and later checks the result first.\n\n"
          "With --restart-docker, docker.service is restarted and asked over TLS; if it does not serve the set or does not let "
          "a client in, everything is put back. Without live-restore a restart stops the containers: --yes allows that. "
          "--undo puts back every octet, also later.\n\n"
          "With --rootless, dockerd is your own: its files lie in ~/.config/docker, and rootlesskit is told to let the port "
          "in. With --root, a machine is configured that does not run: nothing is checked by dockerd, nothing restarted.",
      .examples = {{"sudo dockpki configure-daemon --listen 10.0.0.5:2376 --print", "look at it first"},
                   {"sudo dockpki configure-daemon --listen 10.0.0.5:2376 --restart-docker", "do it, and see that it works"},
                   {"dockpki configure-daemon --root image --certs certs --listen 0.0.0.0:2376",
                    "in an image that is being built"},
                   {"sudo dockpki configure-daemon --undo --restart-docker", "back to what it was"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
