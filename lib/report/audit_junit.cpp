// An audit for a build server. A finding is a failure, whatever its severity: such a report knows no other. What could not be
// looked at is skipped, as is what is not there, and says which of the two it is: as an error it would keep every run without
// root red for ever.
#include <kainjow/mustache.hpp>

#include <dockpki/report/audit.hpp>

#include "app/fill_in.hpp"
#include "report/audit_page.hpp"
#include "report/audit_parts.hpp"
#include "report/templates.hpp"

namespace dockpki::report {
namespace {

using kainjow::mustache::data;

/// Suite is one area.
struct Suite {
  std::string area;
  data cases{data::type::list};
  int tests = 0;
  int failures = 0;
  int skipped = 0;
};

Suite& suite_of(std::string_view id, std::vector<Suite>& suites) {
  const std::string_view area = area_of(id);
  for (Suite& suite : suites)
    if (suite.area == area)
      return suite;
  suites.push_back({.area = std::string(area)});
  return suites.back();
}

/// The file that evidence speaks of, "/etc/docker" of "/etc/docker: root:root 0755", so that a case keeps its name when it fails;
/// else all of it.
std::string_view looked_at(std::string_view evidence) {
  return evidence.starts_with('/') ? evidence.substr(0, evidence.find(": ")) : evidence;
}

data case_of(std::string_view id, std::string_view what) {
  data one;
  one.set("class", std::string(area_of(id)));
  one.set("name", std::string(id) + (what.empty() ? "" : ": " + harmless(what)));
  one.set("failure", false);
  one.set("skipped", false);
  one.set("evidence", false);
  return one;
}

void add(const app::Finding& finding, const app::Audit& audit, std::vector<Suite>& suites) {
  const app::FindingKind* kind = app::find_kind(finding.id);
  const std::string file = file_in_root(audit, finding.file);
  data failure;
  failure.set("severity", std::string(to_string(finding.severity)));
  failure.set("title", std::string(title_of(finding.id)));
  failure.set("text", harmless(finding.text));
  failure.set("file", if_any(file));
  failure.set("subject", if_any(finding.subject));
  failure.set("remedy", harmless(finding.remedy));
  failure.set("reference", if_any(kind == nullptr ? "" : std::string(kind->reference)));
  data one = case_of(finding.id, file.empty() ? looked_at(evidence_of(finding)) : file);
  one.set("failure", failure);
  Suite& suite = suite_of(finding.id, suites);
  suite.cases << one;
  ++suite.tests;
  ++suite.failures;
}

void add(const app::AuditCheck& check, std::vector<Suite>& suites) {
  using enum app::CheckResult;
  if (check.result == failed) // it is a finding as well
    return;
  data one = case_of(check.id, check.result == passed ? looked_at(check.evidence) : std::string_view());
  Suite& suite = suite_of(check.id, suites);
  if (check.result == passed) {
    one.set("evidence", if_any(check.evidence));
  } else {
    one.set("skipped",
            (check.result == unknown ? "unknown, could not be looked at: " : "not applicable: ") + harmless(check.evidence));
    ++suite.skipped;
  }
  suite.cases << one;
  ++suite.tests;
}

} // namespace

std::string junit(const app::Audit& audit, std::string_view version) {
  std::vector<Suite> suites;
  for (const app::Finding& finding : audit.findings)
    add(finding, audit, suites);
  for (const app::AuditCheck& check : audit.checks)
    add(check, suites);

  data list{data::type::list};
  int tests = 0;
  int failures = 0;
  for (std::size_t i = 0; i < suites.size(); ++i) {
    const Suite& suite = suites[i];
    data one;
    one.set("area", suite.area);
    one.set("number", std::to_string(i));
    one.set("tests", std::to_string(suite.tests));
    one.set("failures", std::to_string(suite.failures));
    one.set("skipped", std::to_string(suite.skipped));
    one.set("cases", suite.cases);
    list << one;
    tests += suite.tests;
    failures += suite.failures;
  }
  data values;
  values.set("host", harmless(audit.host.empty() ? audit.root.string() : audit.host));
  // JUnit's schema takes no zone.
  const std::string time = format_rfc3339(audit.when);
  values.set("time", time.substr(0, time.size() - 1));
  values.set("version", std::string(version));
  values.set("tests", std::to_string(tests));
  values.set("failures", std::to_string(failures));
  values.set("suites", list);
  return app::fill_in(templates::audit_junit_xml, values);
}

} // namespace dockpki::report
