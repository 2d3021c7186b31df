// Every item of the CIS benchmark that the audit looks at, on a machine that keeps it and on one that does not.
#include "support/audited_root.hpp"
#include "support/catch.hpp"

#include <cstdio>
#include <set>

#include "app/finding_kinds.hpp"

using namespace dockpki;
using app::CheckResult;
using test::AuditedRoot;

namespace {

const std::string registry = "etc/docker/certs.d/registry.example.com:5000/";
const std::string unit = "usr/lib/systemd/system/docker.service";
const std::string socket_unit = "usr/lib/systemd/system/docker.socket";
const std::string drop_in = "etc/systemd/system/docker.service.d/limits.conf";

struct Case {
  const char* item; ///< of CIS Docker 1.6.0; in brackets that of 1.2.0
  const char* id;
  const char* passing; ///< what is looked at on the machine that is as it should be, or nearly
  void (*keep)(AuditedRoot&);
  const char* failing;
  void (*spoil)(AuditedRoot&);
};

void nothing(AuditedRoot& root) {
  static_cast<void>(root);
}

void json(AuditedRoot& root, const std::string& text) {
  root.write("etc/docker/daemon.json", text);
}

const std::vector<Case> cases = {
    {"2.7 (2.6)", "cis-daemon-tls", "tlsverify, three files, hosts on several lines",
     [](AuditedRoot& root) {
       json(root, "{\"hosts\": [\n \"fd://\",\n \"tcp://10.0.0.5:2376\"\n],\n\"tlsverify\": true, \"tlscacert\": "
                  "\"/etc/docker/tls/ca.pem\","
                  "\"tlscert\": \"/etc/docker/tls/server-cert.pem\", \"tlskey\": \"/etc/docker/tls/server-key.pem\"}");
     },
     "a plaintext port in hosts of several lines",
     [](AuditedRoot& root) { json(root, "{\"hosts\": [\n \"fd://\",\n \"tcp://0.0.0.0:2375\"\n]}"); }},
    {"2.7 (2.6)", "cis-daemon-tls", "tls alone, which asks for certificates, too",
     [](AuditedRoot& root) {
       json(root, R"({"hosts": ["tcp://10.0.0.5:2376"], "tls": true, "tlscacert": "/etc/docker/tls/ca.pem",
"tlscert": "/etc/docker/tls/server-cert.pem", "tlskey": "/etc/docker/tls/server-key.pem"})");
     },
     "tlsverify: false",
     [](AuditedRoot& root) {
       json(root, R"({"hosts": ["tcp://10.0.0.5:2376"], "tlsverify": false, "tlscacert": "/etc/docker/tls/ca.pem",
"tlscert": "/etc/docker/tls/server-cert.pem", "tlskey": "/etc/docker/tls/server-key.pem"})");
     }},
    {"2.7 (2.6)", "cis-daemon-tls", "everything by flags",
     [](AuditedRoot& root) {
       json(root, "{}");
       root.write(unit, "[Service]\nExecStart=/usr/bin/dockerd -H fd:// -H tcp://10.0.0.5:2376 --tlsverify \\\n"
                        " --tlscacert /etc/docker/tls/ca.pem --tlscert /etc/docker/tls/server-cert.pem \\\n"
                        " --tlskey=/etc/docker/tls/server-key.pem\n");
     },
     "no tlscacert: any public authority",
     [](AuditedRoot& root) {
       json(root, R"({"hosts": ["tcp://10.0.0.5:2376"], "tlsverify": true,
"tlscert": "/etc/docker/tls/server-cert.pem", "tlskey": "/etc/docker/tls/server-key.pem"})");
     }},
    {"2.7 (2.6)", "cis-daemon-tls", "options by EnvironmentFile",
     [](AuditedRoot& root) {
       json(root, "{}");
       root.write(unit, "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/bin/dockerd $DOCKER_OPTS\n");
       root.write("etc/default/docker", "DOCKER_OPTS=\"-H tcp://10.0.0.5:2376 --tlsverify --tlscacert /etc/docker/tls/ca.pem "
                                        "--tlscert /etc/docker/tls/server-cert.pem --tlskey /etc/docker/tls/server-key.pem\"\n");
     },
     "a plaintext TCP port in docker.socket",
     [](AuditedRoot& root) {
       json(root, R"({"hosts": ["fd://"]})");
       root.write(socket_unit, "[Socket]\nListenStream=/run/docker.sock\nListenStream=2375\n");
     }},
    {"2.12 (2.11)", "cis-authorization", "a plugin in daemon.json", nothing, "none",
     [](AuditedRoot& root) { json(root, "{\"live-restore\": true}"); }},
    {"2.15 (2.13)", "cis-live-restore", "live-restore in daemon.json", nothing, "off",
     [](AuditedRoot& root) { json(root, "{\"live-restore\": false}"); }},
    {"3.1 (3.1)", "cis-service-owner", "root:root", nothing, "docker.service of alice",
     [](AuditedRoot& root) { root.own(unit, AuditedRoot::alice, 0); }},
    {"3.1 (3.1)", "cis-service-owner", "root:root", nothing, "a drop-in of alice",
     [](AuditedRoot& root) { root.own(drop_in, AuditedRoot::alice, AuditedRoot::alice); }},
    {"3.2 (3.2)", "cis-service-mode", "0600", [](AuditedRoot& root) { root.mode(unit, 0600); },
     "0622, which is a smaller number than 0644", [](AuditedRoot& root) { root.mode(unit, 0622); }},
    {"3.2 (3.2)", "cis-service-mode", "an EnvironmentFile of 0600",
     [](AuditedRoot& root) {
       root.write("etc/docker.env", "A=b\n", 0600);
       root.write(unit, "[Service]\nEnvironmentFile=/etc/docker.env\nExecStart=/usr/bin/dockerd\n");
     },
     "an EnvironmentFile of 0666",
     [](AuditedRoot& root) {
       root.write("etc/docker.env", "A=b\n", 0666);
       root.write(unit, "[Service]\nEnvironmentFile=/etc/docker.env\nExecStart=/usr/bin/dockerd\n");
     }},
    {"3.3 (3.3)", "cis-socket-unit-owner", "root:root", nothing, "docker.socket of alice",
     [](AuditedRoot& root) { root.own(socket_unit, AuditedRoot::alice, 0); }},
    {"3.4 (3.4)", "cis-socket-unit-mode", "0444", [](AuditedRoot& root) { root.mode(socket_unit, 0444); }, "0666",
     [](AuditedRoot& root) { root.mode(socket_unit, 0666); }},
    {"3.5 (3.5)", "cis-folder-owner", "root:root", nothing, "/etc/docker of alice",
     [](AuditedRoot& root) { root.own("etc/docker", AuditedRoot::alice, 0); }},
    {"3.6 (3.6)", "cis-folder-mode", "0711", [](AuditedRoot& root) { root.mode("etc/docker", 0711); },
     "0577, which is a smaller number than 0755", [](AuditedRoot& root) { root.mode("etc/docker", 0577); }},
    {"3.7 (3.7)", "cis-registry-owner", "root:root", nothing, "client.key of group alice",
     [](AuditedRoot& root) { root.own(registry + "client.key", 0, AuditedRoot::alice); }},
    {"3.8 (3.8)", "cis-registry-mode", "0444 and 0400", nothing, "a key of 0444",
     [](AuditedRoot& root) { root.mode(registry + "client.key", 0444); }},
    {"3.9 (3.9)", "cis-ca-owner", "root:root", nothing, "ca.pem of alice",
     [](AuditedRoot& root) { root.own("etc/docker/tls/ca.pem", AuditedRoot::alice, 0); }},
    {"3.10 (3.10)", "cis-ca-mode", "0400", [](AuditedRoot& root) { root.mode("etc/docker/tls/ca.pem", 0400); },
     "0433, which is a smaller number than 0444", [](AuditedRoot& root) { root.mode("etc/docker/tls/ca.pem", 0433); }},
    {"3.11 (3.11)", "cis-server-cert-owner", "a link to a file of root:root",
     [](AuditedRoot& root) {
       root.write("etc/docker/tls/real.pem", test::contents_of(root / "etc/docker/tls/server-cert.pem"), 0444);
       root.link("etc/docker/tls/server-cert.pem", "/etc/docker/tls/real.pem").own("etc/docker/tls/server-cert.pem", 1000, 1000);
     },
     "a link of root's to a file of alice",
     [](AuditedRoot& root) {
       root.write("home/alice/cert.pem", test::contents_of(root / "etc/docker/tls/server-cert.pem"), 0444);
       root.own("home/alice/cert.pem", AuditedRoot::alice, 0);
       root.link("etc/docker/tls/server-cert.pem", "../../../home/alice/cert.pem");
     }},
    {"3.12 (3.12)", "cis-server-cert-mode", "0440", [](AuditedRoot& root) { root.mode("etc/docker/tls/server-cert.pem", 0440); },
     "0644", [](AuditedRoot& root) { root.mode("etc/docker/tls/server-cert.pem", 0644); }},
    {"3.13 (3.13)", "cis-server-key-owner", "root:root", nothing, "of the group docker",
     [](AuditedRoot& root) { root.own("etc/docker/tls/server-key.pem", 0, AuditedRoot::docker_group); }},
    {"3.14 (3.14)", "cis-server-key-mode", "0000, which root reads all the same",
     [](AuditedRoot& root) { root.mode("etc/docker/tls/server-key.pem", 0); }, "0404",
     [](AuditedRoot& root) { root.mode("etc/docker/tls/server-key.pem", 0404); }},
    {"3.15 (3.15)", "cis-docker-socket-owner", "root:root", [](AuditedRoot& root) { root.own("run/docker.sock", 0, 0); },
     "root:alice", [](AuditedRoot& root) { root.own("run/docker.sock", 0, AuditedRoot::alice); }},
    {"3.16 (3.16)", "cis-docker-socket-mode", "0600", [](AuditedRoot& root) { root.mode("run/docker.sock", 0600); }, "0666",
     [](AuditedRoot& root) { root.mode("run/docker.sock", 0666); }},
    {"3.17 (3.17)", "cis-daemon-json-owner", "root:root", nothing, "of alice",
     [](AuditedRoot& root) { root.own("etc/docker/daemon.json", AuditedRoot::alice, 0); }},
    {"3.18 (3.18)", "cis-daemon-json-mode", "0600", [](AuditedRoot& root) { root.mode("etc/docker/daemon.json", 0600); }, "0664",
     [](AuditedRoot& root) { root.mode("etc/docker/daemon.json", 0664); }},
    {"3.18 (3.18)", "cis-daemon-json-mode", "the one that --config-file names",
     [](AuditedRoot& root) {
       root.write("srv/docker.json", AuditedRoot::daemon_json(), 0600).mode("etc/docker/daemon.json", 0666);
       root.write(unit, "[Service]\nExecStart=/usr/bin/dockerd --config-file /srv/docker.json\n");
     },
     "the one that --config-file names, 0646",
     [](AuditedRoot& root) {
       root.write("srv/docker.json", AuditedRoot::daemon_json(), 0646);
       root.write(unit, "[Service]\nExecStart=/usr/bin/dockerd --config-file /srv/docker.json\n");
     }},
    {"3.19 (3.19)", "cis-default-owner", "root:root", nothing, "of alice",
     [](AuditedRoot& root) { root.own("etc/default/docker", AuditedRoot::alice, 0); }},
    {"3.20 (3.22)", "cis-default-mode", "0644", nothing, "0646",
     [](AuditedRoot& root) { root.mode("etc/default/docker", 0646); }},
    {"3.21 (3.21)", "cis-sysconfig-mode", "0644", nothing, "0755",
     [](AuditedRoot& root) { root.mode("etc/sysconfig/docker", 0755); }},
    {"3.22 (3.20)", "cis-sysconfig-owner", "root:root", nothing, "of group alice",
     [](AuditedRoot& root) { root.own("etc/sysconfig/docker", 0, AuditedRoot::alice); }},
    {"3.23 (-)", "cis-containerd-owner", "root:root", nothing, "root:docker",
     [](AuditedRoot& root) { root.own("run/containerd/containerd.sock", 0, AuditedRoot::docker_group); }},
    {"3.24 (-)", "cis-containerd-mode", "0660", nothing, "0662",
     [](AuditedRoot& root) { root.mode("run/containerd/containerd.sock", 0662); }},
};

} // namespace

TEST_CASE("audit: each item of the benchmark, kept and not kept", "[audit]") {
  if (::geteuid() != 0)
    return; // owners are what this is about
  for (const Case& one : cases) {
    INFO(one.item << ' ' << one.id << ": " << one.passing << "; " << one.failing);
    {
      AuditedRoot root;
      one.keep(root);
      const app::Audit audit = root.audit();
      CHECK_FALSE(test::checks(audit, one.id, CheckResult::passed).empty());
      CHECK(test::findings(audit, one.id).empty());
    }
    AuditedRoot root;
    one.spoil(root);
    const app::Audit audit = root.audit();
    CHECK(test::findings(audit, one.id).size() == 1);
    CHECK(test::checks(audit, one.id, CheckResult::failed).size() == 1);
  }
}

TEST_CASE("audit: every item of the table of findings has its two machines, and its numbers", "[audit]") {
  std::set<std::string> tried;
  for (const Case& one : cases) {
    tried.insert(one.id);
    const app::FindingKind* kind = app::find_kind(one.id);
    REQUIRE(kind != nullptr);
    const std::string item = one.item;
    const std::string now = item.substr(0, item.find(' '));
    const std::string then = item.substr(item.find('(') + 1, item.size() - item.find('(') - 2);
    CHECK(kind->reference == "CIS Docker 1.6.0 " + now + (then == "-" ? " (not in 1.2.0)" : " (1.2.0: " + then + ')'));
  }
  std::set<std::string> known;
  for (const app::FindingKind& kind : app::audit_daemon_kinds())
    if (kind.reference.starts_with("CIS"))
      known.emplace(kind.id);
  CHECK(tried == known);
  CHECK(known.size() == 27);
}

TEST_CASE("audit: what is not there is not applicable", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  for (const char* name : {"etc/docker", "etc/default", "etc/sysconfig", "usr/lib/systemd", "etc/systemd", "run"})
    root.remove(name);
  const app::Audit audit = root.audit();
  CHECK(audit.daemons.empty());
  for (const app::FindingKind& kind : app::audit_daemon_kinds()) {
    INFO(kind.id);
    CHECK((!kind.reference.starts_with("CIS") || test::checks(audit, kind.id, CheckResult::not_applicable).size() == 1));
    CHECK(test::findings(audit, kind.id).empty());
  }
}

TEST_CASE("the table of the items, for people", "[.table]") {
  std::puts("| CIS 1.6.0 (1.2.0) | id | passes | fails |\n|---|---|---|---|");
  for (const Case& one : cases)
    std::printf("| %s | %s | %s | %s |\n", one.item, one.id, one.passing, one.failing);
}
