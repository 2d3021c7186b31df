#include "app/predict_findings.hpp"

#include <cassert>
#include <map>

namespace dockpki::app {
namespace {

Finding of_kind(const std::string& id, Side side) {
  const FindingKind* kind = find_kind(id);
  assert(kind != nullptr);
  if (kind == nullptr)
    return {.id = id, .side = side, .severity = Severity::high, .blocks = Blocks::nothing, .text = {}, .remedy = {}};
  return {.id = id,
          .side = side,
          .severity = kind->severity,
          .blocks = Blocks::nothing,
          .text = std::string(kind->title),
          .remedy = std::string(kind->remedy)};
}

} // namespace

Finding finding_of(const docker::Fact& fact, Side side) {
  Finding finding = of_kind(fact.id, side);
  if (!fact.text.empty())
    finding.text += ": " + fact.text;
  return finding;
}

Finding blocking_finding(const docker::Refusal& refusal, Side side) {
  Finding finding = of_kind(refusal.id, side);
  finding.blocks = side == Side::daemon ? Blocks::daemon : Blocks::client;
  finding.text = refusal.message;
  return finding;
}

std::vector<docker::Fact> look_alikes(const docker::Refusal& refusal) {
  static const std::map<std::string, std::vector<std::string>> alike{{"env-no-verify", {"sur-compose-env", "sur-modem"}},
                                                                     {"env-context-no-tls", {"sur-contexts-tools"}},
                                                                     {"lst-unreachable", {"lst-firewall", "sur-dind-2375"}},
                                                                     {"lst-port-default", {"sur-dind-2375"}}};
  std::vector<docker::Fact> facts;
  if (const auto found = alike.find(refusal.id); found != alike.end())
    for (const std::string& id : found->second)
      facts.push_back({id, "it may be this"});
  return facts;
}

void note_signs(const std::vector<goverify::Sign>& signs, const std::string& where, std::vector<docker::Fact>& facts) {
  for (const goverify::Sign& sign : signs)
    facts.push_back({sign.id, where.empty() || sign.evidence.empty() ? where + sign.evidence : where + ": " + sign.evidence});
}

std::string take_id(const std::vector<goverify::Sign>& signs, std::vector<docker::Fact>& facts) {
  assert(!signs.empty());
  for (auto other = signs.begin() + 1; other != signs.end(); ++other)
    facts.push_back({other->id, other->evidence.empty() ? "it may be this instead" : other->evidence});
  return signs.front().id;
}

std::string tls_error_prefix(goverify::DockerVersion version) {
  return version == goverify::DockerVersion::v20_10 ? "failed to create API server: " : "invalid TLS configuration: ";
}

} // namespace dockpki::app
