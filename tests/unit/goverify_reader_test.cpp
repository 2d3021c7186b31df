#include <algorithm>

#include <dockpki/goverify/key_pair.hpp>
#include <dockpki/goverify/signs.hpp>

#include "goverify/chain.hpp"
#include "goverify/der_view.hpp"
#include "goverify/extensions.hpp"
#include "goverify/pem.hpp"
#include "goverify/refusal_signs.hpp"
#include "support/catch.hpp"

using namespace dockpki;
using namespace dockpki::goverify;

namespace {

std::string labels(std::string_view text) {
  std::string found;
  for (const PemBlock& block : decode_all_pem(bytes_of(text)))
    found += block.label + '(' + std::to_string(block.octets.size()) + ')';
  return found;
}

std::string time_of(std::uint8_t tag, const std::string& text) {
  std::vector<std::uint8_t> octets = {tag, static_cast<std::uint8_t>(text.size())};
  octets.insert(octets.end(), text.begin(), text.end());
  DerView in{Bytes(octets)};
  const auto time = tag == tag::utc_time ? in.utc_time() : in.generalized_time();
  return time ? format_rfc3339(*time) : "(none)";
}

std::optional<std::int64_t> number_of(std::vector<std::uint8_t> octets) {
  return DerView(octets).int64();
}

std::string oid_of(std::vector<std::uint8_t> octets) {
  const auto oid = DerView(octets).oid();
  return oid ? dotted(*oid) : "(none)";
}

const Rules rules = rules_of_daemon(DockerVersion::v28);

CertificatePtr with_policies(std::vector<std::string> policies, PolicyLimits limits, const char* subject, const char* issuer) {
  auto certificate = std::make_shared<Certificate>();
  certificate->policies = std::move(policies);
  certificate->policy_limits = limits;
  certificate->subject = bytes_of(subject);
  certificate->issuer = bytes_of(issuer);
  return certificate;
}

} // namespace

TEST_CASE("Go's PEM: what is a block", "[goverify]") {
  const std::string block = "-----BEGIN A-----\nAAAA\n-----END A-----\n";
  CHECK(labels(block) == "A(3)");
  CHECK(labels("text\n" + block + "more\n" + block) == "A(3)A(3)");
  CHECK(labels("-----BEGIN A-----\r\nAA\r\nAA\r\n-----END A-----\r\n") == "A(3)");
  CHECK(labels("-----BEGIN A-----\nAAAA\n-----END A-----") == "A(3)");
  CHECK(labels("-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAAAA\n-----END A-----\n") == "A(3)");
  CHECK(labels("-----BEGIN A-----\n-----END A-----\n") == "A(0)");
  CHECK(labels("-----BEGIN A-----\nAA==\n-----END A-----\n") == "A(1)");
}

TEST_CASE("Go's PEM: what is none", "[goverify]") {
  CHECK(labels("").empty());
  CHECK(labels("\xef\xbb\xbf-----BEGIN A-----\nAAAA\n-----END A-----\n").empty());
  CHECK(labels(" -----BEGIN A-----\nAAAA\n-----END A-----\n").empty());
  CHECK(labels("-----BEGIN A-----\nAAAA\n-----END A----------BEGIN A-----\nAAAA\n-----END A-----\n").empty());
  CHECK(labels("-----BEGIN A-----\rAAAA\r-----END A-----\r").empty());
  CHECK(labels("-----BEGIN A-----\nAAA\n-----END A-----\n").empty());
  CHECK(labels("-----BEGIN A-----\nAA==AA==\n-----END A-----\n").empty());
  CHECK(labels("-----BEGIN A-----\nAAAA\n-----END B-----\n").empty());
  CHECK(labels("-----BEGIN A-----\nAAAA\n").empty());
  CHECK(labels("----BEGIN A-----\nAAAA\n-----END A-----\n").empty());
}

TEST_CASE("Go's times", "[goverify]") {
  CHECK(time_of(tag::utc_time, "491231235959Z") == "2049-12-31T23:59:59Z");
  CHECK(time_of(tag::utc_time, "500101000000Z") == "1950-01-01T00:00:00Z");
  CHECK(time_of(tag::utc_time, "2601010000Z") == "2026-01-01T00:00:00Z");
  CHECK(time_of(tag::utc_time, "260101000000+0000") == "(none)");
  CHECK(time_of(tag::utc_time, "260101010000+0100") == "2026-01-01T00:00:00Z");
  CHECK(time_of(tag::utc_time, "260230000000Z") == "(none)");
  CHECK(time_of(tag::utc_time, "260101240000Z") == "(none)");
  CHECK(time_of(tag::utc_time, "260101000000") == "(none)");
  CHECK(time_of(tag::generalized_time, "20500101000000Z") == "2050-01-01T00:00:00Z");
  CHECK(time_of(tag::generalized_time, "20500101000000.5Z") == "(none)");
}

TEST_CASE("Go's DER: numbers, identifiers and bits", "[goverify]") {
  CHECK(number_of({2, 1, 0x80}) == -128);
  CHECK(number_of({2, 2, 0, 0x80}) == 128);
  CHECK_FALSE(number_of({2, 2, 0, 0x7f}));
  CHECK_FALSE(number_of({2, 2, 0xff, 0x80}));
  CHECK_FALSE(number_of({2, 0}));
  CHECK_FALSE(number_of({2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(number_of({2, 0x81, 1, 5})); // the length has a shorter form
  CHECK_FALSE(number_of({2, 2, 5}));
  CHECK(oid_of({6, 3, 0x55, 0x1d, 0x11}) == "2.5.29.17");
  CHECK(oid_of({6, 2, 0x80, 0x01}) == "(none)");
  CHECK(oid_of({6, 2, 0x2a, 0x81}) == "(none)");
  const std::vector<std::uint8_t> padded = {6, 3, 0x2a, 0x80, 0x01};
  CHECK(dotted(*DerView(padded).oid(rules_of_daemon(DockerVersion::v20_10))) == "1.2.1");
  CHECK_FALSE(DerView(padded).oid(rules_of_client(DockerVersion::v28)));
  CHECK(oid_of({6, 0}) == "(none)");
  std::vector<std::uint8_t> bits = {3, 2, 5, 0xa0};
  CHECK(DerView(bits).bits()->at(0));
  CHECK_FALSE(DerView(bits).bits()->at(1));
  std::vector<std::uint8_t> wide = {3, 3, 1, 0x04, 0x82};
  CHECK(DerView(wide).bits()->right_aligned() == std::vector<std::uint8_t>{0x02, 0x41});
  bits[3] = 0xa1; // a bit that is not used is set
  CHECK_FALSE(DerView(bits).bits());
}

// Seen with docker 20.10.24 (Go 1.19) and docker 28.2.2 (Go 1.24).
TEST_CASE("Go's extensions: what newer Go does not take", "[goverify]") {
  const auto complaint = [](const std::string& type, bool is_critical, std::vector<std::uint8_t> value, DockerVersion version) {
    Certificate read;
    try {
      process_extension({type, is_critical, value}, read, rules_of_client(version));
    } catch (const Refusal& refusal) {
      return std::string(refusal.what());
    }
    return std::string("(taken)");
  };
  const auto of_both = [&](const std::string& type, bool is_critical, const std::vector<std::uint8_t>& value) {
    return complaint(type, is_critical, value, DockerVersion::v20_10) + ", " +
           complaint(type, is_critical, value, DockerVersion::v28);
  };
  CHECK(of_both("2.5.29.14", true, {4, 1, 1}) == "(taken), x509: subject key identifier incorrectly marked critical");
  CHECK(of_both("2.5.29.14", false, {4, 1, 1}) == "(taken), (taken)");
  CHECK(of_both("2.5.29.35", true, {0x30, 0}) == "(taken), x509: authority key identifier incorrectly marked critical");
  CHECK(of_both("1.3.6.1.5.5.7.1.1", true, {0x30, 0}) == "(taken), x509: authority info access incorrectly marked critical");
  CHECK(of_both("2.5.29.19", true, {0x30, 6, 1, 1, 0xff, 2, 1, 0xff}) == "(taken), (taken)"); // a negative pathLen
}

TEST_CASE("Go's name constraints", "[goverify]") {
  auto authority = std::make_shared<Certificate>();
  auto leaf = std::make_shared<Certificate>();
  leaf->has_subject_alternative_name = true;
  leaf->dns = {"a.docker.test"};
  leaf->ip = {{127, 0, 0, 1}};
  const auto fault = [&](const Rules& by = rules) { return constraint_fault(*authority, {leaf}, by); };
  CHECK(fault().empty());
  authority->permitted.dns = {"docker.test"};
  CHECK(fault().empty());
  authority->permitted.dns = {".a.docker.test"};
  CHECK(fault() == "DNS name \"a.docker.test\" is not permitted by any constraint");
  authority->permitted.dns = {""};
  authority->permitted.ip = {{{10, 0, 0, 0}, {255, 0, 0, 0}}};
  CHECK(fault() == "IP address \"127.0.0.1\" is not permitted by any constraint");
  authority->permitted = {};
  authority->excluded.dns = {"Docker.test"};
  CHECK(fault() == "DNS name \"a.docker.test\" is excluded by constraint \"Docker.test\"");
  authority->excluded.dns = {"x.docker.test"};
  leaf->dns = {"*.docker.test"};
  CHECK_FALSE(fault().empty()); // newer Go: the wildcard stands for it, too
  CHECK(fault(rules_of_client(DockerVersion::v28)).empty());
}

TEST_CASE("Go's policies: an explicit one is asked for by the intermediate, not by the root", "[goverify]") {
  const std::string policy("\x2a\x03", 2);
  const auto root = with_policies({}, {.require_explicit = 0, .inhibit_mapping = {}, .inhibit_any = {}}, "root", "root");
  const auto plain_leaf = with_policies({}, {}, "leaf", "root");
  CHECK(has_valid_policies({plain_leaf, root}));
  const auto demanding = with_policies({policy}, {.require_explicit = 0, .inhibit_mapping = {}, .inhibit_any = {}}, "ca", "root");
  const auto leaf_below = with_policies({}, {}, "leaf", "ca");
  CHECK_FALSE(has_valid_policies({leaf_below, demanding, root}));
  const auto good_leaf = with_policies({policy}, {}, "leaf", "ca");
  CHECK(has_valid_policies({good_leaf, demanding, root}));
  const auto other_leaf = with_policies({std::string("\x2a\x04", 2)}, {}, "leaf", "ca");
  CHECK_FALSE(has_valid_policies({other_leaf, demanding, root}));
}

TEST_CASE("Go's key pairs: what it says of files that are none", "[goverify]") {
  const auto complaint = [](std::string_view certificate, std::string_view key) {
    const Loaded loaded = load_key_pair(bytes_of(certificate), bytes_of(key), rules);
    const auto* text = std::get_if<std::string>(&loaded);
    return text == nullptr ? "(loaded)" : *text;
  };
  const std::string certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
  const std::string key = "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n";
  CHECK(complaint("", key) == "tls: failed to find any PEM data in certificate input");
  CHECK(complaint(key, key).ends_with("PEM inputs may have been switched"));
  CHECK(complaint(key + key, key).ends_with("following types: [EC PRIVATE KEY EC PRIVATE KEY]"));
  CHECK(complaint(certificate, "") == "tls: failed to find any PEM data in key input");
  CHECK(complaint(certificate, certificate) == "tls: found a certificate rather than a key in the PEM for the private key");
  CHECK(complaint(certificate, key) == "x509: malformed tbs certificate");
}

TEST_CASE("Docker's versions", "[goverify]") {
  CHECK(parse_docker_version("20.10.24+dfsg1") == DockerVersion::v20_10);
  CHECK(parse_docker_version("19.03") == DockerVersion::v20_10);
  CHECK(parse_docker_version("23.0.1") == DockerVersion::v28);
  CHECK(parse_docker_version("29") == DockerVersion::v29);
  CHECK_FALSE(parse_docker_version("latest"));
  CHECK_FALSE(parse_docker_version("2"));
  CHECK_FALSE(parse_docker_version("29x"));
}

TEST_CASE("Go's extensions: critical where they must not be", "[goverify]") {
  const std::vector<std::uint8_t> id = {4, 1, 7};
  const Extension extension{"2.5.29.14", true, Bytes(id)};
  Certificate certificate;
  CHECK_NOTHROW(process_extension(extension, certificate, rules_of_client(DockerVersion::v20_10)));
  CHECK_THROWS_WITH(process_extension(extension, certificate, rules_of_client(DockerVersion::v28)),
                    "x509: subject key identifier incorrectly marked critical");
}

TEST_CASE("Signs: what was done to a file", "[goverify]") {
  const auto sign = [](const std::string& text) {
    const std::vector<Sign> signs = signs_in_file(bytes_of(text), FileOf::authorities, rules);
    return signs.empty() ? "" : signs.front().id;
  };
  const std::string end = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  CHECK(sign("CA: " + end) == "file-labels");
  CHECK(sign("  " + end) == "file-mangled-newlines");
  CHECK(sign(end.substr(0, 40)) == "file-truncated");
  CHECK(sign_of_refusal("x509: invalid basic constraints", {}).id == "file-duplicate-ext");
  CHECK(sign_of_refusal("x509: invalid constraint value", {}).id == "nc-unknown");
}
