#include <dockpki/x509/foreign_key.hpp>
#include <dockpki/x509/pem.hpp>

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

ForeignKey read(const std::string& pem, const std::string& passphrase = "secret") {
  return read_foreign_key(bytes(pem), "key.pem", [&] { return Secret::copy_of(std::string_view(passphrase)); });
}

std::string refusal(const std::string& pem, const std::string& passphrase = "secret") {
  return error_of([&] { read(pem, passphrase); });
}

std::string protection(const std::string& name) {
  const ForeignKey read_key = read(data(name));
  return read_key.encryption ? read_key.encryption->cipher + ' ' + read_key.encryption->prf : "none";
}

PublicKey public_half_of(const std::string& name) {
  return PrivateKey::from_pem(bytes(data(name)), name).public_key();
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

} // namespace

TEST_CASE("foreign key: each way of protecting it is undone and told", "[x509][key]") {
  CHECK(protection("rsa2048-pkcs1.key") == "none");
  CHECK(protection("p256-sec1.key") == "none");
  CHECK(protection("rsa2048.key") == "none");
  CHECK(protection("p256-aes256.key") == "AES-256-CBC HMAC-SHA256");
  CHECK(protection("p256-des3.key") == "DES-EDE3-CBC HMAC-SHA256");
  CHECK(protection("p256-pbes1.key") == "pbeWithSHAAnd3-KeyTripleDES-CBC SHA1");
  CHECK(protection("p256-legacy-des3.key") == "DES-EDE3-CBC MD5");
  CHECK(protection("rsa2048-legacy-encrypted.key") == "AES-128-CBC MD5");
  for (const char* name : {"p256-des3.key", "p256-pbes1.key", "p256-legacy-des3.key"})
    CHECK(read(data(name)).key.public_key() == public_half_of("p256-sec1.key"));
  CHECK(read(data("rsa2048-legacy-encrypted.key")).key.public_key() == public_half_of("rsa2048.key"));
}

TEST_CASE("foreign key: a wrong passphrase is called so, and none at all as well", "[x509][key]") {
  for (const char* name :
       {"p256-aes256.key", "p256-des3.key", "p256-pbes1.key", "p256-legacy-des3.key", "rsa2048-legacy-encrypted.key"}) {
    INFO(name);
    CHECK(refusal(data(name), "wrong") == "failed to decrypt key 'key.pem': wrong passphrase");
    CHECK(code_of([&] { read(data(name), "wrong"); }) == Errc::wrong_passphrase);
    CHECK(error_of([&] { read_foreign_key(bytes(data(name)), "key.pem"); }) ==
          "failed to decrypt key 'key.pem': no passphrase was given");
  }
}

TEST_CASE("foreign key: a protection that nothing undoes is refused before anybody is asked", "[x509][key]") {
  const std::string legacy = data("rsa2048-legacy-encrypted.key");
  const auto never_asked = [](const std::string& pem) {
    return error_of([&] { read_foreign_key(bytes(pem), "key.pem", []() -> Secret { throw std::logic_error("asked"); }); });
  };
  const std::string hint = " | decrypt it where it was made, and import it from there";
  CHECK(never_asked(replaced(legacy, "AES-128-CBC", "DES-CBC")) ==
        "failed to read key 'key.pem': it is encrypted in a way that dockpki does not read (DES-CBC)" + hint);
  CHECK(never_asked(replaced(legacy, "DEK-Info", "Comment")) ==
        "failed to read key 'key.pem': it is encrypted in a way that dockpki does not read" + hint);
}

TEST_CASE("foreign key: a count of iterations that nobody uses is refused before it is run", "[x509][key]") {
  for (const char* name : {"p256-des3.key", "p256-pbes1.key"}) {
    const std::string hex = to_hex(read_pem(bytes(data(name)), "x").front().der.bytes());
    const std::size_t count_at = hex.find("02020800"); // 2048, behind a salt of 8 octets
    REQUIRE(count_at != std::string::npos);
    const std::string changed = hex.substr(0, count_at - 20) + "0406aaaaaaaaaaaa020400989681" + hex.substr(count_at + 8);
    CHECK(refusal(write_pem("ENCRYPTED PRIVATE KEY", unhex(changed))) ==
          "failed to read key 'key.pem': its count of iterations is 10000001, and only 1 to 10,000,000 are taken");
  }
}

TEST_CASE("foreign key: headers and lengths that do not fit the cipher are refused before anybody is asked", "[x509][key]") {
  const std::string legacy = data("p256-legacy-des3.key");
  CHECK(refusal(replaced(legacy, ",3DB05A9C5C71170A", "")) ==
        "failed to read key 'key.pem': its DEK-Info holds no initialization vector of 8 octets");
  CHECK(refusal(replaced(legacy, "3DB05A9C5C71170A", "3DB05A9C5C71170A00")) ==
        "failed to read key 'key.pem': its DEK-Info holds no initialization vector of 8 octets");
  CHECK(refusal("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,3DB05A9C5C71170A\n\n"
                "AAAA\n-----END RSA PRIVATE KEY-----\n") ==
        "failed to read key 'key.pem': its encrypted octets are not whole blocks of the cipher");
}

TEST_CASE("foreign key: it stands among text and certificates, but not beside another key", "[x509][key]") {
  const std::string bag = "Bag Attributes\n    friendlyName: ca\n" + data("p256-ca.crt") + data("p256-legacy-des3.key");
  CHECK(read(bag).key.public_key() == public_half_of("p256-sec1.key"));
  CHECK(refusal(data("p256-sec1.key") + data("rsa2048.key")) ==
        "failed to read key 'key.pem': more than one private key stands in it");
  CHECK(refusal(data("p256-ca.crt")) == "failed to read key 'key.pem': it is a certificate, not a private key");
  CHECK(refusal(data("dsa1024.key")) ==
        "failed to read key 'key.pem': a key of kind DSA is not supported: ECDSA, RSA and Ed25519 are");
}
