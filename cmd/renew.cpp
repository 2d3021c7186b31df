#include <algorithm>

#include <dockpki/app/renew.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "console.hpp"
#include "diagnostics.hpp"
#include "leaf_options.hpp"
#include "program.hpp"
#include "restart_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::vector<std::string> names;
  std::vector<std::string> add_dns;
  std::vector<std::string> add_ip;
  std::optional<std::string> before;
  std::optional<std::string> lifetime;
  std::optional<std::string> hook;
  RestartArguments restart;
  bool check = false;
  bool rekey = false;
  bool allow_long_lifetime = false;
  bool no_contexts = false;
  bool dry_run = false;
};

app::RenewOptions read(const Arguments& arguments) {
  app::RenewOptions options{.names = arguments.names,
                            .before = read_lifetime(arguments.before),
                            .lifetime = read_lifetime(arguments.lifetime),
                            .long_lifetime =
                                arguments.allow_long_lifetime ? pki::LongLifetime::allowed : pki::LongLifetime::refused,
                            .add_dns = read_dns_names(arguments.add_dns),
                            .add_ip = {},
                            .rekey = arguments.rekey ? app::Rekey::yes : app::Rekey::no,
                            .contexts = arguments.no_contexts ? app::Contexts::left : app::Contexts::renewed,
                            .restart = {},
                            .dry_run = dry_run_of(arguments.dry_run || arguments.check)};
  for (const std::string& text : arguments.add_ip)
    options.add_ip.push_back(x509::IpAddress::parse(text));
  if (options.names.empty() && (!options.add_dns.empty() || !options.add_ip.empty()))
    throw Error(Errc::usage, "failed to add names: no set is named", "say which one: dockpki renew NAME --add-dns N");
  return options;
}

/// What a hook is told, besides the JSON on its standard input.
std::vector<std::pair<std::string, std::string>> hook_variables(const app::Context& context, const app::RenewedSet& set) {
  return {{"DOCKPKI_HOME", context.home.root().string()},
          {"DOCKPKI_NAME", set.name},
          {"DOCKPKI_KIND", std::string(to_string(set.kind))},
          {"DOCKPKI_FOLDER", set.folder.string()},
          {"DOCKPKI_OLD_SERIAL", set.old_serial},
          {"DOCKPKI_SERIAL", set.set->certificate->contents().serial_number.text()},
          {"DOCKPKI_NOT_AFTER", format_rfc3339(set.set->validity->not_after)}};
}

/// Runs the hook for each set that was renewed. False if one of them failed, which is told.
bool run_hooks(const app::Context& context, const Program& program, const std::vector<app::RenewedSet>& sets) {
  bool good = true;
  for (const app::RenewedSet& set : sets) {
    if (set.outcome != app::Renewal::renewed)
      continue;
    try {
      program.run(hook_variables(context, set), report::json(set));
    } catch (const Error& error) {
      const std::string message = "hook for " + std::string(to_string(set.kind)) + " '" + set.name + "': " + error.what();
      write_error(message, "the set was renewed all the same");
      log_error(message);
      good = false;
    }
  }
  return good;
}

/// Tells of every failure on standard error. False if there was one.
bool report_failures(const Invocation& run, const std::vector<app::RenewedSet>& sets) {
  bool good = true;
  const auto tell = [&](const std::string& message, const std::string& hint) {
    write_error(message, run.repeat_home(hint));
    log_error(message);
    good = false;
  };
  for (const app::RenewedSet& set : sets) {
    if (set.outcome == app::Renewal::failed)
      tell(std::string(to_string(set.kind)) + " '" + set.name + "': " + set.failure, set.hint);
    for (const app::RenewedContext& context : set.contexts)
      if (!context.failure.empty())
        tell("docker context '" + context.context + "': " + context.failure, {});
  }
  return good;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("NAME", arguments->names, "Sets to renew, due or not [whatever is due]");
  auto* check = command.add_flag("--check", arguments->check, "Change nothing; exit code 4 if something is due");
  command.add_option("--before", arguments->before, "Due if no more than this is left: 30d, 12h")->type_name("DURATION");
  command.add_flag("--rekey", arguments->rekey, "Make new keys too");
  command.add_option("--lifetime", arguments->lifetime, "How long the new one is valid [as the old one]")->type_name("DURATION");
  command.add_flag("--allow-long-lifetime", arguments->allow_long_lifetime,
                   "Allow more than 825 days, which many clients refuse");
  command.add_option("--add-dns", arguments->add_dns, "One more DNS name for the servers named; may be given again")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--add-ip", arguments->add_ip, "One more IP address for the servers named; may be given again")
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  command.add_flag("--no-contexts", arguments->no_contexts, "Leave the copies in docker contexts as they are");
  command.add_option("--hook", arguments->hook, "Run this program for each set that was renewed")
      ->type_name("PROGRAM")
      ->excludes(check);
  for (CLI::Option* restart : add_restart_options(command, arguments->restart))
    restart->excludes(check);
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    app::RenewOptions options = read(*arguments);
    const std::optional<Program> hook = arguments->hook ? std::optional<Program>(*arguments->hook) : std::nullopt;
    app::Context context = run.context();
    options.restart = arguments->restart.read(context);
    const std::vector<app::RenewedSet> sets = app::renew(context, options);
    bool good = report_failures(run, sets);
    if (hook && options.dry_run == app::DryRun::no)
      good = run_hooks(context, *hook, sets) && good;
    run.report([&] { return report::text(sets, options.dry_run, run.now()); },
               [&] { return report::json(sets, options.dry_run); });
    if (!good)
      return ExitCode::failed;
    const bool due = std::ranges::any_of(
        sets, [](const app::RenewedSet& set) { return set.outcome == app::Renewal::due || !set.contexts.empty(); });
    return arguments->check && due ? ExitCode::due : ExitCode::done;
  });
}

} // namespace

const Command& renew_command() {
  static const Command command{
      .name = "renew",
      .group = "Look after",
      .summary = "renew what is due, wherever it was put",
      .description =
          "A certificate is due when a third of its life is left (half, if it lives ten days or less). The new one has the same "
          "names and, unless --rekey is given, the same key, and goes where the old one lies; docker contexts of the user that "
          "hold a copy get it too. A set that fails keeps its old files, does not stop the others, and makes exit code 1. Made "
          "to run unattended, daily.\n\n"
          "dockerd reads its files when it starts: a running one serves the old certificate until it is restarted. With "
          "--restart-docker (systemd) or --restart-command, the daemon that serves one of the sets is restarted once that set "
          "is renewed, and then looked at with a client's set: your own, or one of this home. If it does not serve the new "
          "certificate, the old set is put back, the daemon restarted again, and the set has failed. One that was left with "
          "an older certificate by an earlier run is restarted too. Where the daemon listens is found by /run/docker.pid, or "
          "told by --endpoint. If containers run and live-restore is off, the restart would stop them: then the set is not "
          "renewed at all, unless --yes is given.\n\n"
          "The hook is run without a shell, its words parted by blanks. It finds DOCKPKI_HOME, DOCKPKI_NAME, DOCKPKI_KIND, "
          "DOCKPKI_FOLDER, DOCKPKI_SERIAL, DOCKPKI_OLD_SERIAL and DOCKPKI_NOT_AFTER in its environment and one set as JSON on "
          "its standard input. One that fails makes exit code 1. --restart-command is run in the same way, before the hook, "
          "with DOCKPKI_HOME, DOCKPKI_NAME and DOCKPKI_FOLDER alone; it is run again after the old set was put back.",
      .examples = {{"dockpki renew", "whatever is due"},
                   {"dockpki renew --check", "is anything due? exit code 4 if so"},
                   {"dockpki renew docker.example.com --add-ip 192.168.1.11", "one set, now, with one more address"},
                   {"sudo dockpki renew --restart-docker", "and see to it that dockerd serves what was renewed"},
                   {"dockpki renew --restart-command ./deploy --endpoint tcp://build:2376",
                    "a daemon elsewhere, to which the program carries the set"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
