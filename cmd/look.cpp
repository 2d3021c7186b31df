// status, list, log and show: the commands that change nothing.
#include <algorithm>
#include <array>

#include <dockpki/app/look.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "choice.hpp"
#include "command.hpp"
#include "console.hpp"
#include "input.hpp"

namespace dockpki::cmd {
namespace {

/// More than merely due.
bool is_wrong(const app::ListedCertificate& listed, TimePoint now) {
  const auto is_astray = [](const app::ListedPlacement& one) { return one.state != app::PlacementState::current; };
  return listed.record.not_after < now || std::ranges::any_of(listed.placements, is_astray);
}

void configure_status(CLI::App& command, Invocation& invocation) {
  invocation.on(command, [](Invocation& run) {
    app::Status status = app::status(run.context());
    for (std::string& step : status.next)
      step = run.repeat_home(std::move(step));
    run.report([&] { return report::text(status, run.now()); }, [&] { return report::json(status); });
    const auto needs_care = [&](const app::ListedCertificate& one) { return is_wrong(one, run.now()); };
    return status.problems.empty() && std::ranges::none_of(status.attention, needs_care) ? ExitCode::done : ExitCode::findings;
  });
}

struct ListArguments {
  bool all = false;
  bool due = false;
  bool expired = false;
  std::optional<std::string> kind;
  std::string format = "text";
};

constexpr std::array kinds = {std::string_view("server"), std::string_view("client"), std::string_view("dual")};
constexpr std::array formats = {std::string_view("text"), std::string_view("json"), std::string_view("prometheus")};

app::ListOptions read(const ListArguments& arguments) {
  app::ListOptions options{.wanted = app::Wanted::in_force, .kind = {}};
  if (arguments.all)
    options.wanted = app::Wanted::all;
  if (arguments.due)
    options.wanted = app::Wanted::due;
  if (arguments.expired)
    options.wanted = app::Wanted::expired;
  if (arguments.kind && std::ranges::find(kinds, *arguments.kind) == kinds.end())
    refuse_choice("kind", *arguments.kind, kinds);
  if (arguments.kind)
    options.kind = pki::parse_kind(*arguments.kind);
  if (std::ranges::find(formats, arguments.format) == formats.end())
    refuse_choice("format", arguments.format, formats);
  return options;
}

void configure_list(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<ListArguments>();
  auto* all = command.add_flag("--all", arguments->all, "Replaced certificates too, and those that never came into force");
  auto* due = command.add_flag("--due", arguments->due, "Only what is due for renewal")->excludes(all);
  command.add_flag("--expired", arguments->expired, "Only what has expired")->excludes(all)->excludes(due);
  command.add_option("--kind", arguments->kind, "Only server, client or dual (both usages)")->type_name("KIND");
  command.add_option("--format", arguments->format, "text, json (as --json) or prometheus")->type_name("FORMAT");
  invocation.on(command, [arguments](Invocation& run) {
    const app::ListOptions options = read(*arguments);
    const app::Listing listing = app::list_certificates(run.context(), options);
    const std::string& format = arguments->format;
    const auto text = [&] {
      if (format == "prometheus")
        return report::prometheus(listing, run.now());
      return format == "json" ? report::json(listing) : report::text(listing, run.now(), colour_of_output());
    };
    run.report(text, [&] { return report::json(listing); });
    const bool is_due = options.wanted == app::Wanted::due && !listing.certificates.empty();
    return is_due ? ExitCode::due : ExitCode::done;
  });
}

void configure_log(CLI::App& command, Invocation& invocation) {
  auto verify = std::make_shared<bool>(false);
  command.add_flag("--verify", *verify,
                   "Only prove that the log is whole, from its first entry to the last that the inventory knows");
  invocation.on(command, [verify](Invocation& run) {
    const app::LogReport log = app::read_log(run.context());
    const auto text = [&] {
      return *verify ? "log: " + std::to_string(log.entries.size()) + (log.entries.size() == 1 ? " entry" : " entries") +
                           ", unbroken\n"
                     : report::text(log);
    };
    run.report(text, [&] { return report::json(log, *verify); });
    return ExitCode::done;
  });
}

void configure_show(CLI::App& command, Invocation& invocation) {
  auto names = std::make_shared<std::vector<std::string>>();
  command.add_option("FILE", *names, "Certificates, requests, revocation lists or keys, PEM or DER; - is standard input")
      ->required();
  invocation.on(command, [names](Invocation& run) {
    std::vector<report::ShownFile> files;
    for (const std::string& name : *names) {
      const std::string source = name == "-" ? "standard input" : name;
      files.push_back({source, app::inspect(read_input(name, "file").bytes(), source)});
    }
    const auto text = [&] {
      std::string all;
      for (const report::ShownFile& file : files)
        all += (all.empty() ? "" : "\n") + report::text(file.shown, file.source, run.now());
      return all;
    };
    run.report(text, [&] { return report::json(files, run.now()); });
    return ExitCode::done;
  });
}

} // namespace

const Command& status_command() {
  static const Command command{
      .name = "status",
      .group = "Look after",
      .summary = "one page: authority, what is due or astray, what to do next",
      .description =
          "A certificate is due when a third of its life is left (half, if it lives ten days or less), and astray when its "
          "folder no longer holds it. A revocation list is due when a third of its life is left, and behind when a revocation is "
          "not on it.",
      .examples = {{"dockpki status", "how the PKI home stands"}},
      .configure = &configure_status};
  return command;
}

const Command& list_command() {
  static const Command command{
      .name = "list",
      .group = "Look after",
      .summary = "list each certificate, when it expires and where it was put",
      .description =
          "What needs care stands first. Shown are issued certificates, revoked ones until they expire, and "
          "whatever else still lies where it was put.\n\n"
          "What stands under STATE:\nissued: in force.\nissued, due: to be renewed.\nexpired: no longer valid.\n"
          "superseded: another set took its place; Docker accepts it all the same until it expires.\n"
          "revoked: on its authority's revocation list; Docker accepts it all the same until it expires.\n"
          "reserved: a command is making it at this moment.\n"
          "abandoned: it never came into force; its serial number stays taken.\n\n"
          "Below each stand its serial number and the folders where it was put. A folder is marked stale if another certificate "
          "of this home lies in it, changed if something else does, gone if nothing does.\n\n"
          "With --due, it exits with 4 if something is.\n\n"
          "For Prometheus, each folder is a gauge of the seconds until the certificate ends, and so is each authority and each "
          "revocation list: write it to a file that the node exporter's textfile collector reads, as often as you want to know.",
      .examples = {{"dockpki list", "what is in force"},
                   {"dockpki list --due --kind server", "the servers that must be renewed"},
                   {"dockpki list --json --all", "everything, for scripts"},
                   {"dockpki list --format prometheus", "for those who are to be woken in time"}},
      .configure = &configure_list};
  return command;
}

const Command& log_command() {
  static const Command command{
      .name = "log",
      .group = "Look after",
      .summary = "who did what and when, from the sealed log",
      .description =
          "Every entry seals the one before, and the inventory remembers the last one: an entry that was changed or removed is "
          "noticed. Somebody who can write to the PKI home can forge the whole of it: keep a copy elsewhere.",
      .examples = {{"dockpki log", "as a table"}, {"dockpki log --verify", "prove that it is whole; exit code 1 if it is not"}},
      .configure = &configure_log};
  return command;
}

const Command& show_command() {
  static const Command command{
      .name = "show",
      .group = "Look after",
      .summary = "explain certificates, requests, revocation lists and keys",
      .description =
          "Whoever made them. Of a private key only the public half and the way it is protected are shown. Text around PEM "
          "blocks is skipped.",
      .examples = {{"dockpki show ~/.docker/cert.pem", "one certificate"},
                   {"openssl s_client -connect host:2376 </dev/null | dockpki show -", "what a daemon serves"}},
      .configure = &configure_show};
  return command;
}

} // namespace dockpki::cmd
