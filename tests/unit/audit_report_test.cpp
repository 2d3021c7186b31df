// The forms of an audit that are handed on. Other software judges them too: tests/interop/audit_forms.py, audit_page.py.
#include <dockpki/report/audit.hpp>

#include <nlohmann/json.hpp>

#include "report/audit_parts.hpp"
#include "report/audit_timeline.hpp"
#include "report/audit_verdict.hpp"
#include "report/remedy.hpp"
#include "support/catch.hpp"
#include "support/sample_audits.hpp"

using namespace dockpki;
using namespace std::chrono_literals;
using app::EndpointKind;

namespace {

nlohmann::json run_of(const app::Audit& audit) {
  return nlohmann::json::parse(report::sarif(audit, "1.2.3")).at("runs").at(0);
}

app::AuditedDaemon daemon(EndpointKind endpoint, const std::string& address = "0.0.0.0") {
  app::AuditedDaemon one{.origin = "process 1",
                         .is_running = true,
                         .command = "dockerd",
                         .config_file = {},
                         .input = {},
                         .plan = {},
                         .endpoint = endpoint,
                         .refusal = {}};
  one.plan.listeners = {{.scheme = "tcp", .address = address, .port = 2375}};
  one.plan.ca = "/etc/docker/ca.pem";
  return one;
}

std::string verdict(std::vector<app::AuditedDaemon> daemons) {
  app::Audit audit = sample::empty();
  audit.daemons = std::move(daemons);
  return report::verdict_of(audit).sentence;
}

std::string commands_of(std::string_view remedy) {
  std::string commands;
  std::string whole;
  for (const report::RemedyPart& part : report::parts_of_remedy(remedy)) {
    whole += part.text;
    commands += part.is_command ? '[' + std::string(part.text) + ']' : "";
  }
  CHECK(whole == remedy);
  return commands;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

} // namespace

TEST_CASE("Audit reports: every table of findings has an area", "[audit]") {
  for (const auto kinds : app::finding_kinds())
    for (const app::FindingKind& kind : kinds)
      CHECK(report::area_of(kind.id) != "other");
  CHECK(report::area_of("no-such-id") == "other");
}

TEST_CASE("Audit reports: text of strangers holds nothing that XML cannot, and is not cut", "[audit]") {
  CHECK(report::harmless("b\xc3\xbc"
                         "cher <&>") == "b\xc3\xbc"
                                        "cher <&>");
  CHECK(report::harmless(std::string("a\0\x1b", 3)) == R"(a\x00\x1b)");
  CHECK(report::harmless("\xef\xbf\xbe\xef\xbf\xbf\xff") == R"(\xef\xbf\xbe\xef\xbf\xbf\xff)");
  CHECK(report::harmless("\xe2\x80\xae") == R"(\xe2\x80\xae)");
  CHECK(report::harmless(std::string(5000, 'x')).size() == 5000);
}

TEST_CASE("Audit reports: items of the CIS benchmark have their newest number", "[audit]") {
  CHECK(report::cis_item("cis-daemon-tls") == "2.7");
  CHECK(report::cis_item("cis-server-key-mode") == "3.14");
  CHECK(report::cis_item("time-rotate").empty());
  CHECK(report::cis_item("no-such-id").empty());
}

TEST_CASE("Audit reports: a heading has a capital, a name keeps its own", "[audit]") {
  CHECK(report::heading("the server's certificate is over") == "The server's certificate is over");
  for (const char* text : {"dockerd listens", "daemon.json has", "/etc/default/docker has", "fd:// without", "tlsverify is",
                           "containerd's socket", "sshd takes", ""})
    CHECK(report::heading(text) == text);
}

TEST_CASE("Audit reports: a finding's evidence stands without the kind's title", "[audit]") {
  CHECK(report::evidence_of(sample::finding("lst-plain", "tcp://0.0.0.0:2375")) == "tcp://0.0.0.0:2375");
  app::Finding predicted = sample::finding("lst-plain", "");
  predicted.text = "failed to load listeners: no";
  CHECK(report::evidence_of(predicted) == "failed to load listeners: no");
}

TEST_CASE("Audit verdict: who is root", "[audit]") {
  CHECK(verdict({}) == "No Docker daemon was found: nobody is root here through one.");
  CHECK(verdict({daemon(EndpointKind::none)}) ==
        "Root here is whoever may open Docker's socket; over a network Docker is not reached.");
  CHECK(verdict({daemon(EndpointKind::plain)}) ==
        "Whoever reaches tcp://0.0.0.0:2375 is root here: Docker asks nobody who they are.");
  CHECK(verdict({daemon(EndpointKind::tls, "::")}) ==
        "Whoever reaches tcp://[::]:2375 is root here: the connection is encrypted, but Docker asks nobody for a certificate.");
  CHECK(verdict({daemon(EndpointKind::plain, "127.0.0.1")}) == "Every user and every program on this machine is root here, by "
                                                               "way of tcp://127.0.0.1:2375: Docker asks nobody who they are.");
  CHECK(verdict({daemon(EndpointKind::mtls)}) ==
        "Root here is whoever holds a client certificate of the daemon's authority; Docker has no socket besides.");
  app::AuditedDaemon both = daemon(EndpointKind::mtls);
  both.plan.listeners.push_back({.scheme = "unix", .address = "/var/run/docker.sock"});
  CHECK(verdict({both}) ==
        "Root here is whoever holds a client certificate of the daemon's authority, or may open Docker's socket.");
  CHECK(verdict({daemon(EndpointKind::tls_handshake_failed)}) ==
        "Root here is whoever may open Docker's socket; its network port lets in nobody, because no TLS handshake succeeds.");
}

TEST_CASE("Audit verdict: a daemon without an authority of its own trusts everybody's", "[audit]") {
  app::AuditedDaemon one = daemon(EndpointKind::mtls);
  one.plan.ca.clear();
  CHECK(report::exposure_of(one) == report::Exposure::anyone);
  CHECK(verdict({one}) == "Whoever holds a client certificate of any public authority is root here: at tcp://0.0.0.0:2375 Docker "
                          "trusts the system's authorities, because it was told no authority of its own.");
}

TEST_CASE("Audit verdict: it is about the daemon that lets in the most, and says if that one does not run", "[audit]") {
  app::AuditedDaemon open = daemon(EndpointKind::plain);
  open.is_running = false;
  CHECK(
      verdict({daemon(EndpointKind::mtls), open, daemon(EndpointKind::none)}) ==
      "Whoever reaches tcp://0.0.0.0:2375 is root here: Docker asks nobody who they are. This is what is configured; that daemon "
      "does not run now.");
  app::AuditedDaemon refused = daemon(EndpointKind::plain);
  refused.refusal = "unable to configure the Docker daemon";
  CHECK(report::exposure_of(refused) == report::Exposure::unknown);
  CHECK(verdict({refused, daemon(EndpointKind::mtls)})
            .starts_with("Who is root here through Docker could not be told: dockerd runs"));
  refused.is_running = false;
  CHECK(verdict({refused}) == "Nobody is root here through Docker, because dockerd does not start as it is configured.");
}

TEST_CASE("Audit verdict: what cannot be read or understood is no reason to be calm", "[audit]") {
  app::AuditedDaemon unread = daemon(EndpointKind::none);
  unread.unread = "open /etc/docker/daemon.json: permission denied";
  CHECK(verdict({daemon(EndpointKind::mtls), unread}) == "Who is root here through Docker could not be told: open "
                                                         "/etc/docker/daemon.json: permission denied. Run the audit as root.");
  CHECK_FALSE(report::is_known(unread));
  app::AuditedDaemon odd = daemon(EndpointKind::none);
  odd.command.clear();
  odd.is_running = false;
  odd.refusal = "it starts /usr/bin/podman, not dockerd";
  CHECK(report::exposure_of(odd) == report::Exposure::unknown);
}

TEST_CASE("Audit verdict: of a rootless daemon nobody becomes root", "[audit]") {
  app::AuditedDaemon rootless = daemon(EndpointKind::plain);
  rootless.user = 1000;
  CHECK(verdict({rootless}) ==
        "Whoever reaches tcp://0.0.0.0:2375 is user 1000 here: Docker asks nobody who they are. That Docker is rootless.");
  CHECK(verdict({rootless, daemon(EndpointKind::plain, "10.0.0.1")})
            .starts_with("Whoever reaches tcp://10.0.0.1:2375 is root here"));
  app::AuditedDaemon mutual = daemon(EndpointKind::mtls);
  mutual.user = 1000;
  CHECK(verdict({mutual}).starts_with("User 1000 here is whoever holds a client certificate"));
}

TEST_CASE("Audit verdict: a critical finding lets in others than the daemon's port does", "[audit]") {
  app::Audit audit = sample::empty();
  audit.daemons = {daemon(EndpointKind::none)};
  audit.findings = {sample::finding("lst-plain", "as the finding says")};
  CHECK(report::verdict_of(audit).sentence ==
        "Root here is whoever may open Docker's socket; over a network Docker is not reached. "
        "What is critical below lets in others, too.");
  audit.findings = {sample::finding("time-server-expired", "as the finding says")};
  CHECK_FALSE(report::verdict_of(audit).others);
}

TEST_CASE("Audit reports: a remedy's commands are told from its words", "[audit]") {
  CHECK(commands_of("chmod 0400 /etc/docker/key.pem") == "[chmod 0400 /etc/docker/key.pem]");
  CHECK(commands_of("dockpki renew NAME --add-dns HOST, or dial by a name that it holds") ==
        "[dockpki renew NAME --add-dns HOST]");
  CHECK(commands_of("dockpki import-ca, then dockpki rotate-ca begin") == "[dockpki import-ca][dockpki rotate-ca begin]");
  CHECK(commands_of("set the clock of both machines: timedatectl") == "[timedatectl]");
  CHECK(commands_of("ss -ltnp 'sport = :2375' tells what; dockpki probe tcp://HOST:2375 tells whether it is dockerd") ==
        "[ss -ltnp 'sport = :2375'][dockpki probe tcp://HOST:2375]");
  CHECK(commands_of("write the whole path").empty());
  CHECK(commands_of("dockerd has no listener of this scheme").empty());
  CHECK(commands_of("").empty());
  CHECK(commands_of("; , ").empty());
}

TEST_CASE("Audit timeline: what is over, what ends soon, and an end of the scale that has a name", "[audit]") {
  const app::Audit audit = sample::rich();
  const report::Timeline timeline(audit);
  CHECK(timeline.bar(audit.when - 1s).is_over);
  CHECK_FALSE(timeline.bar(audit.when).is_over); // not_after is the last valid second
  CHECK(timeline.bar(audit.when + 29 * 24h).is_soon);
  CHECK_FALSE(timeline.bar(audit.when + 31 * 24h).is_soon);
  CHECK(timeline.bar(audit.when - 72h).text == "over since 2026-11-19, 3 days ago");
  CHECK(timeline.ticks().back().label == "10 years");
  CHECK(timeline.ticks().back().at == "100.0");
  CHECK(report::Timeline(sample::empty()).ticks().back().label == "1 year");
  app::Audit centuries = sample::empty();
  centuries.expiries = {{.file = {}, .subject = {}, .role = {}, .not_after = audit.when + 24h * 365 * 500}};
  CHECK(report::Timeline(centuries).bar(centuries.expiries[0].not_after).width == "100.0");
}

TEST_CASE("SARIF: the findings are results, and checks that passed are not", "[audit][sarif]") {
  const app::Audit audit = sample::rich();
  const nlohmann::json run = run_of(audit);
  REQUIRE(run["results"].size() == audit.findings.size());
  CHECK(run["results"][0]["ruleId"] == "lst-plain");
  CHECK(run["results"][0]["level"] == "error");
  CHECK(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] ==
        nlohmann::json{{"uri", "file:///etc/docker/daemon.json"}});
  CHECK(run["results"][3]["level"] == "warning");
  CHECK(run["results"][4]["level"] == "note");
  CHECK(run["tool"]["driver"]["rules"].size() == 12); // every kind that was looked for
  CHECK(run["invocations"][0]["toolExecutionNotifications"].size() == 1);
  CHECK(run_of(sample::empty())["results"] == nlohmann::json::array());
}

TEST_CASE("SARIF: in an image places are told from its root", "[audit][sarif]") {
  const nlohmann::json run = run_of(sample::image());
  CHECK(run["originalUriBaseIds"]["ROOT"]["uri"] == "file:///srv/images/gr%C3%BCn%207/");
  const auto uri = [&](std::size_t i) {
    return run["results"][i]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
  };
  CHECK(uri(0) == "etc/docker/daemon.json");
  CHECK(uri(1) == "etc/docker/tls/server%20cert.pem");
  CHECK(uri(2) == "./");
}

TEST_CASE("SARIF: a finding keeps its fingerprint when only the evidence changes, and two never share one", "[audit][sarif]") {
  app::Audit later = sample::rich();
  later.findings[1].text = "the server's certificate is over: it ended 4 days ago";
  std::swap(later.findings[0], later.findings[2]);
  later.findings.push_back(later.findings[1]);
  const nlohmann::json before = run_of(sample::rich())["results"];
  const nlohmann::json after = run_of(later)["results"];
  CHECK(before[0]["fingerprints"] == after[2]["fingerprints"]);
  CHECK(before[1]["fingerprints"] == after[1]["fingerprints"]);
  CHECK(after[1]["fingerprints"] != after[6]["fingerprints"]);
  CHECK(before[1]["fingerprints"] != before[2]["fingerprints"]); // another mistake in the same file
}

TEST_CASE("JUnit: findings fail, what is unknown or not there is skipped, and passed checks pass", "[audit][junit]") {
  const std::string xml = report::junit(sample::rich(), "1.2.3");
  CHECK(count(xml, "<testcase ") == 13);
  CHECK(count(xml, "<failure ") == 6);
  CHECK(count(xml, "<skipped ") == 3);
  CHECK(count(xml, "message=\"unknown, could not be looked at: /proc/4711/fd") == 1);
  CHECK(count(xml, "name=\"perm-client: /root/.docker/key.pem\"") == 1);
  CHECK(count(report::junit(sample::empty(), "1.2.3"), "tests=\"0\" failures=\"0\"") == 1);
}

TEST_CASE("HTML: of a daemon whose configuration may not be read no port and no TLS is told", "[audit][html]") {
  app::Audit audit = sample::empty();
  audit.daemons = {daemon(EndpointKind::plain)};
  audit.daemons[0].config_file = "/etc/docker/daemon.json";
  CHECK(count(report::html(audit, "1.2.3"), "<dt>TLS</dt>") == 1);
  CHECK(count(report::html(audit, "1.2.3"), "which does not exist") == 1);
  audit.daemons[0].unread = "open /etc/docker/daemon.json: permission denied";
  const std::string page = report::html(audit, "1.2.3");
  CHECK(count(page, "<dt>TLS</dt>") == 0);
  CHECK(count(page, "<dt>Listens at</dt>") == 0);
  CHECK(count(page, "which does not exist") == 0);
}

TEST_CASE("HTML: nothing that a stranger wrote becomes markup, and no template is filled in twice", "[audit][html]") {
  const std::string page = report::html(sample::hostile(), "1.2.3");
  CHECK(count(page, "<script") == 0);
  CHECK(count(page, "<img") == 0);
  CHECK(count(page, "{{host}}") > 10);
  CHECK(count(page, "\xe2\x80\xae") == 0);
}
