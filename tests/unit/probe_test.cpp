// What becomes of what was seen: findings, by the table of them, and what text from strangers is taken for.
#include "support/catch.hpp"
#include "support/message.hpp"

#include <set>

#include <dockpki/docker/version_info.hpp>

#include "app/probe_findings.hpp"
#include "net/http.hpp"

using namespace dockpki;
using namespace std::chrono_literals;
using app::EndpointKind;
using Verdict = app::Reception::Verdict;

namespace {

const TimePoint now = parse_rfc3339("2026-11-22T12:00:00Z");

/// A mutual TLS endpoint with which nothing is wrong.
app::ProbeResult sound() {
  app::ProbeResult result;
  result.endpoint = {.host = "docker.example.com", .port = "2376"};
  result.kind = EndpointKind::mtls;
  result.asks = true;
  result.chain.push_back(
      {.subject = "CN=docker.example.com", .validity = x509::Validity{.not_before = now - 1h, .not_after = now + 8760h}});
  result.fits_host = true;
  result.trusted = true;
  result.nobody.verdict = Verdict::refused;
  result.foreign.verdict = Verdict::refused;
  result.pair.verdict = Verdict::let_in;
  result.api_version = "1.51";
  result.offer.protocols = {{.protocol = "TLSv1.3", .names = {"TLS_AES_128_GCM_SHA256"}}};
  return result;
}

std::vector<std::string> ids(const app::ProbeResult& result) {
  std::vector<std::string> all;
  for (const app::ProbeFinding& finding : app::judge(result, now))
    all.emplace_back(finding.id);
  return all;
}

using Ids = std::vector<std::string>;

std::string failure_of(const std::string& text) {
  try {
    net::parse_response(text);
  } catch (const net::Failure& failure) {
    return failure.reason;
  }
  return {};
}

/// Reads `parts`, one a call.
std::string read(std::vector<std::string> parts, std::size_t limit = 1000) {
  parts.emplace_back();
  return net::read_response(
      [&, next = std::size_t{0}]() mutable {
        REQUIRE(next < parts.size());
        return parts[next++];
      },
      limit);
}

} // namespace

TEST_CASE("probe: with a sound endpoint nothing is wrong", "[app][probe]") {
  CHECK(ids(sound()).empty());
}

TEST_CASE("probe: who is let in without being known is critical, and only the worst of it is told", "[app][probe]") {
  app::ProbeResult seen = sound();
  seen.foreign.verdict = Verdict::let_in;
  CHECK(ids(seen) == Ids{"probe-foreign-accepted"});
  seen.kind = EndpointKind::tls;
  seen.nobody.verdict = Verdict::let_in;
  CHECK(ids(seen) == Ids{"probe-no-client-check"});
  CHECK(app::judge(seen, now).front().severity == app::Severity::critical);
  seen.nobody.verdict = Verdict::unknown;
  CHECK(ids(seen) == Ids{"probe-foreign-accepted"});
  app::ProbeResult plain;
  plain.kind = EndpointKind::plain;
  plain.api_version = "1.41";
  CHECK(ids(plain) == Ids{"probe-plaintext"});
  plain.api_version.clear();
  CHECK(ids(plain) == Ids{"probe-plaintext", "probe-not-docker"});
}

TEST_CASE("probe: a certificate ends after its last second, not before", "[app][probe]") {
  app::ProbeResult seen = sound();
  x509::Validity& validity = *seen.chain.front().validity;
  validity.not_after = now;
  CHECK(ids(seen) == Ids{"probe-expires-soon"});
  validity.not_after = now - 1s;
  CHECK(ids(seen) == Ids{"probe-expired"});
  validity = {.not_before = now + 1s, .not_after = now + 8760h};
  CHECK(ids(seen) == Ids{"probe-not-yet-valid"});
  validity.not_before = now;
  CHECK(ids(seen).empty());
  seen.chain.push_back({.subject = "CN=between", .validity = x509::Validity{.not_before = now - 2h, .not_after = now - 1h}});
  CHECK(ids(seen) == Ids{"probe-expired"});
  CHECK(app::judge(seen, now).front().text ==
        "the certificate that it serves has ended: CN=between, 2026-11-22 (60 minutes ago)");
}

TEST_CASE("probe: each thing that a client minds is told, with a remedy, the worst first", "[app][probe]") {
  app::ProbeResult seen = sound();
  seen.fits_host = false;
  seen.trusted = false;
  seen.on_disk = {.state = app::OnDisk::State::another, .folder = "/etc/docker/tls", .serial = "0a"};
  seen.pair_is_asked_for = false;
  seen.offer.protocols = {{.protocol = "TLSv1.1", .names = {"AES128-SHA"}}, {.protocol = "TLSv1", .names = {"AES128-SHA"}}};
  CHECK(ids(seen) == Ids{"probe-pair-not-sent", "probe-untrusted", "probe-no-modern-protocol", "probe-name-mismatch",
                         "probe-restart-pending", "probe-old-protocol"});
  for (const app::ProbeFinding& finding : app::judge(seen, now)) {
    CHECK(finding.text.find("{}") == std::string::npos);
    CHECK_FALSE(finding.remedy.empty());
  }
  CHECK(app::judge(seen, now).back().text == "it takes a protocol that is broken (RFC 8996): TLSv1.1 and TLSv1");
  seen.pair.verdict = Verdict::refused;
  CHECK(ids(seen).front() == "probe-pair-refused");
  seen.offer.complete = false; // what was not asked may be there
  CHECK(ids(seen).size() == 5);
}

TEST_CASE("probe: nothing is made of what could not be told", "[app][probe]") {
  app::ProbeResult seen = sound();
  seen.fits_host = std::nullopt;
  seen.trusted = std::nullopt;
  seen.pair.verdict = Verdict::unknown;
  seen.foreign.verdict = Verdict::unknown;
  seen.chain.front().validity = std::nullopt;
  CHECK(ids(seen).empty());
  seen.chain.front().unread = "x509: malformed certificate";
  CHECK(ids(seen) == Ids{"probe-unreadable"});
}

TEST_CASE("http: what is of interest is taken from a response, whatever the case of its headers", "[net][http]") {
  const net::Response response =
      net::parse_response("HTTP/1.1 200 OK\r\nAPI-Version: 1.41\r\nX-Server: no\r\nserver:   Docker/20.10\r\n\r\nOK");
  CHECK(response.status == 200);
  CHECK(response.api_version == "1.41");
  CHECK(response.server == "Docker/20.10");
  CHECK(response.body == "OK");
  CHECK(net::parse_response("HTTP/1.0 204 No Content\r\n\r\n").server.empty());
}

TEST_CASE("http: what is no response is said to be none", "[net][http]") {
  CHECK(failure_of("") == "the connection was closed");
  for (const char* text : {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.0 2", "HTTP/1.0 200 OK\r\n", "HTTP/1.0 abc\r\n\r\n",
                           "HTTP/1.0 -12 x\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.0    \r\n\r\n"})
    CHECK(failure_of(text) == "its answer is not HTTP");
}

TEST_CASE("http: a response is read to its end, and no further than needed", "[net][http]") {
  CHECK(read({"HTTP/1.0 200 OK\r\n", "\r\n", "a", "b"}) == "HTTP/1.0 200 OK\r\n\r\nab");
  CHECK(read({"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\na", "b", "never read"}) ==
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab");
  CHECK(read({"HT", "TQ", "never read"}) == "HTTQ");
  CHECK(read({"HTTP/1.0 ", std::string(100, 'x'), "never read"}, 50).size() == 109);
}

TEST_CASE("version: what a daemon says of itself is taken if it is text", "[docker][probe]") {
  const auto version = docker::parse_version_info(
      R"({"Version":"28.5.2","ApiVersion":"1.51","MinAPIVersion":"1.24","Os":"linux","Arch":"arm64","More":[1]})");
  REQUIRE(version);
  CHECK(version->version == "28.5.2");
  CHECK(version->api_version == "1.51");
  CHECK(version->min_api_version == "1.24");
  CHECK(version->platform == "linux/arm64");
  for (const char* text :
       {"", "OK", "[]", "{}", R"({"Version":1,"ApiVersion":"1"})", R"({"Version":"1"})", "{\"Version\":\"\xff\"}"})
    CHECK_FALSE(docker::parse_version_info(text));
}
