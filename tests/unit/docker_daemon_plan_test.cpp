// What dockerd makes of flags, variables and daemon.json, release by release.
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <dockpki/docker/plan.hpp>

using namespace dockpki;
using docker::DaemonPlan;
using docker::DockerVersion;
using docker::ServerTls;
using test::put;
using test::TemporaryFolder;

namespace {

const docker::QuietWorld world("127.0.0.1 localhost docker.test # a comment\n::1 ip6-localhost\nnonsense here\n");

DaemonPlan plan(std::vector<std::string> arguments, std::optional<std::string> json = "{}",
                DockerVersion version = DockerVersion::v28, docker::Environment environment = {}) {
  return docker::plan_daemon({.arguments = std::move(arguments),
                              .environment = std::move(environment),
                              .home = "/nonexistent",
                              .config = std::move(json),
                              .release = version},
                             world);
}

/// What dockerd says where it refuses, without what it always says first; "" where it starts.
std::string said(const DaemonPlan& plan) {
  const auto& refusal = plan.refusal ? plan.refusal : plan.listen_refusal;
  std::string text = refusal ? refusal->message : "";
  for (const std::string prefix :
       {"unable to configure the Docker daemon with file /etc/docker/daemon.json: ", "failed to load listeners: "})
    if (text.starts_with(prefix))
      text.erase(0, prefix.size());
  return text;
}

std::string said(const std::string& json, DockerVersion version = DockerVersion::v28) {
  return said(plan({}, json, version));
}

std::string listening(const DaemonPlan& plan) {
  std::string all;
  for (const docker::Listener& one : plan.listeners)
    all += (all.empty() ? "" : " ") + one.scheme + ' ' + one.address + (one.port == 0 ? "" : ' ' + std::to_string(one.port));
  return all;
}

bool has(const DaemonPlan& plan, std::string_view id) {
  return std::ranges::find(plan.facts, id, &docker::Fact::id) != plan.facts.end();
}

constexpr auto old = DockerVersion::v20_10;

} // namespace

TEST_CASE("plan_daemon: the command line as pflag reads it", "[docker]") {
  CHECK(said(plan({"--tlsverify", "true"}, "{}", old)) == "\"dockerd\" accepts no argument(s).");
  CHECK(said(plan({"--tls-verify"})) == "unknown flag: --tls-verify");
  CHECK(said(plan({"--tlsverify --tlscacert=/ca.pem"})) == "unknown flag: --tlsverify --tlscacert");
  CHECK(said(plan({"-tlsverify"})) == "unknown shorthand flag: 't' in -tlsverify");
  CHECK(said(plan({"-Dx"})) == "unknown shorthand flag: 'x' in -x");
  CHECK(said(plan({"---x"})) == "bad flag syntax: ---x");
  CHECK(said(plan({"--host"})) == "flag needs an argument: --host");
  CHECK(said(plan({"-H"})) == "flag needs an argument: 'H' in -H");
  CHECK(said(plan({"--tlsverify=no"})) ==
        "invalid argument \"no\" for \"--tlsverify\" flag: strconv.ParseBool: parsing \"no\": invalid syntax");
  CHECK(listening(plan({"-Htcp://127.0.0.1:1"})) == "tcp 127.0.0.1 1");
  CHECK(listening(plan({"-H=tcp://127.0.0.1:1"})) == "tcp 127.0.0.1 1");
  CHECK(listening(plan({"-DH", "tcp://127.0.0.1:1"})) == "tcp 127.0.0.1 1");
  CHECK(said(plan({"--", "x"}, "{}", old)) == "\"dockerd\" accepts no argument(s).");
  CHECK(plan({"--help"}).refusal);
}

TEST_CASE("plan_daemon: which switch means what", "[docker]") {
  const std::vector<std::string> files{"--tlscacert=/ca", "--tlscert=/cert", "--tlskey=/key"};
  const auto with = [&](std::vector<std::string> more, const std::string& json = "{}") {
    more.insert(more.end(), files.begin(), files.end());
    return plan(std::move(more), json);
  };
  CHECK(with({"--tlsverify"}).tls == ServerTls::mutual);
  CHECK(with({"--tls"}).tls == ServerTls::mutual);
  CHECK(with({"--tlsverify=false"}).tls == ServerTls::open);
  CHECK(with({"--tls=false", "--tlsverify"}).tls == ServerTls::mutual);
  CHECK(with({}).tls == ServerTls::none);
  CHECK(has(with({}), "cfg-certs-no-verify"));
  CHECK(with({"--tlsverify"}).ca == "/ca");

  // The switch in the file makes dockerd drop what flags say of paths.
  const DaemonPlan one = plan({"--tlscacert=/ca"}, R"({"tlsverify": true, "tlscert": "/c", "tlskey": "/k"})");
  CHECK(one.tls == ServerTls::mutual);
  CHECK(one.ca.empty());
  CHECK(has(one, "cfg-no-tlscacert"));
  CHECK(has(one, "cfg-flags-dropped"));

  CHECK(plan({}, R"({"tls": false, "tlsverify": true})").tls == ServerTls::mutual);
  CHECK(plan({}, R"({"tls": true, "tlsverify": false})").tls == ServerTls::open);
  CHECK(plan({"--tlsverify"}, R"({"tls": false})").tls == ServerTls::mutual);
  CHECK(plan({}, R"({"tlsverify": null})").tls == ServerTls::mutual); // that the key is there counts
  CHECK(plan({}, R"({"anything": {"tlsverify": true}})").tls == ServerTls::mutual);
  CHECK(plan({}, R"({"tls": null})").tls == ServerTls::none);
}

TEST_CASE("plan_daemon: variables switch nothing on, but choose default files", "[docker]") {
  const DaemonPlan nothing = plan({"-H", "tcp://127.0.0.1:1"}, "{}", old, {{"DOCKER_TLS_VERIFY", "1"}});
  CHECK(nothing.tls == ServerTls::none);
  CHECK(has(nothing, "lst-env-verify"));

  const TemporaryFolder folder;
  for (const char* name : {"ca.pem", "cert.pem", "key.pem"})
    put(folder / name, "");
  const DaemonPlan chosen =
      plan({"--tlsverify"}, "{}", old, {{"DOCKER_CERT_PATH", folder.path().string()}, {"DOCKER_CONFIG", "/elsewhere"}});
  CHECK(chosen.ca == (folder / "ca.pem").string());
  CHECK(chosen.key == (folder / "key.pem").string());
  const DaemonPlan missing = plan({"--tlsverify"}, "{}", old, {{"DOCKER_CONFIG", "/elsewhere"}});
  CHECK(missing.ca == "/elsewhere/ca.pem");
  CHECK(missing.certificate.empty());
  CHECK(plan({}, R"({"tlsverify": true})", old, {{"DOCKER_CERT_PATH", folder.path().string()}}).ca.empty());
}

TEST_CASE("plan_daemon: daemon.json as encoding/json reads it", "[docker]") {
  CHECK(said("", old) == "EOF");
  CHECK(said(" \n", old) == "EOF");
  CHECK(said("{", old) == "unexpected EOF");
  CHECK(said("{") == "invalid JSON: unexpected end of JSON input");
  CHECK(said("").empty());
  CHECK(said("\xef\xbb\xbf{}", old) == "invalid character 'ï' looking for beginning of value");
  CHECK(said("\xef\xbb\xbf{}").empty());
  CHECK(said(std::string("\xff\xfe{\0}\0", 6)).empty());
  CHECK(said("{\xff}") == "failed to decode configuration JSON at offset 1: encoding: invalid UTF-8");
  CHECK(said("{} x", old).empty());
  CHECK(said("{} x") == "invalid JSON: invalid character 'x' after top-level value");
  CHECK(said("[]", old) == "json: cannot unmarshal array into Go value of type map[string]interface {}");
  CHECK(said("null").empty());
  CHECK(said(R"({"tls": true,})", old) == "invalid character '}' looking for beginning of object key string");
  CHECK(said(R"({"tls": tru})", old) == "invalid character '}' in literal true (expecting 'e')");
  CHECK(said(R"({"pidfile": "C:\P"})", old) == "invalid character 'P' in string escape code");
  CHECK(said(R"({"pidfile": "C:\P"})") == "invalid JSON: invalid escape sequence '\\P' in string");
  CHECK(said("{\"pidfile\": \"a\nb\"}", old) == "invalid character '\\n' in string literal");
  CHECK(said(R"({"mtu": 1.5})", old) == "json: cannot unmarshal number 1.5 into Go struct field Config.mtu of type int");
  CHECK(said(R"({"mtu": 01})", old) == "invalid character '1' after object key:value pair");
  CHECK(said(R"({"hosts": "x"})", old) == "json: cannot unmarshal string into Go struct field Config.hosts of type []string");
  CHECK(said(R"({"tlsverify": "true"})", old) ==
        "json: cannot unmarshal string into Go struct field Config.tlsverify of type bool");
  CHECK(said(R"({"TLS": {}})", old) == "json: cannot unmarshal object into Go struct field Config.tls of type bool");
  CHECK(said(std::string(20000, '[')) == "invalid JSON: exceeded max depth");
}

TEST_CASE("plan_daemon: keys", "[docker]") {
  CHECK(said(R"({"tlsVerify": true})") == "the following directives don't match any configuration option: tlsVerify");
  CHECK(said(R"({"x": {"y": 1}})") == "the following directives don't match any configuration option: y");
  CHECK(said(R"({"x": {}})").empty());
  CHECK(said(R"({"features": {"buildkit": true}, "log-opts": {"max-size": "1m"}})").empty());
  CHECK(said(R"({"graph": "/x"})", old).empty());
  CHECK(said(R"({"graph": "/x"})") == "the following directives don't match any configuration option: graph");
  CHECK(has(plan({}, R"({"host": ["tcp://127.0.0.1:1"]})"), "cfg-host-key"));
  CHECK(has(plan({}, R"({"tls": false, "tls": false})"), "cfg-dup-key"));
  CHECK(plan({}, R"({"tls": true, "tls": false})").tls == ServerTls::none);
  CHECK(said(plan({"-H", "fd://"}, R"({"hosts": ["tcp://a:1", "b"]})")) ==
        "the following directives are specified both as a flag and in the configuration file: hosts: (from flag: [fd://], from "
        "file: "
        "[tcp://a:1 b])");
  CHECK(
      said(plan({"--tlsverify", "-D"}, R"({"tlsverify": true, "debug": false})")) ==
      "the following directives are specified both as a flag and in the configuration file: debug: (from flag: true, from file: "
      "false), tlsverify: (from flag: true, from file: true)");
}

TEST_CASE("plan_daemon: where it listens", "[docker]") {
  const auto at = [](const std::string& host, DockerVersion version) {
    const DaemonPlan made = plan({"-H", host}, "{}", version);
    const std::string error = said(made);
    return error.empty() ? listening(made) : error;
  };
  CHECK(at("tcp://", old) == "tcp 127.0.0.1 2375");
  CHECK(at("127.0.0.1", old) == "tcp 127.0.0.1 2375");
  CHECK(at(":2376", DockerVersion::v28) == "tcp 127.0.0.1 2376");
  CHECK(at("tcp://docker.test:1", old) == "tcp 127.0.0.1 1");
  CHECK(at("tcp://[::1]:1", old) == "tcp ::1 1");
  CHECK(at("tcp://::1:1234", DockerVersion::v28) == "tcp ::1 1234");
  CHECK(at("tcp://[127.0.0.1]:1", old) == "tcp 127.0.0.1 1");
  CHECK(at("tcp://[127.0.0.1]:1", DockerVersion::v28).find("invalid host") != std::string::npos);
  CHECK(at(" tcp://127.0.0.1:1\r", old) == "tcp 127.0.0.1 1");
  CHECK(at("tcp://198.51.100.7:1", old) == "listen tcp 198.51.100.7:1: bind: cannot assign requested address");
  CHECK(at("tcp://none.invalid:1", old) == "listen tcp: address none.invalid: no suitable address found");
  CHECK(at("tcp://none.invalid:1", DockerVersion::v28) == "failed to lookup none.invalid address in host specification");
  CHECK(at("tcp://127.0.0.1:99999", old) == "listen tcp: address 99999: invalid port");
  CHECK(at("tcp://127.0.0.1:1/x", old) == "listen tcp: address tcp/1/x: unknown port");
  CHECK(at("tcp://127.0.0.1:1/", DockerVersion::v28) ==
        "invalid argument \"tcp://127.0.0.1:1/\" for \"-H, --host\" flag: invalid bind address (tcp://127.0.0.1:1/): should not "
        "contain a path element");
  CHECK(at("https://127.0.0.1:1", old) ==
        "invalid argument \"https://127.0.0.1:1\" for \"-H, --host\" flag: Invalid bind address format: https://127.0.0.1:1");
  CHECK(at("fd://", old) == "no sockets found via socket activation: make sure the service was started by systemd");
  CHECK(at("unix:///no/such/folder/d.sock", old) ==
        "can't create unix socket /no/such/folder/d.sock: listen unix /no/such/folder/d.sock: bind: no such file or directory");
  CHECK(said(plan({"-H", "tcp://127.0.0.1:1", "-H", "tcp://localhost:1"}, "{}", old)) ==
        "listen tcp 127.0.0.1:1: bind: address already in use");
  CHECK(said(plan({"-H", "tcp://0.0.0.0:1", "-H", "tcp://[::1]:1"})).find("port is already allocated") != std::string::npos);
  CHECK(said(plan({"-H", "tcp://127.0.0.1:1", "-H", "127.0.0.1:1"})).empty());
}

TEST_CASE("plan_daemon: the default host depends on how TLS was switched on", "[docker]") {
  CHECK(listening(plan({"--tlsverify"})) == "tcp 127.0.0.1 2376");
  CHECK(listening(plan({}, R"({"tlsverify": true})", old)) == "tcp 127.0.0.1 2376");
  CHECK(listening(plan({}, R"({"tlsverify": true})")) == "unix /var/run/docker.sock");
  CHECK(listening(plan({}, R"({"tls": true})")) == "tcp 127.0.0.1 2376");
  CHECK(listening(plan({})) == "unix /var/run/docker.sock");
}

TEST_CASE("plan_daemon: quotes around paths", "[docker]") {
  CHECK(plan({"--tlsverify", "--tlscacert=\"/ca\""}, "{}", old).ca == "/ca");
  CHECK(plan({"--tlsverify", "--tlscacert='/ca'"}).ca == "'/ca'");
  CHECK(said(plan({"--tlscacert="}, "{}", old)) == "panic: runtime error: index out of range [0] with length 0");
  CHECK(has(plan({"--tlsverify", "--tlscacert="}), "env-panic"));
}

TEST_CASE("plan_daemon: what other settings must hold", "[docker]") {
  CHECK(said(plan({"--dns=x"}, "{}", old)) == R"(invalid argument "x" for "--dns" flag: x is not an ip address)");
  CHECK(said(plan({"--label", "x"}, "{}", old)) == R"(invalid argument "x" for "--label" flag: bad attribute format: x)");
  CHECK(said(plan({"--registry-mirror=x"}, "{}", old)).ends_with(R"(invalid mirror: unsupported scheme "" in "x")"));
  CHECK(said(plan({"--dns-search=a=b"}, "{}", old)).ends_with("a=b is not a valid domain"));
  CHECK(said(plan({"--dns=8.8.8.8", "--label=a=b", "--dns-search=a-b.test", "--registry-mirror=https://m"}, "{}", old)).empty());
  CHECK(said(plan({"--log-level=loud"})) == "unable to parse logging level: loud");
  const std::string type = "json: cannot unmarshal string into Go struct field Config.";
  CHECK(said(R"({"log-opts": "x"})", old) == type + "log-opts of type map[string]string");
  CHECK(said(R"({"features": {"x": "y"}})", old) == type + "features of type bool");
  CHECK(said(R"({"default-ulimits": {"x": "y"}})", old) == type + "default-ulimits of type units.Ulimit");
  CHECK(said(R"({"default-ulimits": "x"})", old) == type + "default-ulimits of type map[string]*units.Ulimit");
  CHECK(said(R"({"ip": "x"})", old) == "invalid IP address: x");
  const std::string value = "configuration validation from file failed: ";
  CHECK(said(R"({"labels": ["x"]})", old) == value + "bad attribute format: x");
  CHECK(said(R"({"default-runtime": "x"})", old) == value + "specified default runtime 'x' does not exist");
  CHECK(said(R"({"default-runtime": "x", "runtimes": {"x": {"path": "/x"}}, "max-download-attempts": 3})", old).empty());
  CHECK(said(R"({"max-download-attempts": -1})", old) == value + "invalid max download attempts: -1");
  CHECK(said(R"({"default-ipc-mode": "x"})", old).starts_with(value + "default IPC mode setting (x) is invalid"));
  CHECK(said(R"({"log-level": "DEBUG", "log-opts": {"max-size": "1m"}, "features": {"a": true}, "ip": "", "dns": null})", old)
            .empty());
}
