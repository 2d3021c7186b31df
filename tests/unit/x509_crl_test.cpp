#include <dockpki/x509/crl.hpp>

#include <dockpki/x509/pem.hpp>

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

TEST_CASE("revocation list: a stranger's, with reasons", "[x509][crl]") {
  const auto blocks = read_pem(bytes(data("reasons.crl")), "reasons.crl");
  const CrlContents contents = parse_crl(blocks.front().der.bytes());
  CHECK(contents.issuer.text() == "CN=ca.example");
  CHECK(contents.signature_algorithm == "1.2.840.10045.4.3.2");
  CHECK(contents.this_update < contents.next_update.value());
  CHECK(contents.crl_number->text() == "0a");
  REQUIRE(contents.revoked.size() == 3);
  CHECK(contents.revoked[0].serial_number.text() == "01");
  CHECK(contents.revoked[0].reason == "keyCompromise");
  CHECK(format_rfc3339(contents.revoked[0].revocation_date) == "2026-01-01T12:00:00Z");
  CHECK(contents.revoked[1].serial_number.text() == "03");
  CHECK(contents.revoked[1].reason == "superseded");
  CHECK(contents.revoked[2].serial_number.text() == "00deadbeef");
  CHECK(contents.revoked[2].reason.empty());
}

TEST_CASE("revocation list: cut off or changed, it is refused or read, and nothing else", "[x509][crl]") {
  const auto blocks = read_pem(bytes(data("reasons.crl")), "reasons.crl");
  const Bytes der = blocks.front().der.bytes();
  for (std::size_t size = 0; size < der.size(); ++size)
    REQUIRE(code_of([&] { parse_crl(der.first(size)); }) == Errc::invalid_input);
  for (std::size_t at = 0; at < der.size(); ++at) {
    std::vector<std::uint8_t> changed(der.begin(), der.end());
    changed[at] ^= 0x10U;
    const std::string error = error_of([&] { parse_crl(changed); });
    REQUIRE((error == "no error" || error.starts_with("failed to read certificate revocation list: ")));
  }
}
