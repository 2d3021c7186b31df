#include "app/probe_findings.hpp"

#include <algorithm>
#include <array>

#include <dockpki/pki/renewal.hpp>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using Verdict = Reception::Verdict;

/// In `text` and `remedy`, {} stands for what only the endpoint can tell.
struct Rule {
  std::string_view id;
  Severity severity;
  std::string_view text;
  std::string_view remedy;
  std::string_view reference;
};

constexpr Rule plaintext{"probe-plaintext", Severity::critical, "it speaks plain HTTP: whoever reaches it is root there{}",
                         "on that machine: dockpki configure-daemon", "CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"};
constexpr Rule no_client_check{"probe-no-client-check", Severity::critical,
                               "it lets in who has no certificate: whoever reaches it is root there{}",
                               "\"tlsverify\": true and \"tlscacert\" in its daemon.json", "CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"};
constexpr Rule foreign_accepted{"probe-foreign-accepted", Severity::critical,
                                "it lets in a certificate of an authority made up for this probe{}",
                                "\"tlscacert\" in its daemon.json: ca.pem of your own authority, and nothing else",
                                "go-connections tlsconfig; CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"};
constexpr Rule expired{"probe-expired", Severity::high, "the certificate that it serves has ended: {}",
                       "dockpki renew --restart-docker, or 'dockpki renew', copy the set there, and restart it",
                       "RFC 5280 4.1.2.5"};
constexpr Rule not_yet_valid{"probe-not-yet-valid", Severity::high, "the certificate that it serves is not valid yet: {}",
                             "set the clocks right, here and there: timedatectl status", "RFC 5280 4.1.2.5"};
constexpr Rule name_mismatch{"probe-name-mismatch", Severity::high, "its certificate is not for the host that was dialled: {}",
                             "dockpki issue-server with this name and all others that it is dialled by, and --force",
                             "RFC 9525 6; Go crypto/x509 verify.go"};
constexpr Rule untrusted{"probe-untrusted", Severity::high, "no certificate in ca.pem vouches for the one that it serves: {}",
                         "is this your daemon? Then take ca.pem from the home that issued its certificate",
                         "RFC 5280 6.1; Go crypto/x509 verify.go"};
constexpr Rule pair_refused{"probe-pair-refused", Severity::high, "it does not let in the pair that was given: {}",
                            "dockpki issue-client, from the home whose authority it trusts", "RFC 8446 4.4.2; Go crypto/tls"};
constexpr Rule pair_not_sent{"probe-pair-not-sent", Severity::high,
                             "docker would not send the pair that was given: it asks for certificates of others only{}",
                             "dockpki issue-client, from the home whose authority it trusts",
                             "RFC 8446 4.2.4; Go crypto/tls common.go (SupportsCertificate)"};
constexpr Rule restart_pending{"probe-restart-pending", Severity::high,
                               "restart pending: another certificate lies on the disk than it serves: {}",
                               "systemctl restart docker on its machine; if the set lies elsewhere, copy it there first",
                               "moby cmd/dockerd/daemon.go: TLS files are read at the start"};
constexpr Rule no_modern_protocol{
    "probe-no-modern-protocol", Severity::high, "it speaks neither TLS 1.2 nor 1.3, and docker speaks nothing older{}",
    "renew the server's software: dockerd itself speaks both", "go-connections tlsconfig (TLS 1.2 at least)"};
constexpr Rule unreadable{"probe-unreadable", Severity::high, "docker cannot read the certificate that it serves: {}",
                          "dockpki issue-server makes one that everybody reads", "Go crypto/x509 parser.go"};
constexpr Rule expires_soon{"probe-expires-soon", Severity::medium, "the certificate that it serves ends soon: {}",
                            "dockpki renew --restart-docker, or 'dockpki renew', copy the set there, and restart it",
                            "RFC 5280 4.1.2.5"};
constexpr Rule old_protocol{"probe-old-protocol", Severity::medium, "it takes a protocol that is broken (RFC 8996): {}",
                            "forbid it in the settings of the front: dockerd itself takes TLS 1.2 and 1.3 only", "RFC 8996"};
constexpr Rule not_docker{"probe-not-docker", Severity::low, "it does not answer GET /_ping as Docker does{}",
                          "look whether this is the port of a daemon: 2376 as a rule", "Docker Engine API, GET /_ping"};

constexpr std::array rules = {plaintext,          no_client_check, foreign_accepted, expired,       not_yet_valid,
                              name_mismatch,      untrusted,       pair_refused,     pair_not_sent, restart_pending,
                              no_modern_protocol, unreadable,      expires_soon,     old_protocol,  not_docker};

/// What is wrong, without what only the endpoint can tell.
constexpr std::string_view title_of(std::string_view text) {
  text = text.substr(0, text.find("{}"));
  while (text.ends_with(' ') || text.ends_with(':'))
    text.remove_suffix(1);
  return text;
}

class Judge {
public:
  Judge(const ProbeResult& seen, TimePoint now) : seen_(seen), now_(now) {}

  std::vector<ProbeFinding> all() && {
    access();
    pair();
    protocols();
    certificate();
    std::ranges::stable_sort(found_, std::ranges::greater(), &ProbeFinding::severity);
    return std::move(found_);
  }

private:
  void find(const Rule& rule, const std::string& what) {
    ProbeFinding finding{
        .id = rule.id, .severity = rule.severity, .text = std::string(rule.text), .remedy = std::string(rule.remedy)};
    finding.text.replace(finding.text.find("{}"), 2, what);
    found_.push_back(std::move(finding));
  }

  void access() {
    const bool is_docker = !seen_.api_version.empty();
    const bool open =
        seen_.kind == EndpointKind::plain || (seen_.kind == EndpointKind::tls && seen_.nobody.verdict == Verdict::let_in);
    if (seen_.kind == EndpointKind::plain)
      find(plaintext, {});
    else if (open)
      find(no_client_check, seen_.asks ? ", though it asks for one" : "");
    else if (seen_.foreign.verdict == Verdict::let_in)
      find(foreign_accepted, {});
    if ((open || seen_.pair.verdict == Verdict::let_in) && !is_docker)
      find(not_docker, {});
  }

  void pair() {
    if (seen_.pair.verdict == Verdict::refused)
      find(pair_refused, seen_.pair.how + (seen_.pair_is_asked_for ? "" : "; it asks for certificates of others only"));
    else if (seen_.pair.verdict == Verdict::let_in && !seen_.pair_is_asked_for)
      find(pair_not_sent, {});
    if (seen_.trusted == false)
      find(untrusted, seen_.distrust);
  }

  void protocols() {
    bool modern = false;
    std::string old;
    for (const net::Suites& suites : seen_.offer.protocols) {
      const bool is_modern = suites.protocol == "TLSv1.3" || suites.protocol == "TLSv1.2";
      modern = modern || is_modern;
      if (!is_modern)
        old += (old.empty() ? "" : " and ") + suites.protocol;
    }
    if (!old.empty())
      find(old_protocol, old);
    if (!old.empty() && !modern && seen_.offer.complete)
      find(no_modern_protocol, {});
  }

  void certificate() {
    if (seen_.chain.empty())
      return;
    const ServedCertificate& leaf = seen_.chain.front();
    for (const ServedCertificate& one : seen_.chain)
      dates(one, &one == &leaf);
    if (!leaf.unread.empty())
      find(unreadable, leaf.unread);
    if (seen_.fits_host == false)
      find(name_mismatch, seen_.misfit);
    if (seen_.on_disk.state == OnDisk::State::another)
      find(restart_pending, "serial " + seen_.on_disk.serial + " in " + seen_.on_disk.folder.string());
  }

  void dates(const ServedCertificate& one, bool is_leaf) {
    if (!one.validity)
      return;
    const std::string what = is_leaf ? "" : one.subject + ", ";
    if (one.validity->not_after < now_)
      find(expired, what + format_day(one.validity->not_after) + " (" + describe_when(one.validity->not_after, now_) + ")");
    else if (one.validity->not_before > now_)
      find(not_yet_valid, what + "from " + format_rfc3339(one.validity->not_before) + " on");
    else if (is_leaf && pki::is_due(*one.validity, now_, std::nullopt))
      find(expires_soon, format_day(one.validity->not_after) + " (" + describe_when(one.validity->not_after, now_) + ")");
  }

  const ProbeResult& seen_;
  TimePoint now_;
  std::vector<ProbeFinding> found_;
};

} // namespace

std::vector<ProbeFinding> judge(const ProbeResult& seen, TimePoint now) {
  return Judge(seen, now).all();
}

std::span<const FindingKind> probe_kinds() {
  static const auto kinds = [] {
    std::array<FindingKind, rules.size()> made{};
    std::ranges::transform(rules, made.begin(), [](const Rule& rule) {
      return FindingKind{rule.id, rule.severity, title_of(rule.text), rule.remedy, rule.reference};
    });
    return made;
  }();
  return kinds;
}

} // namespace dockpki::app
