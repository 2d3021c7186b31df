// status, list, log and show: the commands that change nothing.
#include <dockpki/app/look.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "input.hpp"

namespace dockpki::cmd {
namespace {

void configure_status(CLI::App& command, Invocation& invocation) {
  invocation.on(command, [](Invocation& run) {
    app::Status status = app::status(run.context());
    for (std::string& step : status.next)
      step = run.repeat_home(std::move(step));
    run.report([&] { return report::text(status, run.now()); }, [&] { return report::json(status); });
    return ExitCode::done;
  });
}

void configure_list(CLI::App& command, Invocation& invocation) {
  invocation.on(command, [](Invocation& run) {
    const std::vector<app::ListedCertificate> list = app::list_certificates(run.context());
    run.report([&] { return report::text(list, run.now()); }, [&] { return report::json(list); });
    return ExitCode::done;
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
          "What stands under STATE:\nissued: in force.\nexpired: no longer valid.\nsuperseded: a newer set took its place; "
          "Docker "
          "accepts it all the same until it expires.\nrevoked: on its authority's revocation list; Docker accepts it all the "
          "same until it expires.\nreserved: a command is making it at this moment.\nabandoned: it never came "
          "into force; its serial number stays taken.\n\nBelow each stand the folders where it was put. A folder is marked stale "
          "if another certificate of this "
          "home lies in it, changed if something else does, gone if nothing does.",
      .examples = {{"dockpki list", "as a table"}, {"dockpki list --json", "for scripts"}},
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
