// What a dockerd was started with, and what it says of itself.
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <dockpki/docker/daemon.hpp>
#include <dockpki/net/daemon.hpp>

using namespace dockpki;
using test::message_of;
using test::put;
using test::TemporaryFolder;

namespace {

/// A machine on which process 42 is what `command` says, its words parted by blanks, and daemon.json holds `json`.
struct Machine {
  explicit Machine(std::string command, const std::string& json = "{}") {
    put(folder / "daemon.json", json);
    command += " --config-file " + (folder / "daemon.json").string() + ' ';
    for (char& c : command)
      c = c == ' ' ? '\0' : c;
    put(folder / "docker.pid", "42\n");
    std::filesystem::create_directory(folder / "42");
    put(folder / "42/cmdline", command);
  }
  [[nodiscard]] std::optional<docker::RunningDaemon> daemon() const {
    return docker::running_daemon(folder / "docker.pid", folder.path());
  }
  [[nodiscard]] std::string endpoint() const { return daemon()->endpoint.value_or("none"); }
  [[nodiscard]] std::string certificate() const { return daemon()->certificate.value_or("unknown").string(); }
  TemporaryFolder folder;
};

} // namespace

TEST_CASE("running_daemon: where it can be dialled", "[docker]") {
  CHECK(Machine("/usr/sbin/dockerd -H fd:// -H tcp://127.0.0.1:2376").endpoint() == "tcp://127.0.0.1:2376");
  CHECK(Machine("dockerd --host=tcp://0.0.0.0:2376").endpoint() == "tcp://127.0.0.1:2376");
  CHECK(Machine("dockerd --host tcp://[::]:2376").endpoint() == "tcp://[::1]:2376");
  CHECK(Machine("dockerd -H=0.0.0.0:2376").endpoint() == "tcp://127.0.0.1:2376");
  CHECK(Machine("dockerd -Htcp://:2376").endpoint() == "tcp://127.0.0.1:2376");
  CHECK(Machine("dockerd -H tcp://192.0.2.1").endpoint() == "tcp://192.0.2.1:2375");
  CHECK(Machine("dockerd -H tcp://[2001:db8::1]").endpoint() == "tcp://[2001:db8::1]:2375");
  CHECK(Machine("dockerd -H fd:// -H unix:///run/docker.sock").endpoint() == "none");
  CHECK(Machine("dockerd", R"({"hosts": ["fd://", "tcp://0.0.0.0:2376"]})").endpoint() == "tcp://127.0.0.1:2376");
  CHECK(Machine("dockerd", R"({"hosts": )").endpoint() == "none");
}

TEST_CASE("running_daemon: which certificate it reads", "[docker]") {
  CHECK(Machine("dockerd --tlsverify --tlscert=/a.pem").certificate() == "/a.pem");
  CHECK(Machine("dockerd --tlsverify --tlscert /a.pem").certificate() == "/a.pem");
  CHECK(Machine("dockerd --tlsverify --tlscert=a.pem").certificate() == "unknown");
  CHECK(Machine("dockerd --tlscert=/a.pem", R"({"tlsverify": true, "tlscert": "/b.pem"})").certificate() == "/b.pem");
  CHECK(Machine("dockerd --tlscert=/a.pem", R"({"tls": true})").certificate() == "unknown");
}

TEST_CASE("running_daemon: where none runs", "[docker]") {
  const TemporaryFolder folder;
  CHECK_FALSE(docker::running_daemon(folder / "docker.pid", folder.path()));
  CHECK_FALSE(Machine("/usr/bin/postgres").daemon()); // the process id is another's by now
  const Machine machine("dockerd");
  put(machine.folder / "docker.pid", "../42");
  CHECK_FALSE(machine.daemon());
}

TEST_CASE("parse_daemon_info: what a restart would stop", "[docker]") {
  const auto info = docker::parse_daemon_info(R"({"ContainersRunning": 3, "LiveRestoreEnabled": false, "more": {}})");
  REQUIRE(info);
  CHECK(info->containers_running == 3);
  CHECK_FALSE(info->live_restore);
  CHECK(docker::parse_daemon_info(R"({"ContainersRunning": 0, "LiveRestoreEnabled": true})")->live_restore);
  for (const char* text : {"", "[]", "{}", R"({"message": "no"})", R"({"ContainersRunning": -1, "LiveRestoreEnabled": true})",
                           R"({"ContainersRunning": 1, "LiveRestoreEnabled": "yes"})"})
    CHECK_FALSE(docker::parse_daemon_info(text));
}

TEST_CASE("Endpoint: as docker writes it", "[net]") {
  for (const std::string text : {"tcp://127.0.0.1:2376", "tcp://[::1]:2376", "tcp://docker.example.com:1"})
    CHECK(net::Endpoint::parse(text).text() == text);
  CHECK(net::Endpoint::parse("tcp://[::1]:2376").host == "::1");
  const auto refusal = [](const std::string& text) { return message_of([&] { net::Endpoint::parse(text); }); };
  const auto refused = [](const std::string& text, const std::string& why) {
    return "failed to read the endpoint '" + text + "': " + why;
  };
  CHECK(refusal("unix:///x") == refused("unix:///x", "it does not begin with tcp://"));
  CHECK(refusal("tcp://a") == refused("tcp://a", "it has no port"));
  CHECK(refusal("tcp://a:") == refused("tcp://a:", "it has no port"));
  CHECK(refusal("tcp://a:65536") == refused("tcp://a:65536", "it has no port"));
  CHECK(refusal("tcp://a:2376/v1") == refused("tcp://a:2376/v1", "it has no port"));
  CHECK(refusal("tcp://::1:2376") == refused("tcp://::1:2376", "an IPv6 address stands in brackets"));
  CHECK(refusal("tcp://:2376") == refused("tcp://:2376", "it names no host"));
}
