// probe, for a person and for Prometheus.
#include <algorithm>

#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/prometheus_text.hpp"
#include "report/table.hpp"

namespace dockpki::report {
namespace {

using app::EndpointKind;
using Verdict = app::Reception::Verdict;

std::string title_of(const app::ProbeResult& result) {
  if (result.address.empty())
    return "not reached";
  switch (result.kind) {
  case EndpointKind::none:
    return "no answer that docker understands";
  case EndpointKind::tls_handshake_failed:
    return "TLS, but no handshake";
  case EndpointKind::plain:
    return "plain HTTP";
  case EndpointKind::tls:
    return result.nobody.verdict == Verdict::let_in ? "TLS without client check" : "TLS";
  case EndpointKind::mtls:
    break;
  }
  return "mutual TLS";
}

std::string reception_text(const app::Reception& reception) {
  switch (reception.verdict) {
  case Verdict::not_tried:
    return {};
  case Verdict::let_in:
    return "let in (" + reception.how + ")";
  case Verdict::refused:
    return "refused (" + reception.how + ")";
  case Verdict::unknown:
    break;
  }
  return "not to be told (" + reception.how + ")";
}

std::string disk_text(const app::OnDisk& disk) {
  if (disk.state == app::OnDisk::State::unknown)
    return {};
  return disk.state == app::OnDisk::State::same ? "the same, in " + disk.folder.string()
                                                : "another, serial " + disk.serial + ", in " + disk.folder.string();
}

void add_certificates(const app::ProbeResult& result, TimePoint now, Card& card) {
  if (result.chain.empty())
    return;
  const app::ServedCertificate& leaf = result.chain.front();
  card.row("certificate", leaf.unread.empty() ? leaf.subject : "not to be read: " + leaf.unread);
  card.row("serial", leaf.serial);
  card.row("issuer", leaf.issuer);
  if (leaf.validity)
    card.row("until", day_and_distance(leaf.validity->not_after, now));
  card.row("key", leaf.key);
  card.row("names", join(leaf.names));
  std::vector<std::string> behind;
  for (std::size_t i = 1; i < result.chain.size(); ++i)
    behind.push_back(result.chain[i].unread.empty() ? result.chain[i].subject : "(unreadable)");
  card.rows("behind it", behind);
  card.row("on the disk", disk_text(result.on_disk));
}

void add_version(const app::ProbeResult& result, Card& card) {
  if (result.version)
    card.row("Docker", result.version->version + ", API " + result.version->api_version + ", " + result.version->platform);
  else if (!result.api_version.empty())
    card.row("API", result.api_version);
  card.row("server", result.server);
}

std::string findings_text(const std::vector<app::ProbeFinding>& findings) {
  std::string text;
  for (const app::ProbeFinding& finding : findings)
    text += std::string(to_string(finding.severity)) + ": " + std::string(finding.id) + '\n' +
            wrapped(x509::printable(finding.text, finding.text.size()), "  ") + wrapped("remedy: " + finding.remedy, "  ");
  return text;
}

std::string card_of(const app::ProbeResult& result, TimePoint now) {
  Card card(result.endpoint.text() + ": " + title_of(result));
  card.row("failed", result.failure);
  if (result.address != result.endpoint.host)
    card.row("address", result.address);
  add_certificates(result, now, card);
  for (const net::Suites& suites : result.offer.protocols)
    card.rows(suites.protocol, suites.names);
  if (!result.offer.complete)
    card.row("", "too slow to ask for all protocols and suites");
  card.rows("asks for", result.authorities);
  card.row("nobody", reception_text(result.nobody));
  card.row("a stranger", reception_text(result.foreign));
  card.row("your pair", result.kind == EndpointKind::mtls && result.pair.verdict == Verdict::not_tried
                            ? "not tried: --cert ~/.docker tries it"
                            : reception_text(result.pair));
  add_version(result, card);
  const bool well = result.failure.empty() && result.findings.empty();
  const bool absent = result.kind == EndpointKind::none;
  return card.text() + findings_text(result.findings) + (well ? "Nothing is wrong with it\n" : "") +
         (absent ? "hint: what listens there, 'ss -ltnp' on that machine tells\n" : "");
}

Tint tint_of(const app::ProbeResult& result) {
  const auto is_bad = [](const app::ProbeFinding& finding) { return finding.severity >= app::Severity::high; };
  if (std::ranges::any_of(result.findings, is_bad))
    return Tint::alarm;
  return result.findings.empty() && result.failure.empty() ? Tint::none : Tint::warning;
}

std::string outcome(const app::ProbeResult& result) {
  std::vector<std::string> parts;
  for (const app::ProbeFinding& finding : result.findings)
    parts.emplace_back(finding.id);
  if (!result.failure.empty())
    parts.push_back(result.failure);
  return parts.empty() ? "ok" : join(parts);
}

std::string table_of(const app::ProbeReport& report, TimePoint now, Colour colour) {
  Table table({"ENDPOINT", "KIND", "EXPIRES", "FOUND"});
  std::size_t wrong = 0;
  std::size_t failed = 0;
  for (const app::ProbeResult& result : report.results) {
    const bool dated = !result.chain.empty() && result.chain.front().validity;
    table.add({result.endpoint.text(), std::string(to_string(result.kind)),
               dated ? describe_when(result.chain.front().validity->not_after, now) : "-", outcome(result)},
              tint_of(result));
    wrong += result.findings.empty() ? 0U : 1U;
    failed += result.findings.empty() && !result.failure.empty() ? 1U : 0U;
  }
  return table.text(colour) + std::to_string(report.results.size() - wrong - failed) + " ok, " + std::to_string(wrong) +
         " with findings, " + std::to_string(failed) + " failed\n";
}

std::string sample(const std::string& name, const std::string& labels, long long value) {
  return name + '{' + labels + "} " + std::to_string(value) + '\n';
}

} // namespace

std::string text(const app::ProbeReport& report, TimePoint now, Colour colour, ProbeForm form) {
  return (form == ProbeForm::card ? card_of(report.results.front(), now) : table_of(report, now, colour)) +
         notes_text(report.notes);
}

std::string prometheus(const app::ProbeReport& report, TimePoint now) {
  const std::string up = "dockpki_probe_up";
  const std::string mutual = "dockpki_probe_mutual_tls";
  const std::string expires = "dockpki_probe_certificate_expires_in_seconds";
  const std::string found = "dockpki_probe_finding";
  std::string ups = gauge(up, "1 if the endpoint could be probed, else 0.");
  std::string mutuals = gauge(mutual, "1 if the endpoint refuses who has no certificate, else 0.");
  std::string ends = gauge(expires, "Seconds until the certificate that is served ends; negative once it has.");
  std::string findings = gauge(found, "1 for each finding.");
  for (const app::ProbeResult& result : report.results) {
    const std::string endpoint = "endpoint=\"" + label(result.endpoint.text()) + '"';
    ups += sample(up, endpoint, result.failure.empty() ? 1 : 0);
    mutuals += sample(mutual, endpoint + ",kind=\"" + std::string(to_string(result.kind)) + '"',
                      result.kind == EndpointKind::mtls ? 1 : 0);
    if (!result.chain.empty() && result.chain.front().validity)
      ends += sample(expires, endpoint + ",serial=\"" + result.chain.front().serial + '"',
                     (result.chain.front().validity->not_after - now).count());
    for (const app::ProbeFinding& finding : result.findings)
      findings += sample(
          found,
          endpoint + ",id=\"" + std::string(finding.id) + "\",severity=\"" + std::string(to_string(finding.severity)) + '"', 1);
  }
  return ups + mutuals + ends + findings;
}

} // namespace dockpki::report
