#include <algorithm>
#include <array>

#include <dockpki/app/rotate.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "console.hpp"
#include "diagnostics.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::optional<std::string> phase;
  std::vector<std::string> names;
  std::optional<std::string> key;
  std::optional<std::string> lifetime;
  std::optional<std::string> bundles;
  bool same_key = false;
  bool clients = false;
  bool servers = false;
  bool rekey = false;
  bool force = false;
  bool dry_run = false;
};

app::RotateResult show_status(app::Context& context, const app::RotateOptions& options) {
  return app::rotation_status(context, options);
}

/// A phase, and which options it takes besides --clients, --servers and --dry-run.
struct PhaseEntry {
  std::string_view name;
  app::RotationRun run;
  bool takes_names;
  bool takes_key;
  bool takes_lifetime;
  bool takes_rekey;
  bool takes_force;
  bool takes_bundles = true;
};
constexpr std::array phases = {PhaseEntry{"begin", &app::begin_rotation, false, true, true, false, false},
                               PhaseEntry{"reissue", &app::reissue_sets, true, false, false, true, false},
                               PhaseEntry{"finish", &app::finish_rotation, false, false, false, false, true},
                               PhaseEntry{"status", &show_status, false, false, false, false, false, false},
                               PhaseEntry{"abort", &app::abort_rotation, false, false, false, true, false}};
constexpr PhaseEntry same_key{"--same-key", &app::extend_authority, false, false, true, false, false};

constexpr const char* all_phases = "begin, reissue, finish, status, abort, or --same-key";

const PhaseEntry& phase_of(const Arguments& arguments) {
  if (arguments.same_key) {
    if (arguments.phase)
      throw Error(Errc::usage, "failed to rotate: --same-key has no phases", "leave out '" + *arguments.phase + "'");
    return same_key;
  }
  if (!arguments.phase)
    throw Error(Errc::usage, "failed to rotate: which phase?", std::string("say one of ") + all_phases);
  const auto found = std::ranges::find(phases, *arguments.phase, &PhaseEntry::name);
  if (found != phases.end())
    return *found;
  std::vector<std::string_view> names;
  for (const PhaseEntry& entry : phases)
    names.push_back(entry.name);
  const auto meant = nearest(*arguments.phase, names);
  throw Error(Errc::usage, "failed to rotate: '" + x509::printable(*arguments.phase) + "' is no phase",
              meant ? "did you mean '" + std::string(*meant) + "'?" : std::string("say one of ") + all_phases);
}

void refuse_strange_options(const Arguments& arguments, const PhaseEntry& phase) {
  const auto refuse = [&](bool given, bool taken, const char* option) {
    if (given && !taken)
      throw Error(Errc::usage, "failed to rotate: '" + std::string(phase.name) + "' takes no " + option);
  };
  refuse(!arguments.names.empty(), phase.takes_names, "NAME");
  refuse(arguments.key.has_value(), phase.takes_key, "--key");
  refuse(arguments.lifetime.has_value(), phase.takes_lifetime, "--lifetime");
  refuse(arguments.rekey, phase.takes_rekey, "--rekey");
  refuse(arguments.force, phase.takes_force, "--force");
  refuse(arguments.bundles.has_value(), phase.takes_bundles, "--bundles");
}

app::RotateOptions read(const Arguments& arguments) {
  app::RotateOptions options{.role = {},
                             .key = read_key_type(arguments.key),
                             .lifetime = read_lifetime(arguments.lifetime),
                             .names = arguments.names,
                             .rekey = arguments.rekey ? app::Rekey::yes : app::Rekey::no,
                             .force = arguments.force ? app::Force::yes : app::Force::no,
                             .bundles = arguments.bundles,
                             .dry_run = dry_run_of(arguments.dry_run)};
  if (arguments.clients)
    options.role = pki::Role::clients;
  if (arguments.servers)
    options.role = pki::Role::servers;
  return options;
}

/// Tells of every failure on standard error. False if there was one.
bool report_failures(const Invocation& run, const app::RotateResult& result) {
  bool good = true;
  const auto tell = [&](const std::string& message, const std::string& hint) {
    write_error(message, run.repeat_home(hint));
    log_error(message);
    good = false;
  };
  for (const app::RenewedSet& set : result.reissued) {
    if (set.outcome == app::Renewal::failed)
      tell(std::string(to_string(set.kind)) + " '" + set.name + "': " + set.failure, set.hint);
    for (const app::RenewedContext& context : set.contexts)
      if (!context.failure.empty())
        tell("docker context '" + context.context + "': " + context.failure, {});
  }
  for (const std::string& left : result.left)
    tell(left, "run it again; else 'docker context rm' it, and make it anew");
  for (const app::RotationPlace& place : result.places)
    if (place.ca == app::CaFile::failed)
      tell(std::string(to_string(place.kind)) + " '" + place.name + "': " + place.failure, place.hint);
  return good;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("PHASE", arguments->phase, "begin, reissue, finish, status or abort");
  command.add_option("NAME", arguments->names, "reissue: these sets alone [all that are left]");
  command.add_flag("--same-key", arguments->same_key,
                   "Instead of a rotation: a new certificate for the same key, so that the authority lives longer");
  auto* clients = command.add_flag("--clients", arguments->clients, "Of separate authorities, the clients'");
  command.add_flag("--servers", arguments->servers, "Of separate authorities, the servers'")->excludes(clients);
  command.add_option("--key", arguments->key, "begin: p256, p384, rsa3072, rsa4096 or ed25519 [as the old one]")
      ->type_name("TYPE");
  command.add_option("--lifetime", arguments->lifetime, "begin, --same-key: how long it is valid [as the old one]")
      ->type_name("DURATION");
  command.add_flag("--rekey", arguments->rekey, "reissue, abort: make new keys for the sets too");
  command.add_flag("--force", arguments->force, "finish, even if sets are left that this breaks");
  command
      .add_option("--bundles", arguments->bundles,
                  "Make this folder, with an archive for each host and user, and the steps to take")
      ->type_name("DIR");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    const PhaseEntry& phase = phase_of(*arguments);
    refuse_strange_options(*arguments, phase);
    const app::RotateOptions options = read(*arguments);
    app::Context context = run.context();
    app::RotateResult result = app::run_phase(context, options, phase.run);
    for (std::string& step : result.next)
      step = run.repeat_home(std::move(step));
    const bool good = report_failures(run, result);
    run.report([&] { return report::text(result, run.now()); }, [&] { return report::json(result); });
    return good ? ExitCode::done : ExitCode::failed;
  });
}

} // namespace

const Command& rotate_ca_command() {
  static const Command command{
      .name = "rotate-ca",
      .group = "Look after",
      .summary = "replace the authority while Docker stays reachable",
      .description =
          "In phases, so that every daemon and every client trusts the new authority before the first one shows a certificate of "
          "it. Each phase may be interrupted, and goes on where it stopped when it is run again.\n\n"
          "begin: makes the new authority and lets every ca.pem, docker contexts included, hold both. The old one goes on "
          "signing.\n"
          "reissue: the new one signs from now on; every set of the old one is issued anew, with the same names and, without "
          "--rekey, the same key. Revoked ones are not.\n"
          "finish: every ca.pem holds the new one alone. Refused while a set of the old one is left.\n"
          "abort: back to the old one. After reissue the sets are issued anew by it, and finish is still to come.\n"
          "status: how it stands, and what is to be copied and restarted by hand.\n\n"
          "dockerd reads its files when it starts: after each phase restart it, and copy the files to where copies are used, "
          "before the next one. --bundles makes what has to be copied ready for it: an archive for each set of the home, and "
          "STEPS.txt. "
          "A home with separate authorities rotates one of them: --clients shuts out whoever lost a "
          "client's "
          "key, once that was revoked, and changes no server's certificate.",
      .examples = {{"dockpki rotate-ca begin", "a new authority, trusted beside the old one"},
                   {"dockpki rotate-ca status", "what is left to do, and where"},
                   {"dockpki rotate-ca reissue", "the new one signs; every set is issued anew"},
                   {"dockpki rotate-ca reissue --bundles to-copy", "the same, and what other hosts get from it in ./to-copy"},
                   {"dockpki rotate-ca finish", "the old one is trusted no more"},
                   {"dockpki rotate-ca begin --clients", "where clients have an authority of their own"},
                   {"dockpki rotate-ca --same-key --lifetime 10y", "the same authority, for ten more years"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
