#include "goverify/names.hpp"

#include <dockpki/goverify/verify.hpp>

#include "support/catch.hpp"

using namespace dockpki;
using namespace dockpki::goverify;

namespace {

const Rules old_rules = rules_of_daemon(DockerVersion::v20_10);
const Rules new_rules = rules_of_daemon(DockerVersion::v28);

CertificatePtr named(std::vector<std::string> dns, std::vector<std::string> ip = {}, const std::string& common_name = "") {
  auto certificate = std::make_shared<Certificate>();
  certificate->dns = std::move(dns);
  for (const std::string& address : ip)
    certificate->ip.push_back(*parse_ip(address));
  certificate->has_subject_alternative_name = !certificate->dns.empty() || !certificate->ip.empty();
  certificate->common_name = common_name;
  return certificate;
}

std::string complaint(const CertificatePtr& certificate, const std::string& host, const Rules& rules = new_rules) {
  return verify_hostname(certificate, host, rules).text;
}

} // namespace

TEST_CASE("Go's host names: what matches", "[goverify]") {
  CHECK(complaint(named({"docker.test"}), "docker.test").empty());
  CHECK(complaint(named({"Docker.TEST"}), "dOCKER.test").empty());
  CHECK(complaint(named({"docker.test"}), "docker.test.").empty());
  CHECK(complaint(named({"*.docker.test"}), "a.docker.test").empty());
  CHECK(complaint(named({"a_b.docker.test"}), "a_b.docker.test").empty());
  CHECK(complaint(named({"*.test"}), "docker.test").empty());
  CHECK(complaint(named({"-a.test"}), "-a.test").empty()); // no host name, but the same text
  CHECK(complaint(named({"*"}), "docker", old_rules).empty());
  CHECK(complaint(named({}, {"127.0.0.1"}), "127.0.0.1").empty());
  CHECK(complaint(named({}, {"127.0.0.1"}), "::ffff:127.0.0.1").empty());
  CHECK(complaint(named({}, {"::1"}), "[::1]").empty());
}

TEST_CASE("Go's host names: what does not match, and what Go says", "[goverify]") {
  CHECK(complaint(named({"*"}), "docker") == "x509: certificate is valid for *, not docker");
  CHECK(complaint(named({"*.docker.test"}), "a.b.docker.test") ==
        "x509: certificate is valid for *.docker.test, not a.b.docker.test");
  CHECK(complaint(named({"*.docker.test"}), "docker.test") == "x509: certificate is valid for *.docker.test, not docker.test");
  CHECK(complaint(named({"a.*.test"}), "a.docker.test") == "x509: certificate is valid for a.*.test, not a.docker.test");
  CHECK(complaint(named({"docker.test."}), "docker.test") == "x509: certificate is valid for docker.test., not docker.test");
  CHECK(complaint(named({"127.0.0.1"}), "127.0.0.1") ==
        "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs");
  CHECK(complaint(named({}, {"10.0.0.5", "::1"}), "127.0.0.1") == "x509: certificate is valid for 10.0.0.5, ::1, not 127.0.0.1");
  CHECK(complaint(named({}, {}, "docker.test"), "docker.test") ==
        "x509: certificate relies on legacy Common Name field, use SANs instead");
  CHECK(complaint(named({}, {"10.0.0.5"}), "localhost") ==
        "x509: certificate is not valid for any names, but wanted to match localhost");
}

TEST_CASE("Go's addresses: what is one, and how it is written", "[goverify]") {
  const auto round = [](const char* text) {
    const auto octets = parse_ip(text);
    return octets ? ip_text(*octets) : "(none)";
  };
  CHECK(round("127.0.0.1") == "127.0.0.1");
  CHECK(round("127.0.0.01") == "(none)");
  CHECK(round("1.2.3") == "(none)");
  CHECK(round("1.2.3.4.5") == "(none)");
  CHECK(round("256.0.0.1") == "(none)");
  CHECK(round("::1") == "::1");
  CHECK(round("::") == "::");
  CHECK(round("2001:DB8:0:0:1:0:0:1") == "2001:db8::1:0:0:1");
  CHECK(round("2001:db8::") == "2001:db8::");
  CHECK(round("::ffff:1.2.3.4") == "1.2.3.4");
  CHECK(round("1:2:3:4:5:6:7:8") == "1:2:3:4:5:6:7:8");
  CHECK(round("1:2:3:4:5:6:7:8:9") == "(none)");
  CHECK(round("1::2::3") == "(none)");
  CHECK(round("12345::") == "(none)");
  CHECK(round("fe80::1%eth0") == "(none)");
  CHECK(round("docker.test") == "(none)");
}

TEST_CASE("Go's mailboxes and domains", "[goverify]") {
  const auto mailbox = [](const char* text) {
    const auto read = parse_mailbox(text, new_rules);
    return read ? read->local + '|' + read->domain : "(none)";
  };
  CHECK(mailbox("a@b.example") == "a|b.example");
  CHECK(mailbox("\"a b\"@c") == "a b|c");
  CHECK(mailbox("\"a\\\"b\"@c") == "a\"b|c");
  CHECK(mailbox("a..b@c") == "(none)");
  CHECK(mailbox(".a@c") == "(none)");
  CHECK(mailbox("a@b..c") == "(none)");
  CHECK(mailbox("@c") == "(none)");
  CHECK(mailbox("a b@c") == "(none)");
  CHECK(is_domain(".docker.test", DomainOf::constraint, new_rules));
  CHECK_FALSE(is_domain("docker.test.", DomainOf::constraint, new_rules));
  CHECK_FALSE(is_domain("a b", DomainOf::name, new_rules));
}

TEST_CASE("Go's URIs: which part is the host", "[goverify]") {
  const auto host = [](const char* text) {
    try {
      return parse_uri(text).host;
    } catch (const Refusal&) {
      return std::string("(none)");
    }
  };
  CHECK(host("https://user@docker.test:2376/path?a#b") == "docker.test:2376");
  CHECK(host("spiffe://a/b") == "a");
  CHECK(host("urn:uuid:1") == "");
  CHECK(host("https://[::1]:2376/") == "[::1]:2376");
  CHECK(host("https://docker.test:port/") == "(none)");
  CHECK(host(":no-scheme") == "(none)");
  CHECK(host("https://a%zz/") == "(none)");
  CHECK(host("https://a b/") == "(none)");
}
