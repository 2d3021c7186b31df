// Audits as they may turn out, for the tests of their forms: a machine with much wrong, one without Docker, a hostile one, an
// image.
#pragma once

#include <dockpki/app/audit.hpp>

namespace sample {

using namespace dockpki;
using namespace std::chrono_literals;
using app::Audit;
using app::CheckResult;

inline const TimePoint when = parse_rfc3339("2026-11-22T15:00:00Z");

inline app::Finding finding(const std::string& id, const std::string& evidence, const std::string& file = {},
                            const std::string& subject = {}) {
  const app::FindingKind& kind = *app::find_kind(id);
  return {.id = id,
          .side = app::Side::daemon,
          .severity = kind.severity,
          .blocks = app::Blocks::nothing,
          .text = std::string(kind.title) + ": " + evidence,
          .remedy = std::string(kind.remedy),
          .file = file,
          .subject = subject};
}

/// Two daemons, findings of every severity, checks with every result.
inline Audit rich() {
  Audit audit;
  audit.host = "build-7.example.com";
  audit.root = "/";
  audit.when = when;

  app::AuditedDaemon running{.origin = "process 4711",
                             .is_running = true,
                             .version = "29.0.1",
                             .command = "/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock",
                             .config_file = "/etc/docker/daemon.json",
                             .input = {},
                             .plan = {},
                             .endpoint = app::EndpointKind::plain,
                             .refusal = {}};
  running.input.config = R"({"hosts": ["tcp://0.0.0.0:2375"]})";
  running.plan.listeners = {{.scheme = "fd", .address = ""},
                            {.scheme = "tcp", .address = "127.0.0.1", .port = 2376},
                            {.scheme = "tcp", .address = "0.0.0.0", .port = 2375, .is_wildcard = true}};
  running.plan.facts = {{.id = "lst-plain", .text = "tcp://0.0.0.0:2375"}};
  app::AuditedDaemon mutual{.origin = "docker-second.service, which does not run",
                            .is_running = false,
                            .command = "/usr/bin/dockerd --config-file /etc/docker/second.json",
                            .config_file = "/etc/docker/second.json",
                            .input = {},
                            .plan = {},
                            .endpoint = app::EndpointKind::mtls,
                            .refusal = {}};
  mutual.plan.tls = docker::ServerTls::mutual;
  mutual.plan.ca = "/etc/docker/tls/ca.pem";
  mutual.plan.certificate = "/etc/docker/tls/server-cert.pem";
  mutual.plan.key = "/etc/docker/tls/server-key.pem";
  mutual.plan.listeners = {{.scheme = "tcp", .address = "::", .port = 2376, .is_wildcard = true}};
  audit.daemons = {running, mutual};

  audit.findings = {
      finding("lst-plain", "tcp://0.0.0.0:2375 in /etc/docker/daemon.json", "/etc/docker/daemon.json"),
      finding("time-server-expired", "it ended 3 days ago", "/etc/docker/tls/server-cert.pem", "CN=build-7.example.com"),
      finding("san-wrong-dns", "the context 'prod' dials docker.example.com; it holds build-7.example.com",
              "/etc/docker/tls/server-cert.pem", "CN=build-7.example.com"),
      finding("cis-server-key-mode", "/etc/docker/tls/server-key.pem: root:root 0440", "/etc/docker/tls/server-key.pem"),
      finding("ku-ca-missing-py", "no keyUsage", "/home/eve/.docker/contexts/tls/5f1b6e/docker/ca.pem", "CN=old CA,O=Example"),
      finding("san-not-mistake", "DNS:*.build-7.example.com", "/etc/docker/tls/server-cert.pem", "CN=build-7.example.com"),
  };
  audit.findings[1].blocks = app::Blocks::client;
  for (const char* id : {"lst-plain", "time-server-expired", "san-wrong-dns", "ku-ca-missing-py", "san-not-mistake"})
    audit.checks.push_back({id, CheckResult::failed, "as the finding says"});
  audit.checks.push_back({"cis-server-key-mode", CheckResult::failed, "/etc/docker/tls/server-key.pem: root:root 0440"});
  audit.checks.push_back({"cis-folder-mode", CheckResult::passed, "/etc/docker: root:root 0755"});
  audit.checks.push_back({"cis-server-cert-mode", CheckResult::passed, "/etc/docker/tls/server-cert.pem: root:root 0444"});
  audit.checks.push_back({"cis-sysconfig-mode", CheckResult::not_applicable, "there is no /etc/sysconfig/docker"});
  audit.checks.push_back({"perm-client", CheckResult::passed, "/root/.docker/key.pem: root:root 0400"});
  audit.checks.push_back({"perm-client", CheckResult::passed, "/home/eve/.docker/key.pem: eve:eve 0600"});
  audit.checks.push_back({"ca-pathlen", CheckResult::not_applicable, "no intermediate authority"});
  audit.checks.push_back({"time-rotate", CheckResult::unknown, "/proc/4711/fd: permission denied; run it as root"});
  audit.expiries = {
      {.file = "/etc/docker/tls/server-cert.pem", .subject = "CN=build-7.example.com", .role = "server", .not_after = when - 72h},
      {.file = "/home/eve/.docker/cert.pem", .subject = "CN=eve", .role = "client", .not_after = when + 211h},
      {.file = "/etc/docker/certs.d/registry.example.com:5000/client.cert",
       .subject = "CN=build-7",
       .role = "registry",
       .not_after = when + 24h * 75},
      {.file = "/root/.docker/cert.pem", .subject = "CN=root", .role = "client", .not_after = when + 24h * 360},
      {.file = "/etc/docker/tls/ca.pem",
       .subject = "CN=dockpki CA build-7 G1",
       .role = "authority",
       .not_after = when + 24h * 3600}};
  audit.fixes = {{.id = "cis-server-key-mode",
                  .command = "chmod 0400 /etc/docker/tls/server-key.pem",
                  .file = "/etc/docker/tls/server-key.pem",
                  .mode = 0400,
                  .owner = {},
                  .group = {}}};
  return audit;
}

/// There is no Docker.
inline Audit empty() {
  Audit audit;
  audit.host = "quiet.example.com";
  audit.root = "/";
  audit.when = when;
  return audit;
}

/// Whatever text can hold stands wherever a stranger can write.
inline Audit hostile() {
  const std::string script = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>&amp;{{host}}{{{host}}}]]>";
  const std::string odd = std::string("a\0b\x01\x1b[31m\r\n", 11) + "\xe2\x80\xae"
                                                                    "gpj.exe \xef\xbf\xbe\xef\xbf\xbf \xff\xfe end";
  const std::string endless(3000, 'W');
  Audit audit = rich();
  audit.host = "evil" + script;
  app::AuditedDaemon& daemon = audit.daemons.front();
  daemon.origin += script + odd;
  daemon.command += ' ' + script + odd + endless;
  daemon.config_file = "/etc/" + script + odd;
  daemon.refusal = script + odd;
  daemon.plan.listeners[0].address = script + odd;
  daemon.plan.facts[0].text = script + odd;
  for (app::Finding& one : audit.findings) {
    one.text += script + odd + endless;
    one.remedy += "; " + script + odd;
    one.file = "/srv/" + script + odd + endless;
    one.subject = "CN=" + script + odd + endless;
  }
  audit.findings.push_back({.id = "no-such-id" + script, .text = odd, .remedy = {}});
  for (app::AuditCheck& check : audit.checks)
    check.evidence += script + odd + endless;
  for (app::Expiry& expiry : audit.expiries) {
    expiry.file = "/srv/" + script + odd + endless;
    expiry.subject = "CN=" + script + odd + endless;
    expiry.role += script + odd;
  }
  audit.fixes[0].command += script + odd;
  return audit;
}

/// An image at a path that a URI cannot hold as it is.
inline Audit image() {
  Audit audit = rich();
  audit.host.clear();
  audit.root = "/srv/images/grün 7";
  audit.findings[0].file = "/srv/images/grün 7/etc/docker/daemon.json";
  audit.findings[1].file = "/etc/docker/tls/server cert.pem";
  audit.findings[2].file.clear();
  audit.daemons.erase(audit.daemons.begin());
  return audit;
}

} // namespace sample
