// What an audit sees of the host: for every check a machine that fails it, and one that does not.
#include "support/audit_machine.hpp"
#include "support/catch.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "app/audit_host.hpp"
#include "app/bounded_child.hpp"
#include "app/sshd_config.hpp"

using namespace dockpki;
using namespace std::chrono_literals;
using test::MadeMachine;
using test::Noted;

namespace {

template <class Part, class... More>
Noted note(const MadeMachine& made, Part part, const More&... more) {
  app::AuditNotes notes;
  part(made.machine, more..., notes);
  return Noted(std::move(notes));
}

Noted group(const MadeMachine& made) {
  return note(made, app::audit_docker_group);
}
Noted sshd(const MadeMachine& made) {
  return note(made, app::audit_sshd);
}
Noted ports(const MadeMachine& made) {
  return note(made, app::audit_ports, app::KernelFolders{.processes = made.at("/proc"), .devices = made.at("/sys/dev/block")});
}
Noted disk(const MadeMachine& made) {
  return note(made, app::audit_disk, app::KernelFolders{.processes = made.at("/proc"), .devices = made.at("/sys/dev/block")});
}

MadeMachine& put_sshd(MadeMachine& made, const std::string& config) {
  return made.put("/usr/sbin/sshd", "", 0755).put("/etc/ssh/sshd_config", config);
}

constexpr const char* head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

/// A line of /proc/net/tcp; `state` 0A listens.
std::string row(const std::string& local, const std::string& inode, const std::string& state = "0A") {
  return "   0: " + local + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000     0        0 " + inode +
         " 1 0000000000000000 100 0 0 10 0\n";
}

/// A dockerd, process 4711, that holds the socket 5001; `tcp` and `tcp6` are what the network's tables hold.
void put_network(MadeMachine& made, const std::string& tcp, const std::string& tcp6) {
  made.daemon("0.0.0.0", true);
  made.link("/proc/4711/fd/3", "socket:[5001]").link("/proc/4711/fd/4", "/dev/null");
  for (const char* process : {"/proc", "/proc/4711"})
    made.put(std::string(process) + "/net/tcp", head + tcp).put(std::string(process) + "/net/tcp6", head + tcp6);
}

/// The number of the device that the machine's folder lies on.
std::string device_number(const MadeMachine& made) {
  struct stat status {};
  REQUIRE(::stat(made.at("/etc").c_str(), &status) == 0);
  return std::to_string(major(status.st_dev)) + ':' + std::to_string(minor(status.st_dev));
}

} // namespace

TEST_CASE("audit, host-docker-group: members, by either file, and none", "[audit]") {
  MadeMachine made;
  CHECK(group(made).not_applicable("host-docker-group"));
  made.put("/etc/group", "root:x:0:\ndocker:x:999:\n");
  CHECK(group(made).passed("host-docker-group"));
  made.put("/etc/group", "docker:x:999:ann,root\n");
  const Noted bad = group(made);
  CHECK(bad.finding("host-docker-group").text.find("group docker: ann; ") != std::string::npos);
  made.put("/etc/group", "docker:x:999:\n").put("/etc/passwd", "ci:x:1001:999::/home/ci:/bin/sh\n");
  CHECK(group(made).finding("host-docker-group").text.find("group docker: ci; ") != std::string::npos);
}

TEST_CASE("audit, host-docker-group: the group that dockerd was told, and a file that is none", "[audit]") {
  MadeMachine made;
  made.daemon("127.0.0.1").put("/etc/group", "docker:x:999:\nops:x:1000:bob\n");
  CHECK(group(made).passed("host-docker-group"));
  made.machine.daemons[0].plan.group = "ops";
  CHECK(group(made).failed("host-docker-group"));
  std::filesystem::remove(made.at("/etc/group"));
  made.folder("/etc/group");
  CHECK(group(made).unknown("host-docker-group"));
}

TEST_CASE("audit, host-sshd-password and host-sshd-root: by the files of an image", "[audit]") {
  MadeMachine made;
  CHECK(sshd(made).not_applicable("host-sshd-password"));
  CHECK(sshd(made).not_applicable("host-sshd-root"));
  struct Case {
    const char* config;
    bool password_fails;
    bool root_fails;
  };
  for (const Case& one :
       {Case{"", true, false}, // sshd's own defaults
        Case{"PasswordAuthentication no\n", false, false},
        Case{"passwordauthentication=No\nPERMITROOTLOGIN \"yes\"\n", false, true},
        Case{"PasswordAuthentication no\nPasswordAuthentication yes\n", false, false},
        Case{"#PasswordAuthentication no\n", true, false}, Case{"Match User x\nPasswordAuthentication no\n", true, false},
        Case{"PermitRootLogin without-password\nPasswordAuthentication no\n", false, false},
        Case{"PasswordAuthentication no\nUsePAM yes\n", true, false},
        Case{"PasswordAuthentication no\nUsePAM yes\nKbdInteractiveAuthentication no\n", false, false},
        Case{"PasswordAuthentication no\nUsePAM yes\nChallengeResponseAuthentication no\n", false, false},
        Case{"AuthenticationMethods publickey,password publickey\n", false, false},
        Case{"AuthenticationMethods publickey password\n", true, false},
        Case{"Include sshd_config.d/*.conf\nPasswordAuthentication yes\n", false, true}}) {
    INFO(one.config);
    put_sshd(made, one.config)
        .put("/etc/ssh/sshd_config.d/10.conf", "PasswordAuthentication no\nPermitRootLogin yes\nMatch User x\n");
    CHECK(sshd(made).failed("host-sshd-password") == one.password_fails);
    CHECK(sshd(made).failed("host-sshd-root") == one.root_fails);
    CHECK(sshd(made).passed("host-sshd-password") != one.password_fails);
    CHECK(sshd(made).passed("host-sshd-root") != one.root_fails);
  }
}

TEST_CASE("audit, host-sshd-root: with passwords it is graver", "[audit]") {
  MadeMachine made;
  CHECK(sshd(put_sshd(made, "PermitRootLogin yes\n")).finding("host-sshd-root").severity == app::Severity::high);
  CHECK(sshd(put_sshd(made, "PermitRootLogin yes\nPasswordAuthentication no\n")).finding("host-sshd-root").severity ==
        app::Severity::medium);
}

TEST_CASE("audit, sshd: files that include themselves, and what is no file", "[audit]") {
  MadeMachine made;
  put_sshd(made, "Include /etc/ssh/sshd_config\nPasswordAuthentication no\n");
  CHECK(sshd(made).passed("host-sshd-password"));
  for (const char* name : {"1", "2", "3", "4", "5", "6"})
    made.put(std::string("/etc/ssh/sshd_config.d/") + name + ".conf", "Include /etc/ssh/sshd_config.d/*.conf\n");
  put_sshd(made, "Include /etc/ssh/sshd_config.d/*.conf\n");
  CHECK(sshd(made).unknown("host-sshd-password")); // and that in no time
  std::filesystem::remove(made.at("/etc/ssh/sshd_config"));
  made.folder("/etc/ssh/sshd_config");
  CHECK(sshd(made).unknown("host-sshd-password"));
}

TEST_CASE("audit, sshd: what sshd -T prints", "[audit]") {
  const app::SshdSettings settings = app::parse_sshd_output("port 22\npermitrootlogin without-password\nbanner none\n");
  CHECK(settings.values.at("permitrootlogin") == "without-password");
  CHECK(settings.source == "sshd -T");
}

TEST_CASE("audit, host-port-open: every address, a public one, a private one, loopback", "[audit]") {
  struct Case {
    const char* tcp;
    const char* tcp6;
    const char* address; ///< "": it passes
  };
  for (const Case& one :
       {Case{"00000000:0948", "", "0.0.0.0:2376"}, Case{"", "00000000000000000000000000000000:0948", "[::]:2376"},
        Case{"08080808:0948", "", "8.8.8.8:2376"}, Case{"0100007F:0948", "", ""}, Case{"0500000A:0948", "", ""},
        Case{"0101A8C0:0948", "", ""}, Case{"010110AC:0948", "", ""}, Case{"010120AC:0948", "", "172.32.1.1:2376"},
        Case{"", "00000000000000000000000001000000:0948", ""}, Case{"", "0000000000000000FFFF00000500000A:0948", ""},
        Case{"", "B80D0120000000000000000001000000:0948", "[2001:db8::1]:2376"},
        Case{"", "000000FD000000000000000001000000:0948", ""}}) {
    INFO(one.tcp << ' ' << one.tcp6);
    const std::string tcp = *one.tcp == '\0' ? "" : row(one.tcp, "5001");
    const std::string tcp6 = *one.tcp6 == '\0' ? "" : row(one.tcp6, "5001");
    MadeMachine made;
    put_network(made, tcp, tcp6);
    const Noted noted = ports(made);
    INFO(noted.text());
    if (*one.address == '\0')
      CHECK(noted.passed("host-port-open"));
    else
      CHECK(noted.finding("host-port-open").text.find(std::string("process 4711: ") + one.address) != std::string::npos);
  }
}

TEST_CASE("audit, host-port-open: another's socket, one that does not listen, and none", "[audit]") {
  {
    MadeMachine made;
    put_network(made, row("00000000:0016", "6001") + row("00000000:0948", "5001", "01") + "rubbish\n", "");
    CHECK(ports(made).passed("host-port-open"));
  }
  {
    MadeMachine made; // in a container
    put_network(made, row("00000000:0948", "5001"), "");
    made.link("/proc/self/ns/net", "net:[1]").link("/proc/4711/ns/net", "net:[2]");
    CHECK(ports(made).not_applicable("host-port-open"));
    std::filesystem::remove(made.at("/proc/4711/ns/net"));
    made.link("/proc/4711/ns/net", "net:[1]");
    CHECK(ports(made).failed("host-port-open"));
  }
  MadeMachine made;
  made.put("/proc/net/tcp", head);
  CHECK(ports(made).not_applicable("host-port-open"));
  made.daemon("0.0.0.0", true); // whose folder in /proc is not there, or closed
  CHECK(ports(made).unknown("host-port-open"));
}

TEST_CASE("audit, host-port-2375: something else than dockerd listens there, dockerd itself, and nothing", "[audit]") {
  {
    MadeMachine made;
    put_network(made, row("0100007F:0947", "6001"), "");
    CHECK(ports(made).finding("host-port-2375").text.find("127.0.0.1:2375") != std::string::npos);
  }
  {
    MadeMachine made;
    put_network(made, row("0100007F:0947", "5001"), ""); // said as lst-plain
    CHECK(ports(made).passed("host-port-2375"));
  }
  MadeMachine made;
  CHECK(ports(made).unknown("host-port-2375")); // no /proc at all
}

TEST_CASE("audit, host-data-plain: a plain disk, dm-crypt, and LVM on it", "[audit]") {
  MadeMachine made;
  CHECK(disk(made).not_applicable("host-data-plain"));
  made.daemon("127.0.0.1").folder("/var/lib/docker");
  CHECK(disk(made).unknown("host-data-plain")); // a file system without a device
  const std::string device = "/sys/dev/block/" + device_number(made);
  made.put(device + "/dev", "8:1\n");
  CHECK(disk(made).failed("host-data-plain"));
  CHECK(disk(made).finding("host-data-plain").severity == app::Severity::info);
  made.put(device + "/dm/uuid", "LVM-abc\n").put(device + "/slaves/dm-0/dm/uuid", "CRYPT-LUKS2-abc\n");
  CHECK(disk(made).passed("host-data-plain"));
  made.put(device + "/slaves/sdb1/dev", "8:17\n"); // half of it
  CHECK(disk(made).failed("host-data-plain"));
  made.put(device + "/dm/uuid", "CRYPT-LUKS2-def\n");
  CHECK(disk(made).passed("host-data-plain"));
}

TEST_CASE("audit, host-data-plain: a loop device, and a circle of devices, end as unknown", "[audit]") {
  MadeMachine made;
  made.daemon("127.0.0.1").folder("/var/lib/docker");
  const std::string device = "/sys/dev/block/" + device_number(made);
  made.put(device + "/loop/backing_file", "/disk.img\n");
  CHECK(disk(made).unknown("host-data-plain"));
  std::filesystem::remove_all(made.at(device + "/loop"));
  made.link(device + "/slaves/dm-0", "..");
  CHECK(disk(made).unknown("host-data-plain"));
}

TEST_CASE("audit, host-data-plain: the data root that dockerd was told", "[audit]") {
  MadeMachine made;
  made.daemon("127.0.0.1");
  made.machine.daemons[0].plan.data_root = "/data/docker";
  made.put("/sys/dev/block/" + device_number(made) + "/dev", "8:1\n");
  CHECK(disk(made).finding("host-data-plain").file == "/data/docker"); // not there yet: where it will be
}

TEST_CASE("BoundedChild: its output, its end, and what it does not get", "[audit]") {
  ::setenv("DOCKPKI_TEST_SECRET", "secret", 1);
  const auto run = [](const std::string& script, std::chrono::milliseconds patience = 5s) {
    return app::BoundedChild({"/bin/sh", "-c", script}).finish(patience);
  };
  const auto output = run("echo one; echo two >&2; exit 3");
  REQUIRE(output);
  CHECK(output->text == "one\ntwo\n");
  CHECK(output->exit_code == 3);
  CHECK(run("echo \"$DOCKPKI_TEST_SECRET$HOME$LC_ALL\"")->text == "C\n");
  CHECK(run("ls /proc/self/fd | wc -l")->text == "4\n"); // three, and that of the folder
  CHECK(run("cat")->text.empty());
  CHECK_FALSE(run("sleep 60", 50ms));
  CHECK_FALSE(run("exec >&- 2>&-; sleep 60", 50ms));
  CHECK_FALSE(run("yes"));
  CHECK_FALSE(run("kill -9 $$"));
  CHECK_FALSE(app::BoundedChild({"/no/such/program"}).finish(1s));
}
