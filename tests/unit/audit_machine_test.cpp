// Which daemons there are, what their files come to, and what may be put right.
#include <sys/sysmacros.h>

#include "support/audited_root.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/message.hpp"

#include <dockpki/docker/daemons.hpp>
#include <dockpki/files/below.hpp>
#include <dockpki/files/standing.hpp>

using namespace dockpki;
using app::CheckResult;
using test::AuditedRoot;
using test::message_of;
using test::put;
using test::TemporaryFolder;

namespace {

const std::string unit = "usr/lib/systemd/system/docker.service";
const std::string key = "etc/docker/tls/server-key.pem";

std::string ids(const app::Audit& audit) {
  std::string all;
  for (const app::Finding& finding : audit.findings)
    all += finding.id + ' ';
  return all;
}

/// A process in a made-up /proc.
void put_process(const std::filesystem::path& proc, const std::string& id, const std::string& command, const std::string& group,
                 const std::filesystem::path& root) {
  const std::filesystem::path folder = proc / id;
  std::filesystem::create_directories(folder);
  put(folder / "cmdline", command);
  put(folder / "status", "Name:\tdockerd\nUid:\t1000\t1001\t1000\t1000\nGid:\t0\n");
  put(folder / "cgroup", group);
  put(folder / "environ", std::string("A=b\0HOME=/root\0", 15));
  std::string stat = id + " (docker) d) S";
  for (int field = 4; field <= 21; ++field)
    stat += " 0";
  put(folder / "stat", stat + " " + std::to_string(100 * ::sysconf(_SC_CLK_TCK)) + " 0 0\n");
  std::filesystem::create_symlink(root, folder / "root");
  std::filesystem::create_symlink("/srv", folder / "cwd");
  std::filesystem::create_symlink("/usr/bin/dockerd (deleted)", folder / "exe");
}

} // namespace

TEST_CASE("way_below: links stay within the root", "[files]") {
  const TemporaryFolder root;
  std::filesystem::create_directories(root / "a/b");
  std::filesystem::create_directories(root / "c");
  std::filesystem::create_symlink("/c", root / "a/b/up");
  std::filesystem::create_symlink("../../../../../../etc", root / "a/out");
  std::filesystem::create_symlink("loop", root / "loop");
  const files::Way way = files::way_below(root.path(), "/a/b/up/file");
  CHECK(way.target == root / "c/file");
  CHECK(way.folders == std::vector<files::Path>{root.path(), root / "a", root / "a/b", root / "c"});
  CHECK(files::way_below(root.path(), "/a/out/passwd").target == root / "etc/passwd");
  CHECK(files::way_below(root.path(), "../../x/./y").target == root / "x/y");
  CHECK(files::way_below(root.path(), "/loop/x").target == root / "loop/x");
  CHECK(files::way_below("/", "/proc/self/nothing").target.filename() == "nothing");
}

TEST_CASE("daemon_processes: whatever the pid file, and in a container", "[docker]") {
  const TemporaryFolder folder;
  const std::filesystem::path proc = folder / "proc";
  std::filesystem::create_directories(folder / "container");
  std::filesystem::create_directories(proc);
  put(proc / "stat", "cpu 1 2\nbtime 1700000000\nprocesses 3\n");
  put_process(proc, "70", std::string("/usr/bin/dockerd\0-H\0fd://\0\0", 27), "0::/system.slice/docker.service\n", "/");
  put_process(proc, "80", std::string("dockerd\0", 8), "1:name=systemd:/user@1000.service/a.scope\n", folder / "container");
  put_process(proc, "90", std::string("/usr/bin/docker-proxy\0dockerd\0", 30), "", "/");
  put_process(proc, "95", "", "", "/"); // a thread of the kernel
  const auto found = docker::daemon_processes(proc);
  REQUIRE(found.size() == 2);
  CHECK(found[0].id == 70);
  CHECK(found[0].command == std::vector<std::string>{"/usr/bin/dockerd", "-H", "fd://", ""});
  CHECK(found[0].environment == docker::Environment{{"A", "b"}, {"HOME", "/root"}});
  CHECK(found[0].user == 1001);
  CHECK(found[0].service == "docker.service");
  CHECK(found[0].folder == "/srv");
  CHECK(found[0].root == "/");
  CHECK(found[0].is_outdated);
  CHECK(format_rfc3339(found[0].started) == "2023-11-14T22:15:00Z");
  CHECK(found[1].service == "user@1000.service");
  CHECK(found[1].root == proc / "80/root");
  CHECK(docker::daemon_processes(folder / "none").empty());
}

TEST_CASE("program_version: a file that is no dockerd tells nothing", "[docker]") {
  const TemporaryFolder folder;
  put(folder / "text", "dockerversion.Version=1.2.3\n");
  std::string header(64, '\xff');
  header.replace(0, 6,
                 std::string("\x7f"
                             "ELF\2\1",
                             6));
  put(folder / "hostile", header);
  CHECK(docker::program_version(folder / "text").empty());
  CHECK(docker::program_version(folder / "hostile").empty());
  CHECK(docker::program_version(folder.path()).empty());
  CHECK(docker::program_version("/bin/sh").empty());
}

TEST_CASE("audit: a machine as it should be", "[audit]") {
  if (::geteuid() != 0)
    return;
  const AuditedRoot root;
  const app::Audit audit = root.audit();
  CHECK(ids(audit).empty());
  REQUIRE(audit.daemons.size() == 1);
  const app::AuditedDaemon& daemon = audit.daemons.front();
  CHECK(daemon.origin == "docker.service");
  CHECK(daemon.endpoint == app::EndpointKind::mtls);
  CHECK(daemon.plan.ca == "/etc/docker/tls/ca.pem");
  CHECK(audit.host.empty());
  CHECK(audit.fixes.empty());
  REQUIRE(audit.expiries.size() == 2);
  CHECK(audit.expiries.front().role == "server");
  CHECK(audit.expiries.front().subject == "CN=docker.example.com");
  CHECK(audit.expiries.back().role == "authority");
}

TEST_CASE("audit: the unit and its variables", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.write("etc/systemd/system/docker.service.d/tls.conf",
             "[Service]\nEnvironment=DOCKER_TLS_VERIFY=1 DOCKER_HOST=tcp://x:2376\n");
  CHECK(test::findings(root.audit(), "unit-variable").front().text.ends_with("DOCKER_TLS_VERIFY=1, DOCKER_HOST=tcp://x:2376"));
  root.write(unit, "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n");
  const app::Audit conflict = root.audit();
  CHECK(test::findings(conflict, "cfg-hosts-conflict").front().blocks == app::Blocks::daemon);
  CHECK(conflict.daemons.front().refusal.starts_with("unable to configure the Docker daemon with file /etc/docker/daemon.json"));
  // Nothing follows from it; its files lie there all the same.
  for (const char* id : {"cis-daemon-tls", "cis-authorization", "cis-live-restore"})
    CHECK(test::checks(conflict, id, CheckResult::unknown).size() == 1);
  root.mode("etc/docker/tls/server-key.pem", 0644);
  CHECK(test::findings(root.audit(), "cis-server-key-mode").size() == 1);
  root.write(unit, "[Service]\nExecStart=/usr/bin/wrapper\n");
  CHECK(test::findings(root.audit(), "unit-not-understood").front().text.ends_with("it starts /usr/bin/wrapper, not dockerd"));
  root.write(unit, "[Service]\nEnvironmentFile=/etc/none\nExecStart=/usr/bin/dockerd\n");
  CHECK(test::findings(root.audit(), "unit-not-understood").size() == 1);
  root.link("etc/systemd/system/docker.service", "/dev/null");
  CHECK(root.audit().daemons.empty());
}

TEST_CASE("audit: an init script", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.remove(unit).write("etc/init.d/docker", "#!/bin/sh\n").write("etc/docker/daemon.json", "{}");
  root.write("etc/default/docker", "DOCKER_OPTS=\"-H tcp://0.0.0.0:2375\"\n");
  const app::Audit audit = root.audit();
  REQUIRE(audit.daemons.size() == 1);
  CHECK(audit.daemons.front().endpoint == app::EndpointKind::plain);
  CHECK(test::findings(audit, "lst-plain").size() == 1);
}

TEST_CASE("audit: a rootless daemon's files are its user's", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.write("home/alice/.config/systemd/user/docker.service", "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh\n");
  root.write("home/alice/.config/docker/daemon.json", "{\"live-restore\": true, \"authorization-plugins\": [\"opa\"]}");
  for (const char* name :
       {"home/alice/.config", "home/alice/.config/systemd", "home/alice/.config/systemd/user",
        "home/alice/.config/systemd/user/docker.service", "home/alice/.config/docker", "home/alice/.config/docker/daemon.json"})
    root.own(name, AuditedRoot::alice, AuditedRoot::alice);
  const app::Audit audit = root.audit();
  CHECK(ids(audit).empty());
  REQUIRE(audit.daemons.size() == 2);
  CHECK(audit.daemons.back().origin == "docker.service of alice");
  CHECK(audit.daemons.back().config_file == "/home/alice/.config/docker/daemon.json");
  CHECK(audit.daemons.back().plan.listeners.front().address == "/run/user/1000/docker.sock");
  root.own("home/alice/.config/docker/daemon.json", 1, 1);
  CHECK(test::findings(root.audit(), "cis-daemon-json-owner").size() == 1);
}

TEST_CASE("audit: what a user's dockerd names is not given to him", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.write("etc/cron", "secret", 0644).folder("home/bob").mode("home/bob", 0700);
  root.write(
      "home/alice/.config/systemd/user/docker.service",
      "[Service]\nExecStart=/usr/bin/dockerd --tlsverify --tlscacert=/etc/passwd --tlscert=/home/bob --tlskey=/etc/cron -H "
      "tcp://0.0.0.0:2376\n");
  const app::Audit audit = root.audit();
  for (const app::Fix& fix : audit.fixes)
    CHECK(fix.file.string().starts_with((root / "home/alice").string()));
}

TEST_CASE("audit: what is neither file, socket nor folder is not touched", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.link("etc/default/docker", "/dev/null").folder("dev");
  REQUIRE(::mknod((root / "dev/null").c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0);
  ::chmod((root / "dev/null").c_str(), 0666);
  const app::Audit audit = root.audit();
  CHECK(audit.fixes.empty());
  CHECK(test::checks(audit, "cis-default-mode", CheckResult::unknown).size() == 1);
  const files::Path device = root / "dev/null";
  CHECK(message_of([&] { files::change_standing(device, *files::standing_of(device), {.permissions = 0400}); }) ==
        "failed to change '" + device.string() + "': it is neither file, socket nor folder");
}

TEST_CASE("audit: a command line is shown without its secrets", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.write(unit, "[Service]\nExecStart=/usr/bin/dockerd --log-opt splunk-token=s1 --log-opt=a=s2 --http-proxy "
                   "http://u:s3@proxy:3128 -H fd://\n");
  CHECK(root.audit().daemons.front().command ==
        "/usr/bin/dockerd --log-opt splunk-token=*** --log-opt=a=*** --http-proxy http://***@proxy:3128 -H fd://");
}

TEST_CASE("audit: a flag's plugin, and gRPC past it", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.write("etc/docker/daemon.json", "{\"hosts\": [\"fd://\"]}");
  root.write(unit, "[Service]\nExecStart=/usr/bin/dockerd --authorization-plugin=opa\n");
  root.write("usr/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/run/docker.sock\nListenStream=10.0.0.5:2376\n");
  const app::Audit audit = root.audit();
  CHECK(test::findings(audit, "authorization-by-flag").size() == 1);
  CHECK(test::findings(audit, "authorization-grpc").size() == 1);
  CHECK(test::checks(AuditedRoot().audit(), "authorization-by-flag", CheckResult::passed).size() == 1);
  CHECK(test::checks(AuditedRoot().audit(), "authorization-grpc", CheckResult::passed).size() == 1);
}

TEST_CASE("audit: certificates that end", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.issue("etc/docker/tls", std::chrono::hours(24 * 20));
  CHECK(test::findings(root.audit(), "time-soon").front().subject == "CN=docker.example.com");
  const app::Audit later = app::audit({.root = root.path()}, {}, AuditedRoot::now + std::chrono::hours(24 * 21));
  CHECK(test::findings(later, "time-server-expired").size() == 1);
  CHECK(test::findings(later, "time-soon").empty());
}

TEST_CASE("audit: folders on the way", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  CHECK(test::findings(root.audit(), "parent-writable").empty());
  SECTION("others may write") {
    root.mode("etc/docker/tls", 0757);
    const auto found = test::findings(root.audit(), "parent-writable");
    REQUIRE(found.size() == 1);
    CHECK(found.front().file == "/etc/docker/tls");
  }
  SECTION("a group may write") {
    root.own("etc/docker/tls", 0, AuditedRoot::docker_group).mode("etc/docker/tls", 0775);
    CHECK(test::findings(root.audit(), "parent-writable").size() == 1);
  }
  SECTION("by way of a link, in the folder of a user") {
    std::filesystem::rename(root / "etc/docker/tls", root / "home/alice/tls");
    root.link("etc/docker/tls", "/home/alice/tls");
    const auto found = test::findings(root.audit(), "parent-writable");
    REQUIRE(found.size() == 1);
    CHECK(found.front().file == "/home/alice");
  }
  SECTION("everybody may, but nobody takes another's away") {
    root.mode("etc/docker/tls", 01777);
    CHECK(test::findings(root.audit(), "parent-writable").empty());
  }
}

TEST_CASE("audit: fixes are done once, without following a link", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  root.mode(key, 0644).own(key, AuditedRoot::alice, 0).mode("etc/docker", 0777).mode("run/docker.sock", 0666);
  const app::Audit before = root.audit();
  CHECK(before.fixes.size() == 3);
  SECTION("all of them") {
    for (const app::AppliedFix& one : app::apply(before.fixes))
      CHECK(one.failure.empty());
    CHECK(test::mode_of(root / key) == 0400);
    CHECK(ids(root.audit()).empty());
  }
  SECTION("the file was changed meanwhile") {
    root.mode(key, 0640);
    std::string failures;
    for (const app::AppliedFix& one : app::apply(before.fixes))
      failures += one.failure;
    CHECK(failures == "failed to change '" + (root / key).string() + "': it is no longer what was looked at");
    CHECK(test::mode_of(root / key) == 0640);
  }
  SECTION("a link was put there meanwhile") {
    root.write("etc/shadow", "secret", 0640).link(key, "/etc/shadow");
    for (const app::AppliedFix& one : app::apply(before.fixes))
      CHECK(one.failure.empty() == (one.fix.file != root / key));
    CHECK(test::mode_of(root / "etc/shadow") == 0640);
  }
  SECTION("it has another name, too") {
    std::filesystem::create_hard_link(root / key, root / "etc/other");
    app::apply(before.fixes);
    CHECK(test::mode_of(root / key) == 0644);
  }
  SECTION("others may write to its folder") {
    root.mode("etc/docker/tls", 0777);
    app::apply(before.fixes);
    CHECK(test::mode_of(root / key) == 0644);
  }
}

TEST_CASE("audit: what only root may read is unknown, and blocks nothing", "[audit]") {
  if (::geteuid() != 0)
    return;
  AuditedRoot root;
  const auto seen_by_nobody = [&] {
    return test::as_nobody([&] {
      const app::Audit audit = root.audit();
      const app::AuditedDaemon& daemon = audit.daemons.front();
      return daemon.unread + '|' + daemon.refusal + '|' + ids(audit) + '|' +
             std::to_string(test::checks(audit, "cis-daemon-tls", CheckResult::unknown).size());
    });
  };
  CHECK(seen_by_nobody() ==
        "invalid TLS configuration: Error reading X509 key pair (cert: \"/etc/docker/tls/server-cert.pem\", key: "
        "\"/etc/docker/tls/server-key.pem\"): open /etc/docker/tls/server-key.pem: permission denied. Make "
        "sure the key is not encrypted.|||1");
  root.mode("etc/docker/daemon.json", 0600);
  CHECK(seen_by_nobody() == "open /etc/docker/daemon.json: permission denied|||1");
}

TEST_CASE("audit: no such root", "[audit]") {
  CHECK(message_of([] { app::audit({.root = "/nonexistent"}, {}, AuditedRoot::now); }) ==
        "failed to audit '/nonexistent': there is no such folder");
}
