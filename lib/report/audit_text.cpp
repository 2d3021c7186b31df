// audit, for a person.
#include <algorithm>
#include <map>

#include <dockpki/report/text.hpp>

#include "report/audit_parts.hpp"
#include "report/audit_verdict.hpp"
#include "report/card.hpp"
#include "report/endpoint_words.hpp"
#include "report/remedy.hpp"
#include "report/table.hpp"

namespace dockpki::report {
namespace {

using app::CheckResult;

constexpr std::size_t shown_expiries = 5;

/// What is said of a daemon first, behind six characters that say it shorter.
std::string verdict(const app::AuditedDaemon& daemon) {
  constexpr std::string_view well = "ok    ";
  constexpr std::string_view bad = "FAIL  ";
  std::string_view mark = bad;
  std::string text = daemon.origin + ": ";
  if (daemon.command.empty()) {
    text += daemon.refusal;
  } else if (!daemon.unread.empty()) {
    mark = "?     ";
    text += daemon.unread;
  } else if (!daemon.endpoint) {
    text += std::string("dockerd ") + (daemon.is_running ? "would not start again: " : "does not start: ") + daemon.refusal;
  } else if (daemon.is_changed) {
    mark = "?     ";
    text += "its files were changed since it started: what it does, dockpki probe tells; as they are now, dockerd " +
            std::string(endpoint_words(*daemon.endpoint));
  } else {
    mark = exposure_of(daemon) == Exposure::anyone ? bad : well;
    text += "dockerd " + std::string(endpoint_words(*daemon.endpoint));
  }
  return wrapped(harmless(text), std::string(mark.size(), ' ')).replace(0, mark.size(), mark);
}

std::string listeners(const app::AuditedDaemon& daemon) {
  std::vector<std::string> all;
  for (const docker::Listener& one : daemon.plan.listeners)
    all.push_back(listener_text(one));
  return join(all);
}

std::string daemon_text(const app::AuditedDaemon& daemon) {
  const std::string indent = "      ";
  std::string text = verdict(daemon);
  if (const std::string all = listeners(daemon); is_known(daemon) && !all.empty())
    text += wrapped("listens on " + harmless(all), indent);
  if (is_known(daemon) && daemon.plan.tls == docker::ServerTls::mutual)
    text += wrapped("clients of " + (daemon.plan.ca.empty() ? "any public authority" : harmless(daemon.plan.ca)), indent);
  if (!daemon.command.empty())
    text +=
        wrapped(harmless(daemon.command), indent) +
        wrapped("Docker " + (daemon.version.empty() ? "of a version that is not told; taken for 29" : daemon.version) + ", " +
                    harmless(daemon.config_file.string()) + (daemon.input.config || !daemon.unread.empty() ? "" : " (not there)"),
                indent);
  return text;
}

/// A command stays on one line, so that it can be copied.
std::string remedy_text(const std::string& remedy) {
  if (remedy.empty())
    return {};
  const std::vector<RemedyPart> parts = parts_of_remedy(remedy);
  const bool is_command = parts.size() == 1 && parts.front().is_command;
  return is_command ? "  remedy: " + remedy + '\n' : wrapped("remedy: " + remedy, "  ");
}

std::string finding_text(const app::Finding& finding) {
  const app::FindingKind* kind = app::find_kind(finding.id);
  std::string text = std::string(to_string(finding.severity)) + ": " + finding.id +
                     (finding.blocks == app::Blocks::nothing ? "" : ", Docker refuses") + '\n' +
                     wrapped(harmless(finding.text), "  ");
  if (!finding.file.empty() && finding.text.find(finding.file) == std::string::npos)
    text += wrapped("file: " + harmless(finding.file), "  ");
  text += remedy_text(harmless(finding.remedy));
  if (kind != nullptr && !kind->reference.empty())
    text += wrapped("see: " + std::string(kind->reference), "  ");
  return text;
}

std::string count_text(const std::vector<app::Finding>& findings) {
  std::map<app::Severity, std::size_t, std::greater<>> counts;
  for (const app::Finding& finding : findings)
    ++counts[finding.severity];
  std::vector<std::string> parts;
  for (const auto& [severity, count] : counts)
    parts.push_back(std::to_string(count) + ' ' + std::string(to_string(severity)));
  return parts.empty() ? "nothing found\n" : "found: " + join(parts) + '\n';
}

std::size_t count(const app::Audit& audit, CheckResult result) {
  return static_cast<std::size_t>(std::ranges::count(audit.checks, result, &app::AuditCheck::result));
}

std::string checks_text(const app::Audit& audit, Checks checks) {
  std::string text = std::to_string(count(audit, CheckResult::passed)) + " checks passed, " +
                     std::to_string(count(audit, CheckResult::failed)) + " failed, " +
                     std::to_string(count(audit, CheckResult::not_applicable)) + " not applicable, " +
                     std::to_string(count(audit, CheckResult::unknown)) + " unknown\n";
  for (const app::AuditCheck& check : audit.checks)
    if (checks == Checks::listed || check.result == CheckResult::unknown)
      text += wrapped(std::string(to_string(check.result)) + ' ' + check.id + ": " + harmless(check.evidence), "  ");
  return text;
}

std::string expiries_text(const app::Audit& audit) {
  if (audit.expiries.empty())
    return {};
  Table table({"ENDS", "ROLE", "SUBJECT", "FILE"});
  for (std::size_t i = 0; i < std::min(shown_expiries, audit.expiries.size()); ++i) {
    const app::Expiry& one = audit.expiries[i];
    table.add({describe_when(one.not_after, audit.when), one.role, one.subject, one.file.string()});
  }
  return '\n' + table.text();
}

} // namespace

std::string text(const app::Audit& audit, Checks checks) {
  std::string text = "Audit of " + (audit.host.empty() ? audit.root.string() : audit.host) + '\n' +
                     wrapped(harmless(verdict_of(audit).sentence), "") + '\n';
  for (const app::AuditedDaemon& daemon : audit.daemons)
    text += daemon_text(daemon);
  text += '\n' + count_text(audit.findings);
  for (const app::Finding& finding : audit.findings)
    text += finding_text(finding);
  text += '\n' + checks_text(audit, checks) + expiries_text(audit);
  const bool is_image = audit.host.empty();
  if (!audit.fixes.empty())
    text += '\n' + next_text({"dockpki audit" + (is_image ? " --root " + audit.root.string() : "") + " --fix    puts " +
                              std::to_string(audit.fixes.size()) + (audit.fixes.size() == 1 ? " file" : " files") + " right"});
  return text;
}

std::string text(const std::vector<app::Fix>& fixes) {
  std::string text = fixes.empty() ? "Nothing to fix: no file has a wrong owner or mode\n" : "To be done:\n";
  for (const app::Fix& fix : fixes)
    text += "  " + harmless(fix.command) + '\n';
  return text;
}

std::string text(const std::vector<app::AppliedFix>& fixes) {
  std::string text;
  for (const app::AppliedFix& one : fixes)
    text += one.failure.empty() ? "done  " + harmless(one.fix.command) + '\n' : "FAIL  " + harmless(one.failure) + '\n';
  return text;
}

} // namespace dockpki::report
