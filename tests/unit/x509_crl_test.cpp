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

namespace {

CrlFields some_fields() {
  return {.issuer = DistinguishedName::make(CommonName::parse("ca.example")),
          .this_update = parse_rfc3339("2026-11-21T10:00:00Z"),
          .next_update = parse_rfc3339("2026-12-21T10:00:00Z"),
          .revoked = {{*SerialNumber::parse("05"), parse_rfc3339("2026-11-20T10:00:00Z"), CrlReason::key_compromise},
                      {*SerialNumber::parse("06"), parse_rfc3339("2026-11-20T11:00:00Z"), CrlReason::unspecified}},
          .authority_key_identifier = {1, 2, 3, 4},
          .crl_number = 200};
}

std::string encoded(const CrlFields& fields) {
  return to_hex(encode_tbs_cert_list(fields, SignatureAlgorithm::ecdsa_with_sha256));
}

} // namespace

TEST_CASE("revocation list: the octets that are signed", "[x509][crl]") {
  // Each value in its place, as RFC 5280 5.1 orders them.
  const std::string frame = "020101"                   // version 2
                            "300a06082a8648ce3d040302" // ecdsa-with-SHA256
                            "30153113301106035504030c0a63612e6578616d706c65";
  const std::string times = "170d3236313132313130303030305a"  // thisUpdate
                            "170d3236313232313130303030305a"; // nextUpdate
  const std::string extensions = "a020301e"
                                 "300f0603551d2304083006800401020304" // authorityKeyIdentifier, keyid only
                                 "300b0603551d140404020200c8";        // cRLNumber
  CrlFields fields = some_fields();
  // The first entry has a reason; the second, unspecified, none.
  CHECK(encoded(fields) == "30819e" + frame + times +
                               "3036"
                               "3020"
                               "020105170d3236313132303130303030305a"
                               "300c300a0603551d1504030a0101"
                               "3012"
                               "020106170d3236313132303131303030305a" +
                               extensions);
  fields.revoked.clear();
  CHECK(encoded(fields) == "3066" + frame + times + extensions); // no empty SEQUENCE
}

TEST_CASE("revocation list: what is written is read", "[x509][crl]") {
  const CrlContents contents = parse_tbs_cert_list(encode_tbs_cert_list(some_fields(), SignatureAlgorithm::rsa_with_sha256));
  CHECK(contents.version == 2);
  CHECK(contents.issuer.text() == "CN=ca.example");
  CHECK(format_rfc3339(contents.this_update) == "2026-11-21T10:00:00Z");
  CHECK(format_rfc3339(contents.next_update.value()) == "2026-12-21T10:00:00Z");
  CHECK(contents.crl_number->text() == "00c8");
  CHECK(contents.authority_key_identifier == std::vector<std::uint8_t>{1, 2, 3, 4});
  CHECK_FALSE(contents.has_empty_revoked);
  REQUIRE(contents.revoked.size() == 2);
  CHECK(contents.revoked[0].reason == "keyCompromise");
  CHECK(contents.revoked[1].extensions.empty());
}

TEST_CASE("revocation list: UTCTime through 2049, GeneralizedTime from 2050 on", "[x509][crl]") {
  CrlFields fields = some_fields();
  fields.this_update = parse_rfc3339("2049-12-31T23:59:59Z");
  fields.next_update = parse_rfc3339("2050-01-01T00:00:00Z");
  CHECK(encoded(fields).find("170d3439313233313233353935395a"
                             "180f32303530303130313030303030305a") != std::string::npos);
}

TEST_CASE("revocation list: signed and read as one", "[x509][crl]") {
  const PrivateKey key = PrivateKey::generate(KeyType::p256);
  const auto tbs = encode_tbs_cert_list(some_fields(), key.signature_algorithm());
  const Crl crl = Crl::assemble(tbs, key.signature_algorithm(), key.sign(tbs));
  CHECK(crl.is_signed_by(key.public_key()));
  CHECK_FALSE(crl.is_signed_by(PrivateKey::generate(KeyType::p256).public_key()));
  CHECK(crl.pem().starts_with("-----BEGIN X509 CRL-----\n"));
  const auto blocks = read_pem(bytes(crl.pem()), "crl.pem");
  CHECK(to_hex(Crl::from_der(blocks.front().der.bytes()).fingerprint()) == to_hex(crl.fingerprint()));
  std::vector<std::uint8_t> changed(crl.der().begin(), crl.der().end());
  changed[70] ^= 1U;
  CHECK(error_of([&] { CHECK_FALSE(Crl::from_der(changed).is_signed_by(key.public_key())); }) != "");
  CHECK(error_of([&] { Crl::assemble(tbs, SignatureAlgorithm::ed25519, key.sign(tbs)); }) ==
        "failed to read certificate revocation list: it names two signature algorithms, one inside and another outside");
}

TEST_CASE("CrlReason: the names of RFC 5280", "[x509][crl]") {
  CHECK(parse_crl_reason("keyCompromise") == CrlReason::key_compromise);
  CHECK(parse_crl_reason("aACompromise") == CrlReason::aa_compromise);
  CHECK_FALSE(parse_crl_reason("keycompromise").has_value());
  CHECK_FALSE(parse_crl_reason("").has_value());
}
