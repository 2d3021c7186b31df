// Where docker goes, with which files, and why.
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <dockpki/base/hex.hpp>
#include <dockpki/docker/plan.hpp>
#include <dockpki/x509/digest.hpp>

using namespace dockpki;
using docker::ClientPlan;
using docker::ClientTls;
using docker::DockerVersion;
using docker::Source;
using test::put;
using test::TemporaryFolder;

namespace {

constexpr auto old = DockerVersion::v20_10;

void place(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  put(path, text);
}

/// A home with the three files in ~/.docker, and contexts.
class Home {
public:
  Home() {
    for (const char* name : {"ca.pem", "cert.pem", "key.pem"})
      place(folder_ / (std::string(".docker/") + name), name);
  }
  void add_context(const std::string& name, const std::string& meta, const std::vector<std::string>& files) const {
    const std::string id = to_hex(x509::sha256(bytes_of(name)));
    place(folder_ / (".docker/contexts/meta/" + id + "/meta.json"), meta);
    for (const std::string& file : files)
      place(folder_ / (".docker/contexts/tls/" + id + "/docker/" + file), file);
  }
  void configure(const std::string& json) const { place(folder_ / ".docker/config.json", json); }
  [[nodiscard]] std::string path() const { return folder_.path().string(); }
  [[nodiscard]] ClientPlan plan(std::vector<std::string> arguments, docker::Environment environment = {},
                                DockerVersion version = DockerVersion::v28) const {
    return docker::plan_client(
        {.arguments = std::move(arguments), .environment = std::move(environment), .home = path(), .release = version});
  }

private:
  TemporaryFolder folder_;
};

std::string meta(const std::string& host, bool skip = false) {
  return R"({"Name":"x","Endpoints":{"docker":{"Host":")" + host + R"(","SkipTLSVerify":)" + (skip ? "true" : "false") + "}}}";
}

std::string said(const ClientPlan& plan) {
  return plan.refusal ? plan.refusal->message : "";
}

bool has(const ClientPlan& plan, std::string_view id) {
  return std::ranges::find(plan.facts, id, &docker::Fact::id) != plan.facts.end();
}

} // namespace

TEST_CASE("plan_client: who wins among flag, variable, context and config.json", "[docker]") {
  const Home home;
  home.add_context("x", meta("tcp://ctx:1"), {"ca.pem", "cert.pem", "key.pem"});
  CHECK(home.plan({}).endpoint == "unix:///var/run/docker.sock");
  home.configure(R"({"currentContext": "x"})");
  CHECK(home.plan({}).source == Source::config_file);
  CHECK(home.plan({}).endpoint == "tcp://ctx:1");
  CHECK(home.plan({}, {{"DOCKER_CONTEXT", "default"}}).endpoint == "unix:///var/run/docker.sock");
  const ClientPlan by_variable = home.plan({}, {{"DOCKER_HOST", "tcp://var:1"}, {"DOCKER_CONTEXT", "x"}});
  CHECK(by_variable.endpoint == "tcp://var:1");
  CHECK(has(by_variable, "env-context-override"));
  CHECK(home.plan({"-H", "tcp://flag:1"}, {{"DOCKER_HOST", "tcp://var:1"}}).endpoint == "tcp://flag:1");
  CHECK(home.plan({"--context", "x"}, {{"DOCKER_HOST", "tcp://var:1"}}).endpoint == "tcp://ctx:1");
  CHECK(said(home.plan({"--context", "x", "-H", "tcp://flag:1"})) ==
        "conflicting options: cannot specify both --host and --context");
  // An empty DOCKER_HOST counts with 20.10 and does not later.
  CHECK(home.plan({}, {{"DOCKER_HOST", ""}}, old).endpoint == "unix:///var/run/docker.sock");
  CHECK(home.plan({}, {{"DOCKER_HOST", ""}}).endpoint == "tcp://ctx:1");
  home.configure(R"({"currentContext": "gone"})");
  CHECK(said(home.plan({}, {}, old)) ==
        "Current context \"gone\" is not found on the file system, please check your config file at " + home.path() +
            "/.docker/config.json");
  CHECK(said(home.plan({}))
            .starts_with("Failed to initialize: unable to resolve docker endpoint: context \"gone\": context not found: "));
  home.configure("{\"currentContext\": \"x\"");
  CHECK(has(home.plan({}), "env-config-unreadable"));
}

TEST_CASE("plan_client: what switches TLS on", "[docker]") {
  const Home home;
  const auto tls = [&](std::vector<std::string> arguments, docker::Environment environment) {
    arguments.insert(arguments.begin(), {"-H", "tcp://h:1"});
    return home.plan(std::move(arguments), std::move(environment)).tls;
  };
  CHECK(tls({}, {}) == ClientTls::none);
  CHECK(tls({}, {{"DOCKER_CERT_PATH", home.path() + "/.docker"}}) == ClientTls::none);
  CHECK(tls({}, {{"DOCKER_TLS_VERIFY", "1"}}) == ClientTls::verified);
  CHECK(tls({}, {{"DOCKER_TLS_VERIFY", "0"}}) == ClientTls::verified);
  CHECK(tls({}, {{"DOCKER_TLS_VERIFY", ""}}) == ClientTls::none);
  CHECK(tls({}, {{"DOCKER_TLS", "0"}}) == ClientTls::unverified);
  CHECK(tls({"--tls"}, {}) == ClientTls::unverified);
  CHECK(tls({"--tlsverify=false"}, {}) == ClientTls::unverified);
  CHECK(tls({"--tls=false"}, {{"DOCKER_TLS_VERIFY", "1"}}) == ClientTls::verified);
}

TEST_CASE("plan_client: which files", "[docker]") {
  const Home home;
  const ClientPlan all = home.plan({"--tlsverify", "-H", "tcp://h:1"});
  REQUIRE(all.ca);
  CHECK(all.ca->path == home.path() + "/.docker/ca.pem");
  CHECK(all.key->contents.text() == "key.pem");
  CHECK(said(home.plan({"--tlsverify"}, {{"DOCKER_CERT_PATH", "~/.docker"}}, old)) ==
        "unable to resolve docker endpoint: open ~/.docker/ca.pem: no such file or directory");
  CHECK(said(home.plan({"--tlsverify", "--tlscert=/nope.pem"})) ==
        "Failed to initialize: unable to resolve docker endpoint: open /nope.pem: no such file or directory");
  std::filesystem::remove(home.path() + "/.docker/key.pem");
  const ClientPlan half = home.plan({"--tlsverify", "-H", "tcp://h:1"});
  CHECK_FALSE(half.refusal);
  CHECK_FALSE(half.key);
  CHECK(has(half, "file-missing-client-pair"));
  std::filesystem::create_directory(home.path() + "/.docker/key.pem");
  CHECK(said(home.plan({"--tlsverify"}, {}, old)) ==
        "unable to resolve docker endpoint: read " + home.path() + "/.docker/key.pem: is a directory");
  CHECK(said(home.plan({"--tlsverify", "--tlscacert="}, {}, old)) ==
        "panic: runtime error: index out of range [0] with length 0");
}

TEST_CASE("plan_client: hosts", "[docker]") {
  const Home home;
  const auto dialled = [&](const std::string& host, DockerVersion version = DockerVersion::v28) {
    const ClientPlan plan = home.plan({"-H", host}, {}, version);
    return plan.refusal ? plan.refusal->message : plan.host + ' ' + plan.port + plan.path_prefix;
  };
  CHECK(dialled("tcp://h") == "h 2375");
  CHECK(dialled("h:1") == "h 1");
  CHECK(dialled(" tcp://h:1/\r") == "h 1/");
  CHECK(dialled("tcp://h:1/a/../b") == "h 1/b");
  CHECK(dialled("tcp://[::1]:1") == "::1 1");
  CHECK(dialled("tcp://::1:1") == "::1:1 2375");
  CHECK(dialled("tcp:/h:1") == "tcp 2375/h:1");
  CHECK(dialled("https://h:1", old) == "unable to resolve docker endpoint: Invalid bind address format: https://h:1");
  CHECK(dialled("tcp://h:1,tcp://h:1", old) == "unable to resolve docker endpoint: Invalid proto, expected tcp: h:1,tcp://h:1");
  CHECK(said(home.plan({"-H", "tcp://h:1", "-H", "tcp://h:1"}, {}, old)) ==
        "unable to resolve docker endpoint: Please specify only one -H");
  CHECK(dialled("unix:///a%b", old) == "parse \"unix:///a%b\": invalid URL escape \"%b\"");
  CHECK(dialled("tcp://u@h:1") == "h 1");
  CHECK(dialled("tcp://[u@h:1", old) == "unable to resolve docker endpoint: parse \"tcp://[u@h:1\": net/url: invalid userinfo");
  CHECK(home.plan({"--tlsverify"}).endpoint == "tcp://localhost:2376");
  // A socket needs no TLS; only 20.10 dials it as if it were a host.
  CHECK(home.plan({"--tlsverify", "-H", "unix:///s"}).tls == ClientTls::none);
  CHECK(home.plan({"--tlsverify", "-H", "unix:///s"}, {}, old).dial_refusal);
}

TEST_CASE("plan_client: contexts", "[docker]") {
  const Home home;
  home.add_context("bare", meta("tcp://h:1"), {});
  CHECK(home.plan({"-c", "bare"}, {{"DOCKER_TLS_VERIFY", "1"}}).tls == ClientTls::none);
  home.add_context("skip", meta("tcp://h:1", true), {});
  CHECK(home.plan({"-c", "skip"}).tls == ClientTls::unverified);
  home.add_context("odd", meta("tcp://h:1"), {"ca-key.pem"});
  const ClientPlan odd = home.plan({"-c", "odd"});
  CHECK(odd.tls == ClientTls::verified);
  CHECK_FALSE(odd.ca);
  home.add_context("https", meta("https://h"), {"ca.pem"});
  CHECK(home.plan({"-c", "https"}).port == "443");
  home.add_context("folded", R"({"endpoints":{"docker":{"HOST":"tcp://h:1"}}})", {});
  CHECK(home.plan({"-c", "folded"}).endpoint == "tcp://h:1");
  home.add_context("blank", meta(" tcp://h:1"), {});
  CHECK(said(home.plan({"-c", "blank"})) ==
        "Failed to initialize: parse \" tcp://h:1\": first path segment in URL cannot contain colon");
  home.add_context("none", R"({"Name":"none"})", {});
  CHECK(said(home.plan({"-c", "none"}, {}, old)) == "unable to resolve docker endpoint: cannot find docker endpoint in context");
  const auto refusal = [&](const std::string& metadata, DockerVersion version) {
    home.add_context("meta", R"({"Endpoints": {"docker": {"Host": "tcp://h:1"}}, )" + metadata + "}", {});
    return said(home.plan({"-c", "meta"}, {}, version));
  };
  CHECK(refusal(R"("Metadata": {"Description": "x", "other": 1})", old).empty());
  CHECK(refusal(R"("Metadata": "x")", old).ends_with("cannot unmarshal string into Go value of type map[string]interface {}"));
  CHECK(refusal(R"("Metadata": {"Description": null})", DockerVersion::v28).ends_with("interface {} is not string"));
  CHECK(refusal(R"("Metadata": {"StackOrchestrator": "x"})", old).find("specified orchestrator \"x\"") != std::string::npos);
  CHECK(refusal(R"("Metadata": {"StackOrchestrator": "x"})", DockerVersion::v28).empty());
  CHECK(refusal(R"("Name": 1)", old).ends_with("untypedContextMetadata.name of type string"));
  home.add_context("other", R"({"Endpoints": {"docker": {"Host": "tcp://h:1"}, "kubernetes": 1}})", {});
  CHECK_FALSE(said(home.plan({"-c", "other"})).empty());
  home.add_context("broken", "{", {});
  CHECK(said(home.plan({"-c", "broken"}, {}, old)) == "unable to resolve docker endpoint: unexpected end of JSON input");
}

TEST_CASE("plan_client: proxies", "[docker]") {
  const Home home;
  const auto proxy = [&](const std::string& host, docker::Environment environment) {
    environment.emplace("DOCKER_HOST", host);
    return home.plan({}, std::move(environment), old).proxy.value_or("none");
  };
  const docker::Environment tls{{"DOCKER_TLS_VERIFY", "1"}};
  const auto with_tls = [&](const std::string& host, docker::Environment environment) {
    environment.insert(tls.begin(), tls.end());
    return proxy(host, std::move(environment));
  };
  CHECK(with_tls("tcp://h:1", {{"HTTPS_PROXY", "p"}}) == "p");
  CHECK(with_tls("tcp://h:1", {{"https_proxy", "p"}}) == "p");
  CHECK(with_tls("tcp://h:1", {{"HTTP_PROXY", "p"}, {"ALL_PROXY", "p"}}) == "none");
  CHECK(with_tls("tcp://127.0.0.1:1", {{"HTTPS_PROXY", "p"}}) == "none");
  CHECK(with_tls("tcp://localhost:1", {{"HTTPS_PROXY", "p"}}) == "none");
  for (const char* exempt : {"*", "h.test", ".test", "*.test", "x, H.TEST ,y", "h.test:1", "test"})
    CHECK(with_tls("tcp://h.test:1", {{"HTTPS_PROXY", "p"}, {"NO_PROXY", exempt}}) == "none");
  for (const char* other : {"h.test:2", ".h.test", "est", ""})
    CHECK(with_tls("tcp://h.test:1", {{"HTTPS_PROXY", "p"}, {"NO_PROXY", other}}) == "p");
  CHECK(with_tls("tcp://10.1.2.3:1", {{"HTTPS_PROXY", "p"}, {"NO_PROXY", "10.0.0.0/8"}}) == "none");
  CHECK(with_tls("tcp://11.1.2.3:1", {{"HTTPS_PROXY", "p"}, {"NO_PROXY", "10.0.0.0/8"}}) == "p");
  CHECK(proxy("tcp://h:1", {{"HTTP_PROXY", "p"}}) == "p");
  CHECK(proxy("tcp://127.0.0.1:1", {{"ALL_PROXY", "socks5://p"}}) == "socks5://p");
  const auto refused = [&](DockerVersion version) {
    return said(home.plan({}, {{"DOCKER_HOST", "tcp://h:1"}, {"DOCKER_TLS_VERIFY", "1"}, {"ALL_PROXY", "http://p"}}, version));
  };
  CHECK(refused(old) == "proxy: unknown scheme: http"); // though with TLS it would not be used
  CHECK(refused(DockerVersion::v28).empty());
}

TEST_CASE("plan_client: the command line", "[docker]") {
  const Home home;
  CHECK(said(home.plan({"version", "--tlsverify"})) == "unknown flag: --tlsverify");
  CHECK(said(home.plan({"info", "--tls"})) == "unknown flag: --tls");
  CHECK(said(home.plan({"version", "x"})) == "\"docker version\" accepts no arguments.");
  CHECK(said(home.plan({"--nope"})) == "unknown flag: --nope");
  CHECK_FALSE(home.plan({"-D", "version", "-f", "{{.}}"}).refusal);
  CHECK(home.plan({"--version"}).refusal);
}

TEST_CASE("plan_client: what is no command of docker's", "[docker]") {
  const Home home;
  CHECK(said(home.plan({"--tlsverify", "true"}, {}, old)) == "docker: 'true' is not a docker command.");
  CHECK(said(home.plan({"ps"}, {}, old)).empty());
}

TEST_CASE("plan_client: where a folder without ca.pem may come from", "[docker]") {
  const Home home;
  const auto plan = [&](const std::string& folder) {
    return home.plan({}, {{"DOCKER_HOST", "tcp://h:1"}, {"DOCKER_TLS_VERIFY", "false"}, {"DOCKER_CERT_PATH", folder}});
  };
  for (const char* id : {"env-certpath", "env-toolbox", "sur-dind-volume", "sur-testcontainers"}) {
    INFO(id);
    const ClientPlan gone = plan(home.path() + "/nowhere");
    CHECK((has(gone, id) || gone.refusal->id == id));
  }
  CHECK(has(plan(home.path()), "sur-dind-race"));
}
