#include <algorithm>
#include <array>

#include <unistd.h>

#include <dockpki/app/audit.hpp>
#include <dockpki/report/audit.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "choice.hpp"
#include "command.hpp"
#include "console.hpp"
#include "predict_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string root = "/";
  std::string format = "text";
  std::string fail_on = "high";
  bool fix = false;
  bool dry_run = false;
};

constexpr std::array formats = {std::string_view("text"), std::string_view("json"), std::string_view("sarif"),
                                std::string_view("junit"), std::string_view("html")};
constexpr std::array severities = {std::string_view("low"), std::string_view("medium"), std::string_view("high"),
                                   std::string_view("critical")};

ExitCode exit_code(const app::Audit& audit, const std::vector<app::AppliedFix>& fixed, app::Severity fail_on) {
  const auto is_wrong = [&](const app::Finding& finding) {
    return finding.blocks != app::Blocks::nothing || finding.severity >= fail_on;
  };
  if (std::ranges::any_of(audit.findings, is_wrong))
    return ExitCode::findings;
  const auto has_failed = [](const app::AppliedFix& one) { return !one.failure.empty(); };
  return std::ranges::any_of(fixed, has_failed) ? ExitCode::failed : ExitCode::done;
}

/// Shows what is to be done, does it, and looks again.
std::vector<app::AppliedFix> fix(app::Audit& audit, bool is_dry, bool shows, const std::function<app::Audit()>& look) {
  if (shows)
    write_result(report::text(audit.fixes));
  if (is_dry || audit.fixes.empty())
    return {};
  std::vector<app::AppliedFix> fixed = app::apply(audit.fixes);
  if (shows)
    write_result(report::text(fixed) + '\n');
  audit = look();
  return fixed;
}

ExitCode run_audit(const Arguments& arguments, Invocation& run) {
  const std::string& format = arguments.format;
  if (std::ranges::find(formats, format) == formats.end())
    refuse_choice("format", format, formats);
  const auto fail_on = app::parse_severity(arguments.fail_on);
  if (!fail_on)
    refuse_choice("severity", arguments.fail_on, severities);
  const auto look = [&] { return app::audit({.root = arguments.root}, own_environment(), run.now()); };
  app::Audit audit = look();
  const bool is_text = format == "text" && !run.globals().json;
  std::vector<app::AppliedFix> fixed;
  if (arguments.fix)
    fixed = fix(audit, arguments.dry_run, is_text, look);
  const auto json = [&] { return report::json(audit, fixed); };
  const auto text = [&] {
    if (format == "json")
      return json();
    if (format == "sarif")
      return report::sarif(audit, DOCKPKI_VERSION);
    if (format == "junit")
      return report::junit(audit, DOCKPKI_VERSION);
    if (format == "html")
      return report::html(audit, DOCKPKI_VERSION);
    if (arguments.dry_run)
      return std::string();
    const auto checks = run.globals().verbose ? report::Checks::listed : report::Checks::counted;
    return report::text(audit, checks);
  };
  run.report(text, json);
  return exit_code(audit, fixed, *fail_on);
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--root", arguments->root, "Audit the machine below this folder: an image [/]")->type_name("DIR");
  command.add_option("--format", arguments->format, "text, json (as --json), sarif, junit or html [text]")->type_name("FORMAT");
  command.add_option("--fail-on", arguments->fail_on, "Exit with 3 from this severity on: low, medium, high, critical [high]")
      ->type_name("SEVERITY");
  auto* fix = command.add_flag("--fix", arguments->fix, "Put wrong owners and modes of files right, and audit again");
  command.add_flag("--dry-run", arguments->dry_run, "Show what --fix would do, change nothing")->needs(fix);
  invocation.on(command, [arguments](Invocation& run) { return run_audit(*arguments, run); });
}

} // namespace

const Command& audit_command() {
  static const Command command{
      .name = "audit",
      .group = "Docker",
      .summary = "find out who is root on this machine through Docker",
      .description =
          "Looks at each dockerd that runs, else at the one that systemd would start: its flags, variables, unit with drop-ins, "
          "and daemon.json, put together as dockerd does it. Tells where it listens and with which TLS; what of its files "
          "changed "
          "since it started; every item of the CIS Docker Benchmark that touches TLS (2.7, 2.12, 2.15 and 3.1 to 3.24); keys, "
          "contexts and variables of each user; what on the host makes others root; and which certificates end next. Each "
          "finding comes with what was seen, a remedy, and where it is written.\n\n"
          "It reads files and /proc, connects to nothing and runs no dockerd. What it may not read is told as unknown: root sees "
          "everything. With --root, an image is audited by its own users, units and files.\n\n"
          "With --fix, owners and modes are shown and put right, and nothing else: no setting is touched. A file that "
          "changed meanwhile, or lies where others may write, is left alone.\n\n"
          "Exits with 3 if something makes Docker refuse, or is of the severity of --fail-on or above.",
      .examples = {{"sudo dockpki audit", "this machine"},
                   {"sudo dockpki audit --fix --dry-run", "which owners and modes are wrong"},
                   {"dockpki audit --root image --fail-on medium", "an image, before it is shipped"},
                   {"sudo dockpki audit --format html > audit.html", "a page to hand on"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
