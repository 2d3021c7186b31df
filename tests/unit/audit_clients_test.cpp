// What an audit sees on the side of the clients: for every check a machine that fails it, and one that does not.
#include "support/audit_machine.hpp"
#include "support/catch.hpp"

#include <sys/stat.h>

#include <dockpki/base/hex.hpp>
#include <dockpki/x509/digest.hpp>

#include "app/audit_clients.hpp"
#include "app/audit_login_variables.hpp"

using namespace dockpki;
using test::MadeAuthority;
using test::MadeMachine;
using test::Noted;
using test::PemPair;

namespace {

using Part = void (*)(const app::AuditedMachine&, app::AuditNotes&);

Noted note(const MadeMachine& made, Part part) {
  app::AuditNotes notes;
  part(made.machine, notes);
  return Noted(std::move(notes));
}

Noted keys(const MadeMachine& made) {
  return note(made, app::audit_keys);
}
Noted authorities(const MadeMachine& made) {
  return note(made, app::audit_authority_keys);
}
Noted contexts(const MadeMachine& made) {
  return note(made, app::audit_contexts);
}
Noted variables(const MadeMachine& made) {
  return note(made, app::audit_variables);
}
Noted registries(const MadeMachine& made) {
  return note(made, app::audit_registries);
}

std::string context_id(const std::string& name) {
  return to_hex(x509::sha256(bytes_of(name)));
}

/// Writes a context as docker does; the files that are empty are left out.
void put_context(MadeMachine& made, const std::string& name, const std::string& host, const std::string& ca, const PemPair& pair,
                 const std::string& more = {}) {
  const std::string id = context_id(name);
  made.put("/home/ann/.docker/contexts/meta/" + id + "/meta.json",
           R"({"Name":")" + name + R"(","Metadata":{},"Endpoints":{"docker":{"Host":")" + host + "\"" + more + "}}}");
  const std::string folder = "/home/ann/.docker/contexts/tls/" + id + "/docker/";
  if (!ca.empty())
    made.put(folder + "ca.pem", ca);
  if (!pair.certificate.empty())
    made.put(folder + "cert.pem", pair.certificate).put(folder + "key.pem", pair.key, 0600);
}

/// A dockerd of this machine for `name`.
void put_daemon(MadeMachine& made, MadeAuthority& authority, const std::string& name, TimePoint at = test::audit_time) {
  const PemPair pair = authority.server(name, at);
  made.daemon("0.0.0.0", true)
      .put("/etc/docker/tls/ca.pem", authority.certificate())
      .put("/etc/docker/tls/server-cert.pem", pair.certificate)
      .put("/etc/docker/tls/server-key.pem", pair.key, 0400)
      .put("/etc/hosts", "127.0.0.1 localhost docker.test other.test\n");
}

} // namespace

// --- Keys

TEST_CASE("audit, perm-world: a key that others may read, and one that they may not", "[audit]") {
  for (const char* key :
       {"/home/ann/.docker/key.pem", "/home/ann/.docker/contexts/tls/ab/docker/key.pem",
        "/home/ann/.docker/contexts/tls/ab/kubernetes/key.pem", "/home/ann/.docker/ca-key.pem",
        "/home/ann/.docker/machine/certs/ca-key.pem", "/home/ann/.docker/machine/machines/m1/server-key.pem",
        "/home/ann/.docker/certs.d/r.test/client.key", "/home/ann/.config/docker/certs.d/r.test:5000/client.key"})
    for (const mode_t mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
      INFO(key << ' ' << mode);
      MadeMachine made;
      made.put(key, "x", mode);
      const Noted bad = keys(made);
      CHECK(bad.failed("perm-world"));
      CHECK(bad.finding("perm-world").file == key);
      REQUIRE(bad.audit().fixes.size() == 1);
      CHECK(bad.audit().fixes[0].file == made.at(key));
      CHECK(bad.audit().fixes[0].mode == 0400);
      CHECK(bad.audit().fixes[0].command == "chmod 0400 " + made.at(key).string());
      ::chmod(made.at(key).c_str(), 0600);
      const Noted good = keys(made);
      CHECK(good.passed("perm-world"));
      CHECK(good.audit().fixes.empty());
    }
}

TEST_CASE("audit, perm-world: the caller's folders are looked at, too", "[audit]") {
  MadeMachine made;
  made.put("/srv/tls/key.pem", "x", 0644).put("/srv/config/key.pem", "x", 0600);
  made.machine.environment = {{"DOCKER_CERT_PATH", "/srv/tls/"}, {"DOCKER_CONFIG", "/srv/config"}};
  CHECK(keys(made).finding("perm-world").file == "/srv/tls/key.pem");
  ::chmod(made.at("/srv/tls/key.pem").c_str(), 0400);
  CHECK(keys(made).passed("perm-world"));
}

TEST_CASE("audit, key-owner: a key of somebody else, and one's own", "[audit]") {
  MadeMachine made;
  made.put("/home/ann/.docker/key.pem", "x", 0644);
  CHECK(keys(made).passed("key-owner"));
  if (::geteuid() == 0)
    REQUIRE(::chown(made.at("/home/ann/.docker/key.pem").c_str(), 4242, 4242) == 0);
  else
    made.machine.users[0].uid = ::geteuid() + 1;
  const Noted bad = keys(made);
  CHECK(bad.failed("key-owner"));
  CHECK(bad.finding("key-owner").remedy.starts_with("chown ann "));
  CHECK(bad.audit().fixes.empty()); // it may be anything, planted by a link
}

TEST_CASE("audit, key-folder: a folder on the way that others may write, and none", "[audit]") {
  MadeMachine made;
  made.put("/home/ann/.docker/key.pem", "x", 0400);
  CHECK(keys(made).passed("key-folder"));
  made.folder("/home/ann", 0777);
  const Noted bad = keys(made);
  CHECK(bad.finding("key-folder").file == "/home/ann");
  CHECK(bad.finding("key-folder").remedy == "chmod go-w " + made.at("/home/ann").string());
  made.put("/home/ann/.docker/ca-key.pem", "x", 0400);
  CHECK(std::ranges::count(keys(made).audit().findings, "key-folder", &app::Finding::id) == 1); // told once
  made.folder("/home/ann", 01777);
  CHECK(keys(made).passed("key-folder"));
}

TEST_CASE("audit, key-folder: one's own group is nobody else, unless it has members", "[audit]") {
  MadeMachine made;
  made.put("/home/ann/.docker/key.pem", "x", 0400).folder("/home/ann", 0775);
  made.machine.users[0].gid = 4242;
  if (::geteuid() != 0)
    return; // only root can give a folder away
  REQUIRE(::chown(made.at("/home/ann").c_str(), 0, 4242) == 0);
  made.put("/etc/passwd", "ann:x:0:4242::/home/ann:/bin/sh\n");
  CHECK(keys(made).passed("key-folder"));
  made.put("/etc/group", "ann:x:4242:bob\n");
  CHECK(keys(made).failed("key-folder"));
}

TEST_CASE("audit, keys: what is no file is unknown, and does not stop it", "[audit]") {
  MadeMachine made;
  CHECK(keys(made).not_applicable("perm-world"));
  made.folder("/home/ann/.docker/key.pem");
  CHECK(keys(made).unknown("perm-world"));
  std::filesystem::remove(made.at("/home/ann/.docker/key.pem"));
  REQUIRE(::mkfifo(made.at("/home/ann/.docker/key.pem").c_str(), 0644) == 0);
  CHECK(keys(made).unknown("perm-world"));
  std::filesystem::remove(made.at("/home/ann/.docker/key.pem"));
  made.link("/home/ann/.docker/key.pem", "key.pem"); // a loop
  CHECK_FALSE(keys(made).failed("perm-world"));
}

TEST_CASE("audit, keys: a command that is told is one word a path", "[audit]") {
  MadeMachine made;
  made.put("/home/ann/.docker/contexts/tls/$(reboot) 'x'/docker/key.pem", "x", 0644);
  CHECK(keys(made)
            .finding("perm-world")
            .remedy.starts_with("chmod 0400 '" + made.at("/home/ann/.docker/contexts").string() +
                                "/tls/$(reboot) '\\''x'\\''/docker/key.pem'"));
}

// --- Keys of authorities

TEST_CASE("audit, perm-ca-key: an authority's key by its contents, wherever Docker reads, and none", "[audit]") {
  MadeAuthority authority;
  for (const char* folder : {"/home/ann/.docker", "/etc/docker", "/etc/docker/tls", "/home/ann/.docker/machine/certs"}) {
    INFO(folder);
    MadeMachine made;
    made.put(std::string(folder) + "/ca.pem", authority.certificate());
    made.put(std::string(folder) + "/key.pem", authority.client("ann").key, 0400);
    CHECK(authorities(made).passed("perm-ca-key"));
    made.put(std::string(folder) + "/anything.txt", authority.key(), 0400);
    const Noted bad = authorities(made);
    CHECK(bad.failed("perm-ca-key"));
    CHECK(bad.finding("perm-ca-key").file == std::string(folder) + "/anything.txt");
    CHECK(bad.finding("perm-ca-key").text.find("of the authority 'test CA', not encrypted") != std::string::npos);
  }
}

TEST_CASE("audit, perm-ca-key: easy-rsa's, dockpki's own, and an encrypted one", "[audit]") {
  MadeAuthority authority;
  {
    MadeMachine made;
    made.put("/etc/docker/pki/ca.crt", authority.certificate()).put("/etc/docker/pki/private/ca.key", authority.key(), 0400);
    CHECK(authorities(made).finding("perm-ca-key").file == "/etc/docker/pki/private/ca.key");
  }
  {
    MadeMachine made; // dockerd reads easy-rsa's own folders
    made.put("/srv/pki/ca.crt", authority.certificate()).put("/srv/pki/private/authority.pem", authority.key(), 0400);
    made.daemon("127.0.0.1").machine.daemons[0].plan.key = "/srv/pki/private/server.key";
    CHECK(authorities(made).finding("perm-ca-key").file == "/srv/pki/private/authority.pem");
  }
  {
    MadeMachine made;
    made.put("/home/ann/.dockpki/authorities/g1/ca.pem", authority.certificate())
        .put("/home/ann/.dockpki/authorities/g1/ca-key.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n", 0400);
    CHECK(authorities(made).passed("perm-ca-key")); // where no dockerd is, it is where it should be
    made.daemon("127.0.0.1");
    CHECK(authorities(made).finding("perm-ca-key").text.find("it is encrypted") != std::string::npos);
    CHECK(authorities(made).finding("perm-ca-key").severity == app::Severity::low);
    made.daemon("10.0.0.5");
    CHECK(authorities(made).finding("perm-ca-key").severity == app::Severity::medium);
  }
}

TEST_CASE("audit, perm-ca-key: it is graver where others reach dockerd", "[audit]") {
  MadeAuthority authority;
  MadeMachine made;
  made.put("/etc/docker/ca.pem", authority.certificate()).put("/etc/docker/ca-key.pem", authority.key(), 0400);
  made.daemon("127.0.0.1");
  CHECK(authorities(made).finding("perm-ca-key").severity == app::Severity::medium);
  made.daemon("10.0.0.5");
  CHECK(authorities(made).finding("perm-ca-key").severity == app::Severity::high);
}

TEST_CASE("audit, perm-ca-key: a file that may not be read is unknown", "[audit]") {
  constexpr uid_t nobody = 65534;
  MadeMachine made;
  made.put("/etc/docker/tls/server-key.pem", "x", 0400);
  ::chmod(made.at("/").c_str(), 0755);
  CHECK(authorities(made).passed("perm-ca-key"));
  const uid_t self = ::geteuid();
  if (self == 0)
    REQUIRE(::seteuid(nobody) == 0);
  else
    made.folder("/etc/docker/tls", 0);
  const Noted noted = authorities(made);
  REQUIRE(::seteuid(self) == 0);
  made.folder("/etc/docker/tls", 0755);
  CHECK(noted.unknown("perm-ca-key"));
  CHECK_FALSE(noted.passed("perm-ca-key"));
}

TEST_CASE("audit, perm-ca-key: hostile files are passed over", "[audit]") {
  MadeMachine made;
  made.put("/etc/docker/a.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
  made.put("/etc/docker/b.pem", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n");
  made.put("/etc/docker/huge", std::string(3U << 20U, 'x')).folder("/etc/docker/ca-key.pem").link("/etc/docker/loop", "loop");
  REQUIRE(::mkfifo(made.at("/etc/docker/fifo").c_str(), 0644) == 0);
  CHECK(authorities(made).passed("perm-ca-key"));
}

// --- Contexts

TEST_CASE("audit, contexts: one that docker gets through with", "[audit]") {
  MadeAuthority authority;
  MadeMachine made;
  CHECK(contexts(made).not_applicable("env-context-parts"));
  put_daemon(made, authority, "docker.test");
  put_context(made, "prod", "tcp://docker.test:2376", authority.certificate(), authority.client("ann"));
  const Noted good = contexts(made);
  INFO(good.text());
  CHECK(good.passed("env-context-parts"));
  CHECK(good.audit().findings.empty());
  REQUIRE(good.audit().expiries.size() == 2);
  CHECK(good.audit().expiries[0].role == "client");
  CHECK(good.audit().expiries[0].subject == "CN=ann");
  CHECK(good.audit().expiries[1].role == "authority");
}

TEST_CASE("audit, contexts: the certificate of this machine's dockerd lacks the host that a context names", "[audit]") {
  MadeAuthority authority;
  MadeMachine made;
  put_daemon(made, authority, "docker.test");
  put_context(made, "prod", "tcp://other.test:2376", authority.certificate(), authority.client("ann"));
  const app::Finding finding = contexts(made).finding("san-wrong-dns");
  CHECK(finding.text.find("ann, context 'prod'") != std::string::npos);
  CHECK(finding.text.find("certificate is valid for docker.test, not other.test") != std::string::npos);
  CHECK(finding.blocks == app::Blocks::client);
  CHECK(finding.file == "/home/ann/.docker/contexts/meta/" + context_id("prod") + "/meta.json");
}

TEST_CASE("audit, contexts: its authority is not the one of this machine's dockerd", "[audit]") {
  MadeAuthority authority;
  MadeAuthority former("former CA");
  MadeMachine made;
  put_daemon(made, authority, "docker.test");
  put_context(made, "stale", "tcp://docker.test:2376", former.certificate(), former.client("ann"));
  const Noted bad = contexts(made);
  INFO(bad.text());
  CHECK(bad.failed("chain-wrong-ca-client"));
}

TEST_CASE("audit, contexts: elsewhere only its own files count", "[audit]") {
  MadeAuthority authority;
  MadeAuthority former("former CA");
  MadeMachine made;
  put_daemon(made, authority, "docker.test");
  for (const char* host : {"tcp://far.test:2376", "tcp://docker.test:2377", "tcp://192.0.2.1:2376"}) {
    put_context(made, "far", host, former.certificate(), former.client("ann"));
    INFO(host << contexts(made).text());
    CHECK(contexts(made).passed("env-context-parts"));
  }
  put_context(made, "far", "tcp://far.test:2376", former.certificate(), {former.client("ann").certificate, authority.key()});
  CHECK(contexts(made).failed("file-key-mismatch"));
}

TEST_CASE("audit, contexts: without TLS, unverified, to 2375, without parts", "[audit]") {
  MadeAuthority authority;
  const auto of = [&](const std::string& host, const std::string& ca, const PemPair& pair, const std::string& more = {}) {
    MadeMachine made;
    put_context(made, "prod", host, ca, pair, more);
    return contexts(made);
  };
  const std::string ca = authority.certificate();
  const PemPair pair = authority.client("ann");
  CHECK(of("tcp://far.test:2376", "", {}).failed("env-context-no-tls"));
  CHECK(of("tcp://far.test:2375", "", {}).failed("client-plain-port"));
  CHECK_FALSE(of("tcp://far.test:2375", "", {}).failed("env-context-no-tls"));
  CHECK(of("tcp://far.test:2376", ca, pair, R"(,"SkipTLSVerify":true)").failed("client-unverified"));
  CHECK(of("tcp://far.test:2376", ca, {}).failed("env-context-parts"));
  CHECK(of("tcp://far.test:2376", ca, pair).passed("env-context-parts"));
  CHECK(of("unix:///run/docker.sock", "", {}).passed("env-context-parts"));
  CHECK(of("ssh://ann@far.test", "", {}).passed("env-context-parts"));
}

TEST_CASE("audit, contexts: what cannot be read is unknown", "[audit]") {
  MadeMachine made;
  made.put("/home/ann/.docker/contexts/meta/ab/meta.json", "{\"Name\":");
  CHECK(contexts(made).unknown("env-context-parts"));
  std::filesystem::remove(made.at("/home/ann/.docker/contexts/meta/ab/meta.json"));
  REQUIRE(::mkfifo(made.at("/home/ann/.docker/contexts/meta/ab/meta.json").c_str(), 0644) == 0);
  CHECK(contexts(made).unknown("env-context-parts"));
}

TEST_CASE("audit, contexts: in an image no link is followed out of it", "[audit]") {
  MadeAuthority authority;
  MadeMachine made;
  put_context(made, "prod", "tcp://far.test:2376", "", authority.client("ann"));
  made.link("/home/ann/.docker/contexts/tls/" + context_id("prod") + "/docker/ca.pem", "/etc/ssl/certs/ca-certificates.crt");
  CHECK(contexts(made).unknown("env-context-parts"));
}

// --- Variables

TEST_CASE("audit, variables: each that does not do what it seems to, and the same done right", "[audit]") {
  struct Case {
    const char* id;
    docker::Environment bad;
    docker::Environment good;
  };
  const std::vector<Case> cases = {
      {"env-verify-0", {{"DOCKER_TLS_VERIFY", "0"}}, {{"DOCKER_TLS_VERIFY", "1"}}},
      {"env-no-verify",
       {{"DOCKER_HOST", "tcp://far.test:2376"}},
       {{"DOCKER_HOST", "tcp://far.test:2376"}, {"DOCKER_TLS_VERIFY", "1"}}},
      {"client-plain-port", {{"DOCKER_HOST", "tcp://far.test:2375"}}, {{"DOCKER_HOST", "unix:///run/docker.sock"}}},
      {"client-unverified",
       {{"DOCKER_HOST", "tcp://far.test:2376"}, {"DOCKER_TLS", "1"}},
       {{"DOCKER_HOST", "tcp://far.test:2376"}, {"DOCKER_TLS_VERIFY", "1"}}},
      {"env-certpath", {{"DOCKER_CERT_PATH", "~/.docker"}}, {{"DOCKER_CERT_PATH", "/home/ann/.docker"}}},
      {"env-certpath", {{"DOCKER_CERT_PATH", "tls"}}, {{"DOCKER_CERT_PATH", ""}}},
      {"env-host-form", {{"DOCKER_HOST", "tcp://a:1,tcp://b:2"}}, {{"DOCKER_HOST", "ssh://far.test"}}},
      {"env-requests-bundle", {{"REQUESTS_CA_BUNDLE", "/etc/ssl/x.pem"}}, {{"REQUESTS_CA_BUNDLE", ""}}},
      {"env-requests-bundle", {{"CURL_CA_BUNDLE", "/etc/ssl/x.pem"}}, {{"SSL_CERT_FILE", "/etc/ssl/x.pem"}}},
  };
  MadeAuthority authority;
  const PemPair pair = authority.client("ann");
  for (const Case& one : cases) {
    MadeMachine made;
    made.put("/home/ann/.docker/ca.pem", authority.certificate())
        .put("/home/ann/.docker/cert.pem", pair.certificate)
        .put("/home/ann/.docker/key.pem", pair.key, 0400);
    made.machine.environment = one.bad;
    INFO(one.id << '\n' << variables(made).text());
    CHECK(variables(made).failed(one.id));
    made.machine.environment = one.good;
    INFO(variables(made).text());
    CHECK_FALSE(variables(made).failed(one.id));
    CHECK(variables(made).audit().findings.empty());
  }
}

TEST_CASE("audit, variables: DOCKER_HOST beats the context in use, and a context in use that is gone", "[audit]") {
  MadeMachine made;
  put_context(made, "prod", "ssh://far.test", "", {});
  made.put("/home/ann/.docker/config.json", R"({"currentContext":"prod"})");
  CHECK(variables(made).audit().findings.empty());
  made.machine.environment = {{"DOCKER_HOST", "unix:///run/docker.sock"}};
  CHECK(variables(made).failed("env-context-override"));
  made.machine.environment = {};
  made.put("/home/ann/.docker/config.json", R"({"currentContext":"gone"})");
  CHECK(variables(made).finding("env-context-missing").file == "/home/ann/.docker/config.json");
}

TEST_CASE("audit, variables: HOME decides where docker looks, as after sudo", "[audit]") {
  MadeMachine made;
  made.put("/home/bob/.docker/config.json", R"({"currentContext":"gone"})");
  made.machine.environment = {{"HOME", "/home/ann"}};
  CHECK(variables(made).audit().findings.empty());
  made.machine.environment = {{"HOME", "/home/bob"}};
  CHECK(variables(made).finding("env-context-missing").file == "/home/bob/.docker/config.json");
}

TEST_CASE("audit, variables: those that a login sets, by file", "[audit]") {
  for (const auto& [file, line] :
       std::vector<std::pair<std::string, std::string>>{{"/etc/environment", "DOCKER_TLS_VERIFY=0"},
                                                        {"/etc/profile.d/docker.sh", "export DOCKER_TLS_VERIFY=0"},
                                                        {"/home/ann/.profile", "  export DOCKER_TLS_VERIFY='0' # off"},
                                                        {"/home/ann/.bashrc", "export DOCKER_TLS_VERIFY=\"0\""},
                                                        {"/home/ann/.config/environment.d/docker.conf", "DOCKER_TLS_VERIFY=0"}}) {
    INFO(file);
    MadeMachine made;
    made.put(file, "# variables\n" + line + "\n");
    CHECK(variables(made).finding("env-verify-0").file == file);
    made.put(file, "# " + line + "\nDOCKER_TLS=\n");
    CHECK(variables(made).audit().findings.empty());
  }
}

TEST_CASE("audit, variables: a file that everybody reads is told of once", "[audit]") {
  MadeMachine made;
  made.put("/etc/environment", "REQUESTS_CA_BUNDLE=/etc/ssl/x.pem\n");
  made.machine.users.push_back({.name = "bob", .uid = 4242, .gid = 4242, .home = "/home/bob"});
  const Noted bad = variables(made);
  CHECK(std::ranges::count(bad.audit().findings, "env-requests-bundle", &app::Finding::id) == 1);
}

TEST_CASE("audit, variables: assignments as a shell, pam_env and systemd read them", "[audit]") {
  using app::VariableSyntax;
  using Map = std::map<std::string, std::string>;
  const auto shell = [](const std::string& text) { return app::assignments_in(text, VariableSyntax::shell, "/home/ann"); };
  CHECK(shell("export A=b\n export\tB='c d' # e\nC=d\nexport D=\"$HOME/x\"; true\nexport E=~/y") ==
        Map{{"A", "b"}, {"B", "c d"}, {"D", "/home/ann/x"}, {"E", "/home/ann/y"}});
  CHECK(shell("export A='~/x'\nexport B=\"~/x\"\nexport C='$HOME'") == Map{{"A", "~/x"}, {"B", "~/x"}, {"C", "$HOME"}});
  CHECK(shell("export A=$(date)\nexport B=$OTHER\nexport C=`x`\nexport D='x\nexport E=a'b'\nexport F") == Map{{"E", "a'b'"}});
  CHECK(app::assignments_in("A=~/x\nexport B=\"c\"\n#C=d\n", VariableSyntax::pam, "/h") == Map{{"A", "~/x"}, {"B", "c"}});
  CHECK(app::assignments_in("A=${HOME}/x\nB=$OTHER\n", VariableSyntax::systemd, "/h") == Map{{"A", "/h/x"}});
}

TEST_CASE("audit, variables: a file that is no file is unknown", "[audit]") {
  MadeMachine made;
  made.folder("/home/ann/.bashrc");
  CHECK(variables(made).unknown("env-host-form"));
}

TEST_CASE("audit, clients: a home that is closed is unknown", "[audit]") {
  constexpr uid_t nobody = 65534;
  MadeMachine made;
  made.put("/home/ann/.docker/key.pem", "x", 0644);
  CHECK(note(made, app::audit_clients).failed("perm-world"));
  const uid_t self = ::geteuid();
  if (self == 0)
    REQUIRE(::seteuid(nobody) == 0);
  else
    made.folder("/home/ann/.docker", 0);
  const Noted noted = note(made, app::audit_clients);
  REQUIRE(::seteuid(self) == 0);
  made.folder("/home/ann/.docker", 0700);
  for (const char* id : {"perm-world", "perm-ca-key", "env-context-parts", "env-host-form", "registry-pair"})
    CHECK(noted.unknown(id));
  CHECK_FALSE(noted.failed("perm-world"));
}

// --- Registries

TEST_CASE("audit, registries: half a pair, a client's certificate as an authority, and the same done right", "[audit]") {
  MadeAuthority authority;
  const PemPair pair = authority.client("ann");
  for (const char* certs_d : {"/etc/docker/certs.d", "/home/ann/.docker/certs.d", "/home/ann/.config/docker/certs.d"}) {
    const std::string folder = std::string(certs_d) + "/r.test:5000/";
    MadeMachine made;
    CHECK(registries(made).not_applicable("registry-pair"));
    made.put(folder + "client.cert", pair.certificate);
    CHECK(registries(made).finding("registry-pair").file == folder + "client.cert");
    made.put(folder + "client.key", pair.key, 0400).put(folder + "ca.crt", authority.certificate());
    INFO(registries(made).text());
    CHECK(registries(made).passed("registry-pair"));
    CHECK(registries(made).passed("registry-crt"));
    REQUIRE(registries(made).audit().expiries.size() == 2);
    CHECK(registries(made).audit().expiries[0].role == "registry");
    std::filesystem::remove(made.at(folder + "client.cert"));
    CHECK(registries(made).finding("registry-pair").file == folder + "client.key");
    made.put(folder + "client.crt", pair.certificate);
    CHECK(registries(made).finding("registry-crt").file == folder + "client.crt");
  }
}

TEST_CASE("audit, perm-certsd: dockerd's own files there, and elsewhere", "[audit]") {
  MadeMachine made;
  made.daemon("127.0.0.1");
  CHECK(registries(made).passed("perm-certsd"));
  made.machine.daemons[0].plan.key = "/etc/docker/certs.d/server-key.pem";
  CHECK(registries(made).failed("perm-certsd"));
}

TEST_CASE("audit, registries: a registry's own certificate may be pinned, and what is no file is unknown", "[audit]") {
  MadeAuthority authority;
  MadeMachine made;
  made.put("/etc/docker/certs.d/r.test/r.crt", authority.server("r.test").certificate);
  CHECK(registries(made).passed("registry-crt"));
  made.folder("/etc/docker/certs.d/r.test/ca.crt");
  CHECK(registries(made).unknown("registry-crt"));
}
