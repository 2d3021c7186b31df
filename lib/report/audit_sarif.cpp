// An audit for code scanning. Passed checks are no results: the readers show each result as something to be mended, whatever its
// `kind`. That a kind was looked for is told by its rule; what could not be looked at is a notification of the run.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include <dockpki/base/hex.hpp>
#include <dockpki/report/audit.hpp>
#include <dockpki/x509/digest.hpp>

#include "report/audit_parts.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;
using app::Severity;

constexpr std::string_view root_base = "ROOT";

std::string_view level_of(Severity severity) {
  switch (severity) {
  case Severity::critical:
  case Severity::high:
    return "error";
  case Severity::medium:
    return "warning";
  case Severity::low:
  case Severity::info:
    break;
  }
  return "note";
}

/// The middle of what CVSS calls by that name; none for what works.
std::string_view score_of(Severity severity) {
  switch (severity) {
  case Severity::critical:
    return "9.5";
  case Severity::high:
    return "8.0";
  case Severity::medium:
    return "5.5";
  case Severity::low:
    return "2.0";
  case Severity::info:
    break;
  }
  return {};
}

/// A path as part of a URI (RFC 3986 3.3).
std::string percent_encoded(std::string_view path) {
  constexpr std::string_view unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string text;
  for (const char octet : path) {
    if (unreserved.find(octet) != std::string_view::npos) {
      text += octet;
      continue;
    }
    const auto value = static_cast<std::uint8_t>(octet);
    std::string digits = to_hex({&value, 1});
    std::ranges::transform(digits, digits.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    text += '%' + digits;
  }
  return text;
}

bool is_image(const app::Audit& audit) {
  return audit.root != "/";
}

/// Readers refuse a result without a place: what is about no file is about the machine, and so in its root.
Json location_of(const app::Audit& audit, const app::Finding& finding) {
  const std::string path = file_in_root(audit, finding.file);
  Json artifact;
  if (is_image(audit)) {
    const std::string relative = percent_encoded(path.substr(std::min(path.find_first_not_of('/'), path.size())));
    artifact = {{"uri", relative.empty() ? "./" : relative}, {"uriBaseId", root_base}};
  } else {
    artifact = {{"uri", "file://" + percent_encoded(path.empty() ? "/" : path)}};
  }
  Json location{{"physicalLocation", {{"artifactLocation", artifact}}}};
  if (!finding.subject.empty())
    location["logicalLocations"] = Json::array({{{"name", harmless(finding.subject)}, {"kind", "certificate"}}});
  return location;
}

/// The same for the same mistake in the next run: made of what it is and where, not of what was seen, which may hold a time or a
/// process. `place` counts those that are alike in that.
std::string fingerprint_of(const std::string& identity, int place) {
  const std::string text = identity + '\n' + std::to_string(place);
  return to_hex(x509::sha256(bytes_of(text)));
}

Json rule_of(const std::string& id) {
  const app::FindingKind* kind = app::find_kind(id);
  if (kind == nullptr)
    return {{"id", id}};
  Json tags{"security", "docker", area_of(id)};
  if (!cis_item(id).empty())
    tags.push_back("CIS");
  Json properties{{"severity", to_string(kind->severity)}};
  if (!score_of(kind->severity).empty())
    properties["security-severity"] = score_of(kind->severity);
  properties["tags"] = tags;
  if (!kind->reference.empty())
    properties["reference"] = kind->reference;
  return {{"id", id},
          {"shortDescription", {{"text", kind->title}}},
          {"help", {{"text", kind->remedy}}},
          {"defaultConfiguration", {{"level", level_of(kind->severity)}}},
          {"properties", properties}};
}

/// Every id that was looked for or found, once, in the order of the table of findings; those it does not hold behind.
std::vector<std::string> ids_of(const app::Audit& audit) {
  std::map<std::string, bool> met;
  for (const app::AuditCheck& check : audit.checks)
    met[check.id] = true;
  for (const app::Finding& finding : audit.findings)
    met[finding.id] = true;
  std::vector<std::string> ids;
  for (const auto kinds : app::finding_kinds())
    for (const app::FindingKind& kind : kinds)
      if (met.erase(std::string(kind.id)) != 0)
        ids.emplace_back(kind.id);
  for (const auto& [id, is_met] : met)
    ids.push_back(id);
  return ids;
}

Json results_of(const app::Audit& audit, const std::vector<std::string>& ids) {
  Json results = Json::array();
  std::map<std::string, int> alike;
  for (const app::Finding& finding : audit.findings) {
    const std::string identity = finding.id + '\n' + file_in_root(audit, finding.file) + '\n' + finding.subject;
    const std::string fingerprint = fingerprint_of(identity, ++alike[identity]);
    results.push_back({{"ruleId", finding.id},
                       {"ruleIndex", std::ranges::find(ids, finding.id) - ids.begin()},
                       {"kind", "fail"},
                       {"level", level_of(finding.severity)},
                       {"message", {{"text", harmless(finding.text)}}},
                       {"locations", Json::array({location_of(audit, finding)})},
                       {"partialFingerprints", {{"primaryLocationLineHash", fingerprint}}},
                       {"fingerprints", {{"dockpki/v1", fingerprint}}},
                       {"properties",
                        {{"severity", to_string(finding.severity)},
                         {"side", finding.side == app::Side::daemon ? "daemon" : "client"},
                         {"blocks", to_string(finding.blocks)},
                         {"remedy", harmless(finding.remedy)}}}});
  }
  return results;
}

Json invocation_of(const app::Audit& audit) {
  Json unknown = Json::array();
  for (const app::AuditCheck& check : audit.checks)
    if (check.result == app::CheckResult::unknown)
      unknown.push_back({{"level", "warning"},
                         {"message", {{"text", check.id + " could not be looked at: " + harmless(check.evidence)}}},
                         {"associatedRule", {{"id", check.id}}}});
  Json invocation{{"executionSuccessful", true}, {"startTimeUtc", format_rfc3339(audit.when)}};
  if (!audit.host.empty())
    invocation["machine"] = harmless(audit.host);
  if (!unknown.empty())
    invocation["toolExecutionNotifications"] = unknown;
  return invocation;
}

} // namespace

std::string sarif(const app::Audit& audit, std::string_view version) {
  const std::vector<std::string> ids = ids_of(audit);
  Json rules = Json::array();
  for (const std::string& id : ids)
    rules.push_back(rule_of(id));
  // Reports of several hosts in one place are told apart by this; "/" at the end: the run has no name of its own.
  const std::string whose = is_image(audit) ? audit.root.filename().string() : audit.host;
  Json run{{"tool", {{"driver", {{"name", "dockpki"}, {"version", version}, {"semanticVersion", version}, {"rules", rules}}}}},
           {"automationDetails", {{"id", "dockpki-audit/" + harmless(whose) + '/'}}},
           {"invocations", Json::array({invocation_of(audit)})}};
  if (is_image(audit))
    run["originalUriBaseIds"] = {{root_base, {{"uri", "file://" + percent_encoded(audit.root.string()) + '/'}}}};
  run["results"] = results_of(audit, ids);
  const Json document{{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", Json::array({run})}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
