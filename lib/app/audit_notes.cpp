#include <algorithm>
#include <cassert>

#include "app/audited_machine.hpp"

namespace dockpki::app {
namespace {

/// The severe comes first: who is root matters more than what does not work.
bool worse(const Finding& one, const Finding& other) {
  const auto rank = [](const Finding& finding) { return std::pair(finding.severity, finding.blocks != Blocks::nothing); };
  return rank(one) > rank(other);
}

/// Of a file, one finding of a kind is enough; of anything else the words decide.
bool is_same(const Finding& one, const Finding& other) {
  return one.id == other.id && one.file == other.file && one.side == other.side && one.subject == other.subject &&
         (one.text == other.text || one.id.starts_with("perm-") || one.id.starts_with("time-"));
}

/// The place of an id in the table of findings.
std::size_t place_of(std::string_view id) {
  std::size_t place = 0;
  for (const std::span<const FindingKind> kinds : finding_kinds())
    for (const FindingKind& kind : kinds) {
      if (kind.id == id)
        return place;
      ++place;
    }
  return place;
}

} // namespace

std::string_view to_string(CheckResult result) {
  switch (result) {
  case CheckResult::passed:
    return "passed";
  case CheckResult::failed:
    return "failed";
  case CheckResult::not_applicable:
    return "not-applicable";
  case CheckResult::unknown:
    return "unknown";
  }
  return "";
}

void AuditNotes::pass(std::string_view id, std::string evidence) {
  checks_.push_back({std::string(id), CheckResult::passed, std::move(evidence)});
}

void AuditNotes::not_applicable(std::string_view id, std::string why) {
  checks_.push_back({std::string(id), CheckResult::not_applicable, std::move(why)});
}

void AuditNotes::unknown(std::string_view id, std::string why) {
  checks_.push_back({std::string(id), CheckResult::unknown, std::move(why)});
}

Finding& AuditNotes::fail(std::string_view id, Side side, std::string evidence, const files::Path& file, std::string remedy,
                          std::string subject) {
  const FindingKind* kind = find_kind(id);
  assert(kind != nullptr);
  findings_.push_back({.id = std::string(id),
                       .side = side,
                       .severity = kind->severity,
                       .blocks = Blocks::nothing,
                       .text = std::string(kind->title) + ": " + evidence,
                       .remedy = remedy.empty() ? std::string(kind->remedy) : std::move(remedy),
                       .file = file.string(),
                       .subject = std::move(subject)});
  checks_.push_back({std::string(id), CheckResult::failed, std::move(evidence)});
  return findings_.back();
}

void AuditNotes::add(Finding finding) {
  findings_.push_back(std::move(finding));
}

void AuditNotes::add(Expiry expiry) {
  expiries_.push_back(std::move(expiry));
}

void AuditNotes::add(Fix fix) {
  const auto same = std::ranges::find(fixes_, fix.file, &Fix::file);
  if (same == fixes_.end()) {
    fixes_.push_back(std::move(fix));
    return;
  }
  same->mode &= fix.mode;
  same->owner = same->owner ? same->owner : fix.owner;
  same->group = same->group ? same->group : fix.group;
  if (same->command.find(fix.command) == std::string::npos)
    same->command += "; " + fix.command;
}

void AuditNotes::move_to(Audit& audit) {
  std::ranges::stable_sort(checks_, {}, [](const AuditCheck& check) { return place_of(check.id); });
  std::vector<Finding> once;
  for (Finding& finding : findings_)
    if (std::ranges::none_of(once, [&](const Finding& other) { return is_same(finding, other); }))
      once.push_back(std::move(finding));
  findings_ = std::move(once);
  std::ranges::stable_sort(findings_, worse);
  std::ranges::stable_sort(expiries_, {}, &Expiry::not_after);
  audit.checks = std::move(checks_);
  audit.findings = std::move(findings_);
  audit.expiries = std::move(expiries_);
  audit.fixes = std::move(fixes_);
}

} // namespace dockpki::app
