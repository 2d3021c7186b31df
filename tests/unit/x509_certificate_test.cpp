#include <dockpki/x509/certificate.hpp>

#include "support/catch.hpp"
#include "x509/der.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

const PrivateKey& key() {
  static const PrivateKey made = PrivateKey::generate(KeyType::p256);
  return made;
}

DistinguishedName name(const char* common_name) {
  return DistinguishedName::make(CommonName::parse(common_name));
}

CertificateFields fields() {
  return {SerialNumber::parse("0102030405060708090a0b0c0d0e0f10").value(),
          name("dockpki CA host G1"),
          name("a.example"),
          {parse_rfc3339("2026-11-21T22:59:59Z"), parse_rfc3339("2027-11-21T23:59:58Z")},
          key().public_key()};
}

CertificateFields full_fields() {
  CertificateFields asked = fields();
  asked.basic_constraints = {true, 0};
  asked.key_usage = digital_signature | key_cert_sign | crl_sign | decipher_only;
  asked.extended_key_usage = {std::string(server_auth_oid), "1.3.6.1.4.1.99999.1"};
  asked.name_constraints.permitted_dns = {DnsName::parse("a.example")};
  asked.name_constraints.permitted_ip = {IpNetwork::parse("10.0.0.0/8"), IpNetwork::parse("fd00::/8")};
  asked.subject_key_identifier = unhex("0102");
  asked.authority_key_identifier = unhex("0304");
  asked.subject_alternative_name = {{DnsName::parse("a.example"), DnsName::parse("*.a.example")},
                                    {IpAddress::parse("10.0.0.1"), IpAddress::parse("fd00::1")},
                                    {EmailAddress::parse("joe@a.example")}};
  return asked;
}

Certificate sign(const CertificateFields& asked) {
  const auto tbs = encode_tbs_certificate(asked, key().signature_algorithm());
  return Certificate::assemble(tbs, key().signature_algorithm(), key().sign(tbs));
}

Certificate stranger(const std::string& file) {
  return Certificate::from_pem(bytes(data(file)), file);
}

/// The error of reading what is made of a good TBSCertificate by writing `to` in the place of the first `from` (hexadecimal).
std::string refusal_of_changed(const CertificateFields& asked, std::string_view from, std::string_view to) {
  std::string hex = to_hex(encode_tbs_certificate(asked, SignatureAlgorithm::ecdsa_with_sha256));
  const auto at = hex.find(from);
  if (at == std::string::npos || from.size() != to.size())
    return "no such octets, or not as many";
  const auto changed = unhex(hex.replace(at, from.size(), to));
  return error_of([&] { parse_tbs_certificate(changed); });
}

/// A TBSCertificate written by hand; `fill` writes what stands behind the public key.
template <class Fill>
std::vector<std::uint8_t> tbs_by_hand(int version, Fill fill) {
  der::Writer out;
  out.sequence([&] {
    if (version >= 0)
      out.nest(der::tag::constructed(0), [&] { out.number(static_cast<std::uint64_t>(version)); });
    out.number(1);
    out.sequence([&] { out.oid("1.2.840.10045.4.3.2"); });
    out.raw(name("issuer").der());
    out.sequence([&] {
      out.time(parse_rfc3339("2026-01-01T00:00:00Z"));
      out.time(parse_rfc3339("2027-01-01T00:00:00Z"));
    });
    out.raw(name("subject").der());
    out.raw(key().public_key().der());
    fill(out);
  });
  return out.vector();
}

/// Extensions of the form oid, contents of the OCTET STRING in hexadecimal.
std::vector<std::uint8_t> tbs_with_extensions(std::initializer_list<std::pair<const char*, const char*>> extensions) {
  return tbs_by_hand(2, [&](der::Writer& out) {
    out.nest(der::tag::constructed(3), [&] {
      out.sequence([&] {
        for (const auto& [oid, value] : extensions) {
          const char* const type = oid;
          const std::vector<std::uint8_t> contents = unhex(value);
          out.sequence([&] {
            out.oid(type);
            out.octet_string(contents);
          });
        }
      });
    });
  });
}

std::string refusal(const std::vector<std::uint8_t>& tbs) {
  return error_of([&] { parse_tbs_certificate(tbs); });
}

std::vector<std::string> oids_of(const CertificateContents& contents) {
  std::vector<std::string> oids;
  for (const Extension& extension : contents.extensions)
    oids.push_back(extension.oid + (extension.critical ? "!" : ""));
  return oids;
}

} // namespace

TEST_CASE("certificate: everything asked for reads back", "[x509][certificate]") {
  const CertificateFields asked = full_fields();
  const Certificate certificate = sign(asked);
  const CertificateContents& found = certificate.contents();
  CHECK(found.version == 3);
  CHECK(found.serial_number == asked.serial_number);
  CHECK(found.signature_algorithm == "1.2.840.10045.4.3.2");
  CHECK(found.issuer == asked.issuer);
  CHECK(found.subject == asked.subject);
  CHECK(found.validity == asked.validity);
  CHECK(found.subject_public_key == asked.subject_public_key);
  CHECK(found.basic_constraints == asked.basic_constraints);
  CHECK(found.key_usage == asked.key_usage);
  CHECK(found.extended_key_usage == asked.extended_key_usage);
  CHECK(found.subject_key_identifier == asked.subject_key_identifier);
  CHECK(found.authority_key_identifier == asked.authority_key_identifier);
  CHECK_FALSE(found.authority_has_issuer_and_serial);
  REQUIRE(found.subject_alternative_name);
  CHECK(found.subject_alternative_name->dns == std::vector<std::string>{"a.example", "*.a.example"});
  CHECK(found.subject_alternative_name->ip == asked.subject_alternative_name.ip);
  CHECK(found.subject_alternative_name->email == std::vector<std::string>{"joe@a.example"});
  CHECK(found.subject_alternative_name->size() == 5);
  CHECK(found.permitted_names == std::vector<std::string>{"DNS:a.example", "IP:10.0.0.0/8", "IP:fd00::/8"});
  CHECK(found.excluded_names.empty());
}

TEST_CASE("certificate: its extensions stand in order, critical where they must be", "[x509][certificate]") {
  CHECK(oids_of(sign(full_fields()).contents()) ==
        std::vector<std::string>{"2.5.29.19!", "2.5.29.15!", "2.5.29.37", "2.5.29.30!", "2.5.29.14", "2.5.29.35", "2.5.29.17"});
  CHECK(oids_of(sign(fields()).contents()) == std::vector<std::string>{"2.5.29.19!"});
  CertificateFields nameless = full_fields();
  nameless.subject = DistinguishedName::from_der(unhex("3000"));
  CHECK(oids_of(sign(nameless).contents()).back() == "2.5.29.17!");
  CHECK(sign(full_fields()).contents().find_extension("2.5.29.37") != nullptr);
  CHECK(sign(full_fields()).contents().find_extension("2.5.29.31") == nullptr);
}

TEST_CASE("certificate: its encoding is DER to the octet", "[x509][certificate]") {
  const Certificate certificate = sign(full_fields());
  const auto value = [&](const char* oid) { return to_hex(certificate.contents().find_extension(oid)->value); };
  CHECK(value("2.5.29.19") == "30060101ff020100");
  CHECK(value("2.5.29.15") == "0303078680"); // bits 0, 5, 6 and 8
  CHECK(value("2.5.29.14") == "04020102");
  CHECK(value("2.5.29.35") == "300480020304");
  CHECK(value("2.5.29.37") == "301506082b0601050507030106092b06010401868d1f01");
  const Certificate leaf = sign(fields());
  CHECK(to_hex(leaf.contents().find_extension("2.5.29.19")->value) == "3000"); // CA FALSE is the default
}

TEST_CASE("certificate: it is signed by its key and by no other", "[x509][certificate]") {
  const Certificate certificate = sign(fields());
  CHECK(certificate.is_signed_by(key().public_key()));
  CHECK_FALSE(certificate.is_signed_by(PrivateKey::generate(KeyType::p256).public_key()));
  CHECK_FALSE(certificate.is_signed_by(PrivateKey::generate(KeyType::ed25519).public_key()));
  std::vector<std::uint8_t> signature(certificate.signature().begin(), certificate.signature().end());
  signature.back() ^= 1U;
  CHECK_FALSE(Certificate::assemble(certificate.tbs(), key().signature_algorithm(), signature).is_signed_by(key().public_key()));
}

TEST_CASE("certificate: PEM and DER give the same one back", "[x509][certificate]") {
  const Certificate certificate = sign(fields());
  CHECK(to_hex(Certificate::from_pem(bytes(certificate.pem()), "x").der()) == to_hex(certificate.der()));
  CHECK(certificate.fingerprint() == sha256(certificate.der()));
  std::vector<std::uint8_t> der(certificate.der().begin(), certificate.der().end());
  der.push_back(0);
  CHECK(error_of([&] { Certificate::from_der(der); }) ==
        "failed to read certificate: something follows that does not belong there (octet " +
            std::to_string(certificate.der().size()) + ")");
}

TEST_CASE("certificate: cut off anywhere, it is refused", "[x509][certificate]") {
  const Certificate certificate = sign(full_fields());
  for (std::size_t size = 0; size < certificate.der().size(); ++size)
    REQUIRE(code_of([&] { Certificate::from_der(certificate.der().first(size)); }) == Errc::invalid_input);
}

TEST_CASE("certificate: no changed octet does more than be refused", "[x509][certificate]") {
  const Certificate certificate = sign(full_fields());
  const std::vector<std::uint8_t> good(certificate.der().begin(), certificate.der().end());
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const unsigned flip : {0x01U, 0x20U, 0x80U, 0xffU}) {
      std::vector<std::uint8_t> changed = good;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      bool is_good = false;
      const auto read = [&] { is_good = Certificate::from_der(changed).is_signed_by(key().public_key()); };
      const std::string error = error_of(read);
      REQUIRE((error == "no error" || error.starts_with("failed to read certificate: ")));
      REQUIRE_FALSE(is_good);
    }
}

TEST_CASE("certificate: two signature algorithms are refused", "[x509][certificate]") {
  const auto tbs = encode_tbs_certificate(fields(), SignatureAlgorithm::ecdsa_with_sha256);
  CHECK(error_of([&] { Certificate::assemble(tbs, SignatureAlgorithm::ecdsa_with_sha384, key().sign(tbs)); }) ==
        "failed to read certificate: it names two signature algorithms, one inside and another outside");
}

TEST_CASE("certificate: what is not DER is refused where it stands", "[x509][certificate]") {
  const CertificateFields asked = full_fields();
  CHECK(refusal_of_changed(asked, "a003020102", "a003020103") == "failed to read certificate: version: higher than 3 (octet 4)");
  CHECK(refusal_of_changed(asked, "a003020102", "a003020100") ==
        "failed to read certificate: version: 1 is the default, which DER leaves out (octet 4)");
  CHECK(refusal_of_changed(asked, "02100102", "02100002") ==
        "failed to read certificate: serialNumber: a number not in its shortest form (octet 9)");
  CHECK(refusal_of_changed(asked, "551d130101ff", "551d13010101") ==
        "failed to read certificate: basicConstraints: a BOOLEAN that is neither 00 nor ff (octet 228)");
  CHECK(refusal_of_changed(asked, "551d130101ff", "551d13010100") ==
        "failed to read certificate: basicConstraints: critical FALSE is the default, which DER leaves out (octet 221)");
  CHECK(refusal_of_changed(asked, "0303078680", "0303078681") ==
        "failed to read certificate: keyUsage: a BIT STRING whose unused bits are not zero (octet 253)");
  CHECK(refusal_of_changed(asked, "0603551d0f", "0603551d13")
            .starts_with("failed to read certificate: basicConstraints: stands there twice"));
  CHECK(refusal_of_changed(asked, to_hex(bytes("261121225959Z")), to_hex(bytes("261121226059Z")))
            .starts_with("failed to read certificate: notBefore: not a time of the form"));
}

TEST_CASE("certificate: extensions are for version 3 alone", "[x509][certificate]") {
  const auto unique_identifier = [](der::Writer& out) { out.bit_string(unhex("01"), der::tag::primitive(1)); };
  const auto extensions = [](der::Writer& out) { out.raw(unhex("a3103 00e 300c 0603 551d13 0101ff 0402 3000")); };
  CHECK(refusal(tbs_by_hand(2, extensions)) == "no error");
  CHECK(refusal(tbs_by_hand(1, unique_identifier)) == "no error");
  CHECK(parse_tbs_certificate(tbs_by_hand(1, [](der::Writer&) {})).version == 2);
  CHECK(parse_tbs_certificate(tbs_by_hand(-1, [](der::Writer&) {})).version == 1);
  CHECK(refusal(tbs_by_hand(1, extensions))
            .starts_with("failed to read certificate: extensions: not allowed in version 2 (octet "));
  CHECK(refusal(tbs_by_hand(-1, unique_identifier))
            .starts_with("failed to read certificate: unique identifier: not allowed in version 1 (octet "));
  CHECK(refusal(tbs_by_hand(2, [](der::Writer& out) {
          out.raw(unhex("a3023000"));
        })).starts_with("failed to read certificate: extensions: an empty list (octet "));
}

TEST_CASE("certificate: odd contents of extensions are shown, not refused", "[x509][certificate]") {
  const CertificateContents contents = parse_tbs_certificate(tbs_with_extensions({{"2.5.29.19", "3003010100"},
                                                                                  {"2.5.29.15", "030200"
                                                                                                "a0"},
                                                                                  {"2.5.29.17", "3007 8705 0102030405"},
                                                                                  {"1.2.3", "ffff"}}));
  CHECK(contents.basic_constraints == BasicConstraints{});             // CA FALSE written out
  CHECK(contents.key_usage == (digital_signature | key_encipherment)); // zero bits at the end
  CHECK(contents.subject_alternative_name->other == std::vector<std::string>{"iPAddress(5 octets)"});
  CHECK(contents.find_extension("1.2.3")->value == unhex("ffff"));
}

TEST_CASE("certificate: wrong contents of extensions are refused", "[x509][certificate]") {
  const auto refused = [](const char* oid, const char* value) {
    const std::string error = refusal(tbs_with_extensions({{oid, value}}));
    return error.substr(0, error.rfind(" (octet"));
  };
  CHECK(refused("2.5.29.19", "30030201ff") == "failed to read certificate: basicConstraints: a negative number");
  CHECK(refused("2.5.29.19", "300000") ==
        "failed to read certificate: basicConstraints: something follows that does not belong there");
  CHECK(refused("2.5.29.37", "3000") == "failed to read certificate: extendedKeyUsage: an empty list");
  CHECK(refused("2.5.29.17", "30029f00") == "failed to read certificate: subjectAltName: tag number over 30");
  CHECK(refused("2.5.29.17", "30028900") == "failed to read certificate: subjectAltName: not a name of any kind");
  CHECK(refused("2.5.29.14", "0500") == "failed to read certificate: subjectKeyIdentifier: tag 05 where 04 belongs");
  CHECK(refused("2.5.29.30", "3002a000") == "failed to read certificate: nameConstraints: an empty list");
}

TEST_CASE("name constraints: a kind that is not permitted is excluded whole", "[x509][certificate]") {
  CertificateFields asked = fields();
  asked.name_constraints.permitted_dns = {DnsName::parse("a.example")};
  CHECK(sign(asked).contents().permitted_names == std::vector<std::string>{"DNS:a.example"});
  CHECK(sign(asked).contents().excluded_names == std::vector<std::string>{"IP:0.0.0.0/0", "IP:::/0"});
  asked.name_constraints = {{}, {IpNetwork::parse("10.0.0.0/8")}};
  CHECK(sign(asked).contents().permitted_names == std::vector<std::string>{"IP:10.0.0.0/8"});
  CHECK(sign(asked).contents().excluded_names == std::vector<std::string>{"DNS:"});
  asked.name_constraints = {{DnsName::parse("*.a.example")}, {}};
  CHECK(error_of([&] { sign(asked); }) ==
        "failed to permit DNS name '*.a.example': a wildcard cannot stand in name constraints | give the "
        "domain, which permits all names below it: --permit-dns a.example");
}

TEST_CASE("name constraints: the first name that is not permitted is told", "[x509][certificate]") {
  const auto violation = [](const NameConstraints& constraints, const SubjectAlternativeName& names) {
    return constraints.first_violation(names).value_or("none");
  };
  const SubjectAlternativeName names{
      {DnsName::parse("x.a.example"), DnsName::parse("*.a.example")}, {IpAddress::parse("10.1.2.3")}, {}};
  const std::vector<DnsName> dns = {DnsName::parse("a.example")};
  const std::vector<IpNetwork> ip = {IpNetwork::parse("10.0.0.0/8")};
  CHECK(violation({}, names) == "none");
  CHECK(violation({dns, ip}, names) == "none");
  CHECK(violation({dns, {}}, names) == "10.1.2.3");
  CHECK(violation({{}, ip}, names) == "x.a.example");
  CHECK(violation({{DnsName::parse("b.example")}, ip}, names) == "x.a.example");
  CHECK(violation({dns, {IpNetwork::parse("10.2.0.0/16")}}, names) == "10.1.2.3");
}

TEST_CASE("serial number: 16 octets, positive, of the shortest form", "[x509][certificate]") {
  for (int i = 0; i < 500; ++i) {
    const SerialNumber serial = SerialNumber::random();
    REQUIRE(serial.octets().size() == 16);
    REQUIRE(serial.octets()[0] > 0);
    REQUIRE(serial.octets()[0] < 0x80);
    REQUIRE(serial.is_positive());
    REQUIRE(SerialNumber::parse(serial.text()) == serial);
  }
  CHECK(SerialNumber::random() != SerialNumber::random());
  CHECK(SerialNumber::parse("00:FF")->text() == "00ff");
  CHECK_FALSE(SerialNumber::parse("ff")->is_positive());
  CHECK_FALSE(SerialNumber::parse("00")->is_positive());
  for (const char* text : {"", "0", "0001", "ffff", "xy", "01 02"})
    CHECK(SerialNumber::parse(text) == std::nullopt);
  CHECK(error_of([] { SerialNumber::from_octets({}); }) == "failed to read serial number: it has no octets");
}

TEST_CASE("distinguished name: O before CN, in UTF-8", "[x509][certificate]") {
  const auto made = DistinguishedName::make(CommonName::parse("Jörg"), CommonName::parse("A, Inc."));
  CHECK(made.text() == R"(O=A\, Inc., CN=Jörg)");
  CHECK(made.common_name() == "Jörg");
  CHECK(to_hex(made.der()) == "30223110300e060355040a0c07412c20496e632e310e300c06035504030c054ac3b67267");
}

TEST_CASE("distinguished name: every string type becomes UTF-8", "[x509][certificate]") {
  const auto text = [](std::uint8_t tag, std::string_view value_hex) {
    const std::vector<std::uint8_t> value = unhex(value_hex);
    der::Writer out;
    out.sequence([&] {
      out.nest(der::tag::set, [&] {
        out.sequence([&] {
          out.oid("2.5.4.3");
          out.element(tag, Bytes(value));
        });
      });
    });
    try {
      return DistinguishedName::from_der(out.bytes()).text();
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  const std::string wrong = "failed to read name: name: a value that is not of its string type (octet 11)";
  CHECK(text(der::tag::utf8_string, "4ac3b6") == "CN=Jö");
  CHECK(text(der::tag::printable_string, "2a2e61") == "CN=*.a");
  CHECK(text(der::tag::ia5_string, "6140") == "CN=a@");
  CHECK(text(der::tag::t61_string, "4af6") == "CN=Jö");
  CHECK(text(der::tag::bmp_string, "004a00f6") == "CN=Jö");
  CHECK(text(der::tag::bmp_string, "d83dde00") == "CN=😀");
  CHECK(text(der::tag::universal_string, "0000004a0001f600") == "CN=J😀");
  CHECK(text(der::tag::integer, "05") == "CN=#020105");
  CHECK(text(der::tag::utf8_string, "c3") == wrong);
  CHECK(text(der::tag::printable_string, "c3b6") == wrong);
  CHECK(text(der::tag::bmp_string, "004a00") == wrong);
  CHECK(text(der::tag::bmp_string, "d83d") == wrong);
  CHECK(text(der::tag::universal_string, "00110000") == wrong);
  CHECK(text(der::tag::utf8_string, "1b5b") == "CN=\\x1b[");
}

TEST_CASE("names of numbers: known ones by name, others as they stand", "[x509][certificate]") {
  CHECK(extension_name("2.5.29.17") == "subjectAltName");
  CHECK(extension_name("1.2.3") == "1.2.3");
  CHECK(extended_key_usage_name(client_auth_oid) == "clientAuth");
  CHECK(extended_key_usage_name(any_extended_key_usage_oid) == "anyExtendedKeyUsage");
  CHECK(extended_key_usage_name("1.2.3") == "1.2.3");
  CHECK(key_usage_names(digital_signature | crl_sign | decipher_only) ==
        std::vector<std::string>{"digitalSignature", "cRLSign", "decipherOnly"});
  CHECK(to_string(SignatureAlgorithm::ecdsa_with_sha384) == "ecdsa-with-SHA384");
}

TEST_CASE("certificate: a stranger's, with everything in it", "[x509][certificate]") {
  const Certificate certificate = stranger("many-extensions.crt");
  const CertificateContents& found = certificate.contents();
  CHECK(found.serial_number.text() == "fb");
  CHECK_FALSE(found.serial_number.is_positive());
  CHECK(found.subject.text() == "C=DE, O=Bücher & Söhne, CN=many.example");
  CHECK(found.subject_public_key.description() == "RSA 2048");
  CHECK(found.basic_constraints == BasicConstraints{true, 3});
  CHECK(key_usage_names(found.key_usage.value()) ==
        std::vector<std::string>{"digitalSignature", "keyAgreement", "keyCertSign", "cRLSign", "decipherOnly"});
  CHECK(found.extended_key_usage == std::vector<std::string>{"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.99999.1"});
  CHECK(found.subject_key_identifier->size() == 20);
  CHECK(found.authority_key_identifier == found.subject_key_identifier);
  CHECK(found.authority_has_issuer_and_serial);
  const GeneralNames& names = found.subject_alternative_name.value();
  CHECK(names.dns == std::vector<std::string>{"many.example", "under_score.example"});
  CHECK(names.ip == std::vector<IpAddress>{IpAddress::parse("10.0.0.1"), IpAddress::parse("fd00::1")});
  CHECK(names.email == std::vector<std::string>{"joe@many.example"});
  CHECK(names.uri == std::vector<std::string>{"https://many.example/"});
  CHECK(names.other == std::vector<std::string>{"registeredID", "otherName", "directoryName"});
  CHECK(found.permitted_names == std::vector<std::string>{"DNS:.many.example", "IP:10.0.0.0/8", "directoryName:O=Dir"});
  CHECK(found.excluded_names == std::vector<std::string>{"email:evil.example", "IP:192.168.0.0/255.0.255.0"});
  CHECK(found.find_extension("1.3.6.1.4.1.99999.2")->critical);
  CHECK(certificate.signature_algorithm() == SignatureAlgorithm::rsa_with_sha384);
  CHECK(certificate.is_signed_by(found.subject_public_key));
}

TEST_CASE("certificate: a stranger's of version 1", "[x509][certificate]") {
  const Certificate certificate = stranger("rsa2048-v1.crt");
  CHECK(certificate.contents().version == 1);
  CHECK(certificate.contents().subject.text() == R"(C=DE, O=Example\, Inc., CN=docker-ca)");
  CHECK(certificate.contents().extensions.empty());
  CHECK(certificate.contents().key_usage == std::nullopt);
  CHECK(certificate.is_signed_by(certificate.contents().subject_public_key));
}

TEST_CASE("certificate: a signature of a kind that is not known is never good", "[x509][certificate]") {
  const Certificate sha1_signed = stranger("rsa2048-v1-sha1.crt");
  CHECK(sha1_signed.signature_algorithm() == std::nullopt);
  CHECK(sha1_signed.contents().signature_algorithm == "1.2.840.113549.1.1.5");
  CHECK_FALSE(sha1_signed.is_signed_by(sha1_signed.contents().subject_public_key));
  const Certificate pss = stranger("rsa-pss.crt");
  CHECK(pss.contents().signature_algorithm == "1.2.840.113549.1.1.10");
  CHECK(pss.signature_algorithm() == std::nullopt);
  CHECK_FALSE(pss.is_signed_by(pss.contents().subject_public_key));
}
