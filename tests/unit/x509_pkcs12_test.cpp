#include <dockpki/x509/pkcs12.hpp>

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

std::vector<std::uint8_t> write(std::string_view passphrase) {
  const auto key = PrivateKey::from_pem(bytes(data("p256-sec1.key")), "key");
  const auto certificate = Certificate::from_pem(bytes(data("p256-ca.crt")), "certificate");
  return write_pkcs12(key, certificate, {}, "alice", Secret::copy_of(passphrase), Pkcs12Protection::modern);
}

} // namespace

// What is in it is read by others: tests/interop/export.py.
TEST_CASE("PKCS #12: a passphrase that others would read as another one is refused", "[x509]") {
  const std::string refusal = "failed to write PKCS #12: the passphrase is empty, or has a zero octet in it";
  CHECK(error_of([] { write(""); }) == refusal);
  CHECK(error_of([] { write(std::string_view("se\0cret", 7)); }) == refusal);
}

TEST_CASE("PKCS #12: salts are new each time", "[x509]") {
  CHECK(write("secret") != write("secret"));
}
