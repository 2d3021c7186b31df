#include <dockpki/x509/request.hpp>

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

Request stranger(const std::string& file) {
  return Request::from_pem(bytes(data(file)), file);
}

RequestFields fields() {
  return {DistinguishedName::make(CommonName::parse("a.example")),
          {std::string(server_auth_oid)},
          {{DnsName::parse("a.example")}, {IpAddress::parse("192.168.1.10")}, {EmailAddress::parse("joe@a.example")}}};
}

} // namespace

TEST_CASE("request: everything asked for reads back", "[x509][request]") {
  const PrivateKey key = PrivateKey::generate(KeyType::p384);
  const Request request = Request::make(fields(), key);
  const RequestContents& found = request.contents();
  CHECK(found.subject == fields().subject);
  CHECK(found.subject_public_key == key.public_key());
  CHECK(found.extended_key_usage == fields().extended_key_usage);
  CHECK(found.subject_alternative_name->dns == std::vector<std::string>{"a.example"});
  CHECK(found.subject_alternative_name->ip == fields().subject_alternative_name.ip);
  CHECK(found.subject_alternative_name->email == std::vector<std::string>{"joe@a.example"});
  CHECK(found.extensions.size() == 2);
  CHECK(request.is_signed_by_its_key());
  CHECK(to_hex(Request::from_pem(bytes(request.pem()), "x").der()) == to_hex(request.der()));
}

TEST_CASE("request: without wishes it has none", "[x509][request]") {
  const Request request = Request::make({fields().subject, {}, {}}, PrivateKey::generate(KeyType::ed25519));
  CHECK(request.contents().extensions.empty());
  CHECK(request.contents().subject_alternative_name == std::nullopt);
  CHECK(request.is_signed_by_its_key());
}

TEST_CASE("request: a changed one is not signed by its key", "[x509][request]") {
  const Request request = Request::make(fields(), PrivateKey::generate(KeyType::p256));
  const std::vector<std::uint8_t> good(request.der().begin(), request.der().end());
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::vector<std::uint8_t> changed = good;
    changed[at] ^= 1U;
    bool is_good = false;
    const std::string error = error_of([&] { is_good = Request::from_der(changed).is_signed_by_its_key(); });
    REQUIRE((error == "no error" || error.starts_with("failed to read request: ")));
    REQUIRE_FALSE(is_good);
  }
}

TEST_CASE("request: a stranger's with names and usage", "[x509][request]") {
  const Request request = stranger("san-and-usage.csr");
  CHECK(request.contents().subject.text() == "C=DE, O=Bücher & Söhne, CN=many.example");
  CHECK(request.contents().subject_alternative_name->dns == std::vector<std::string>{"a.example", "b.example"});
  CHECK(request.contents().subject_alternative_name->ip == std::vector<IpAddress>{IpAddress::parse("192.168.1.10")});
  CHECK(request.contents().extended_key_usage ==
        std::vector<std::string>{std::string(server_auth_oid), std::string(client_auth_oid)});
  CHECK(request.contents().basic_constraints == std::nullopt);
  CHECK(request.is_signed_by_its_key());
}

TEST_CASE("request: a stranger's that wishes to be an authority says so", "[x509][request]") {
  const Request request = stranger("ca-wish.csr"); // under the label NEW CERTIFICATE REQUEST
  CHECK(request.contents().basic_constraints == BasicConstraints{true, {}});
  CHECK(request.contents().key_usage == key_cert_sign);
  CHECK(request.is_signed_by_its_key());
}

TEST_CASE("request: a stranger's without wishes", "[x509][request]") {
  CHECK(stranger("plain.csr").contents().extensions.empty());
  CHECK(stranger("plain.csr").is_signed_by_its_key());
}

TEST_CASE("request: what is none is refused by name", "[x509][request]") {
  CHECK(error_of([] { stranger("p256-ca.crt"); }) ==
        "failed to read request 'p256-ca.crt': it is a certificate, not a certificate request");
  const Request request = stranger("plain.csr");
  CHECK(error_of([&] { Request::from_der(request.der().first(100)); }) == "failed to read request: request: cut off (octet 0)");
}
