// An audit as a page for a person, who may hand it on. Each text is escaped by the template; what a stranger wrote is made
// harmless here. Of the styles only our own count, by their digest.
#include <algorithm>
#include <array>

#include <kainjow/mustache.hpp>

#include <dockpki/report/audit.hpp>
#include <dockpki/x509/digest.hpp>

#include "app/fill_in.hpp"
#include "report/audit_page.hpp"
#include "report/audit_parts.hpp"
#include "report/audit_timeline.hpp"
#include "report/audit_verdict.hpp"
#include "report/remedy.hpp"
#include "report/templates.hpp"
#include "x509/base64.hpp"

namespace dockpki::report {
namespace {

using app::CheckResult;
using app::Severity;
using kainjow::mustache::data;

constexpr std::array severities = {Severity::critical, Severity::high, Severity::medium, Severity::low, Severity::info};

std::string style_hash() {
  const x509::Sha256Digest digest = x509::sha256(bytes_of(templates::audit_css));
  std::string text(x509::base64_size(digest.size()), '\0');
  x509::encode_base64(digest, text.data());
  return text;
}

std::size_t count_of(const app::Audit& audit, CheckResult result) {
  return static_cast<std::size_t>(std::ranges::count(audit.checks, result, &app::AuditCheck::result));
}

std::string checks_sentence(const app::Audit& audit) {
  if (audit.checks.empty())
    return "No check was made.";
  const std::size_t unknown = count_of(audit, CheckResult::unknown);
  std::string text = std::to_string(audit.checks.size()) + (audit.checks.size() == 1 ? " check" : " checks") + ": " +
                     std::to_string(count_of(audit, CheckResult::passed)) + " passed, " +
                     std::to_string(count_of(audit, CheckResult::failed)) + " failed, " +
                     std::to_string(count_of(audit, CheckResult::not_applicable)) + " not applicable.";
  if (unknown != 0)
    text += ' ' + std::to_string(unknown) + " could not be made: the table at the end says why.";
  return text;
}

data counts_of(const app::Audit& audit) {
  data list{data::type::list};
  for (const Severity severity : severities) {
    const auto count = std::ranges::count(audit.findings, severity, &app::Finding::severity);
    data one;
    one.set("severity", std::string(to_string(severity)));
    one.set("count", std::to_string(count));
    one.set("any", count != 0);
    list << one;
  }
  return list;
}

data remedy_of(const std::string& remedy) {
  data list{data::type::list};
  for (const RemedyPart& part : parts_of_remedy(remedy)) {
    data one;
    one.set("command", part.is_command ? data(harmless(part.text)) : data(false));
    one.set("words", harmless(part.text));
    list << one;
  }
  return list;
}

std::string blocks_text(app::Blocks blocks) {
  switch (blocks) {
  case app::Blocks::nothing:
    break;
  case app::Blocks::daemon:
    return "dockerd does not start because of it.";
  case app::Blocks::client:
    return "docker does not get through because of it.";
  }
  return {};
}

data finding_of(const app::Finding& finding, const app::Audit& audit) {
  const app::FindingKind* kind = app::find_kind(finding.id);
  const std::string_view evidence = evidence_of(finding);
  data one;
  one.set("severity", std::string(to_string(finding.severity)));
  one.set("title", heading(harmless(title_of(finding.id))));
  one.set("evidence", if_any(evidence == title_of(finding.id) ? std::string_view() : evidence));
  one.set("blocks", if_any(blocks_text(finding.blocks)));
  one.set("file", if_any(file_in_root(audit, finding.file)));
  one.set("certificate", if_any(finding.subject));
  one.set("remedy", remedy_of(finding.remedy));
  one.set("reference", if_any(kind == nullptr ? std::string_view() : kind->reference));
  one.set("id", harmless(finding.id));
  return one;
}

data findings_of(const app::Audit& audit) {
  data sections{data::type::list};
  for (const Severity severity : severities) {
    data list{data::type::list};
    for (const app::Finding& finding : audit.findings)
      if (finding.severity == severity)
        list << finding_of(finding, audit);
    if (list.list_value().empty())
      continue;
    data section;
    section.set("severity", std::string(to_string(severity)));
    section.set("title", heading(to_string(severity)));
    section.set("count", std::to_string(list.list_value().size()));
    section.set("list", list);
    sections << section;
  }
  return sections;
}

data fixes_of(const app::Audit& audit) {
  data list{data::type::list};
  for (const app::Fix& fix : audit.fixes)
    list << data("command", harmless(fix.command));
  return list;
}

data expiries_of(const app::Audit& audit) {
  data list{data::type::list};
  const Timeline timeline(audit);
  for (const app::Expiry& expiry : audit.expiries) {
    const Timeline::Bar bar = timeline.bar(expiry.not_after);
    data one;
    one.set("state", std::string(bar.is_over ? "over" : bar.is_soon ? "soon" : "later"));
    one.set("over", bar.is_over);
    one.set("width", bar.width);
    one.set("subject", harmless(expiry.subject));
    one.set("role", harmless(expiry.role));
    one.set("file", harmless(file_in_root(audit, expiry.file.string())));
    one.set("when", bar.text);
    list << one;
  }
  return list;
}

data ticks_of(const app::Audit& audit) {
  data list{data::type::list};
  for (const Timeline::Tick& tick : Timeline(audit).ticks()) {
    data one;
    one.set("at", tick.at);
    one.set("label", tick.label);
    one.set("anchor", std::string(tick.anchor));
    list << one;
  }
  return list;
}

data check_of(const app::AuditCheck& check) {
  static constexpr std::array<std::string_view, 4> marks = {"✓", "✗", "–", "?"};
  const std::string result(to_string(check.result));
  data one;
  one.set("item", cis_item(check.id));
  one.set("title", harmless(title_of(check.id)));
  one.set("id", harmless(check.id));
  one.set("result", result);
  one.set("result_text", check.result == CheckResult::not_applicable ? "not applicable" : result);
  one.set("mark", std::string(marks.at(static_cast<std::size_t>(check.result))));
  one.set("evidence", harmless(check.evidence));
  return one;
}

/// "3.14" behind "3.2".
std::pair<int, int> order_of(const app::AuditCheck& check) {
  const std::string item = cis_item(check.id);
  const std::size_t dot = item.find('.');
  const auto number = [](const std::string& digits) {
    return digits.empty() || digits.size() > 4 ? 0 : std::atoi(digits.c_str());
  };
  return {number(item.substr(0, dot)), dot == std::string::npos ? 0 : number(item.substr(dot + 1))};
}

data table_of(const std::string& name, const std::vector<app::AuditCheck>& checks, bool is_numbered) {
  data rows{data::type::list};
  for (const app::AuditCheck& check : checks)
    rows << check_of(check);
  data table;
  table.set("name", name);
  table.set("count", std::to_string(checks.size()));
  table.set("numbered", is_numbered);
  table.set("checks", rows);
  return table;
}

data tables_of(const app::Audit& audit) {
  std::vector<app::AuditCheck> own;
  std::vector<app::AuditCheck> benchmark;
  for (const app::AuditCheck& check : audit.checks)
    (cis_item(check.id).empty() ? own : benchmark).push_back(check);
  std::ranges::stable_sort(benchmark, {}, &order_of);
  data tables{data::type::list};
  if (!benchmark.empty())
    tables << table_of("CIS Docker Benchmark", benchmark, true);
  if (!own.empty())
    tables << table_of("dockpki's own checks", own, false);
  return tables;
}

std::string readable(TimePoint time) {
  const std::string text = format_rfc3339(time); // "2026-11-22T15:00:00Z"
  return text.substr(0, 10) + ", " + text.substr(11, 5) + " UTC";
}

} // namespace

std::string html(const app::Audit& audit, std::string_view version) {
  const Verdict verdict = verdict_of(audit);
  data values;
  values.set("style_hash", style_hash());
  values.set("style", std::string(templates::audit_css));
  values.set("subject", harmless(audit.host.empty() ? audit.root.string() : audit.host));
  values.set("day", format_day(audit.when));
  values.set("time", format_rfc3339(audit.when));
  values.set("readable_time", readable(audit.when));
  values.set("image", audit.root != "/");
  values.set("exposure", std::string(to_string(verdict.others ? Exposure::anyone : verdict.exposure)));
  values.set("verdict", verdict.sentence);
  values.set("counts", counts_of(audit));
  values.set("checks_sentence", checks_sentence(audit));
  values.set("findings", findings_of(audit));
  values.set("has_fixes", !audit.fixes.empty());
  values.set("fixes", fixes_of(audit));
  values.set("daemons", daemons_of(audit));
  values.set("has_expiries", !audit.expiries.empty());
  values.set("expiries", expiries_of(audit));
  values.set("ticks", ticks_of(audit));
  values.set("tables", tables_of(audit));
  values.set("version", std::string(version));
  return app::fill_in(templates::audit_html, values);
}

} // namespace dockpki::report
