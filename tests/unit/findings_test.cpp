#include <dockpki/app/explain.hpp>

#include <set>

#include "support/catch.hpp"

using namespace dockpki;
using namespace dockpki::app;

TEST_CASE("Findings: every id stands once, and says what is wrong and what helps", "[findings]") {
  std::set<std::string_view> ids;
  for (const std::span<const FindingKind> kinds : finding_kinds())
    for (const FindingKind& kind : kinds) {
      INFO(kind.id);
      CHECK(ids.insert(kind.id).second);
      CHECK(kind.title.size() > 10);
      CHECK(kind.remedy.size() > 3);
      CHECK(kind.reference.size() > 5);
      CHECK_FALSE(kind.title.ends_with('.'));
      CHECK(explain(std::string(kind.id)).causes.front() == &kind);
    }
  CHECK(ids.size() > 150);
}

TEST_CASE("Findings: every cause of a message is a finding", "[findings]") {
  for (const std::string& message : known_messages()) {
    INFO(message);
    const Explanation explanation = explain("docker: " + message + " (and more)");
    CHECK_FALSE(explanation.meaning.empty());
    CHECK_FALSE(explanation.causes.empty());
    CHECK_FALSE(explanation.find_out.empty());
    for (const FindingKind* kind : explanation.causes)
      CHECK(kind != nullptr);
  }
}

TEST_CASE("Findings: severities are read as they are written", "[findings]") {
  CHECK(parse_severity("critical") == Severity::critical);
  CHECK(parse_severity(to_string(Severity::medium)) == Severity::medium);
  CHECK_FALSE(parse_severity("severe"));
}
