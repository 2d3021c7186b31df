#include "app/predict_findings.hpp"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <filesystem>
#include <map>

#include <dockpki/docker/address.hpp>

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

std::string BothPaths::of(const goverify::EndFile& file) const {
  const EndPaths& paths = file.side == goverify::Side::daemon ? daemon : client;
  switch (file.what) {
  case goverify::FileOf::authorities:
    return paths.authorities;
  case goverify::FileOf::certificate:
    return paths.certificate;
  case goverify::FileOf::key:
    return paths.key;
  }
  return {};
}

Finding finding_of(const docker::Fact& fact, Side side) {
  Finding finding = of_kind(fact.id, side);
  if (!fact.text.empty())
    finding.text += ": " + fact.text;
  finding.file = fact.file;
  finding.subject = fact.subject;
  if (fact.is_guess)
    finding.severity = Severity::info; // what is certain goes before it
  return finding;
}

Finding blocking_finding(const docker::Refusal& refusal, Side side) {
  Finding finding = of_kind(refusal.id, side);
  finding.blocks = side == Side::daemon ? Blocks::daemon : Blocks::client;
  finding.text = refusal.message;
  finding.file = refusal.file;
  finding.subject = refusal.subject;
  return finding;
}

std::vector<docker::Fact> look_alikes(const docker::Refusal& refusal) {
  static const std::map<std::string, std::vector<std::string>> alike{{"env-no-verify", {"sur-compose-env", "sur-modem"}},
                                                                     {"env-context-no-tls", {"sur-contexts-tools"}},
                                                                     {"lst-unreachable", {"lst-firewall", "sur-dind-2375"}},
                                                                     {"lst-port-default", {"sur-dind-2375"}},
                                                                     {"env-unresolved", {"env-host-form"}}};
  std::vector<docker::Fact> facts;
  if (const auto found = alike.find(refusal.id); found != alike.end())
    for (const std::string& id : found->second)
      facts.push_back({.id = id, .text = "it may be this", .is_guess = true});
  return facts;
}

void note_signs(const std::vector<goverify::Sign>& signs, const BothPaths& paths, std::vector<docker::Fact>& facts) {
  for (const goverify::Sign& sign : signs)
    facts.push_back({sign.id, sign.evidence, sign.file ? paths.of(*sign.file) : "", sign.subject});
}

void note_signs_in(const std::string& path, const std::vector<goverify::Sign>& signs, std::vector<docker::Fact>& facts) {
  for (const goverify::Sign& sign : signs)
    facts.push_back({sign.id, sign.evidence.empty() ? path : path + ": " + sign.evidence, path, sign.subject});
}

docker::Refusal refusal_of(std::string message, const std::vector<goverify::Sign>& signs, const BothPaths& paths,
                           std::vector<docker::Fact>& facts) {
  assert(!signs.empty());
  std::vector<docker::Fact> all;
  note_signs(signs, paths, all);
  for (auto other = all.begin() + 1; other != all.end(); ++other) {
    if (other->text.empty()) {
      other->text = "it may be this instead";
      other->is_guess = true;
    }
    facts.push_back(std::move(*other));
  }
  return {std::move(message), all.front().id, all.front().file, all.front().subject};
}

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Every `word` in `text` that stands alone becomes `value`, if that is known.
void put_in(std::string& text, std::string_view word, const std::string& value) {
  if (value.empty())
    return;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    const std::size_t end = at + word.size();
    const bool is_alone = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (is_alone)
      text.replace(at, word.size(), value);
    at += is_alone ? value.size() : word.size();
  }
}

/// As a shell takes it for one word.
std::string shell_word(const std::string& text) {
  if (text.empty())
    return {};
  const auto is_plain = [](char c) { return is_word(c) || std::string_view("./:@%+,=-[]").find(c) != std::string_view::npos; };
  if (std::ranges::all_of(text, is_plain))
    return text;
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// Of "O=Example, CN=alice"; "" for what is escaped.
std::string common_name_in(const std::string& subject) {
  const std::size_t at = subject.starts_with("CN=")                   ? 3
                         : subject.find(", CN=") == std::string::npos ? 0
                                                                      : subject.find(", CN=") + 5;
  const std::string name = at == 0 ? "" : subject.substr(at, subject.find(", ", at) - at);
  return name.find('\\') == std::string::npos ? name : "";
}

} // namespace

EndPaths paths_of(const docker::DaemonPlan& plan) {
  return {plan.ca, plan.certificate, plan.key};
}

EndPaths paths_of(const docker::ClientPlan& plan) {
  const auto path_of = [](const std::optional<docker::ReadFile>& file) { return file ? file->path : ""; };
  return {path_of(plan.ca), path_of(plan.certificate), path_of(plan.key)};
}

void fill_in_remedy(Finding& finding, const std::string& host, const BothPaths& paths) {
  if (docker::ip_family(host))
    put_in(finding.remedy, "--dns HOST", "--ip ADDRESS");
  put_in(finding.remedy, docker::ip_family(host) ? "ADDRESS" : "HOST", shell_word(host));
  if (finding.file.empty())
    return;
  if (finding.file == paths.daemon.certificate || finding.file == paths.client.certificate)
    put_in(finding.remedy, "NAME", shell_word(common_name_in(finding.subject)));
  put_in(finding.remedy, "FILE", shell_word(finding.file));
  put_in(finding.remedy, "FOLDER", shell_word(std::filesystem::path(finding.file).parent_path().string()));
}

std::string tls_error_prefix(goverify::DockerVersion version) {
  return version == goverify::DockerVersion::v20_10 ? "failed to create API server: " : "invalid TLS configuration: ";
}

} // namespace dockpki::app
