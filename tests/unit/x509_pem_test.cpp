#include <dockpki/x509/pem.hpp>

#include <dockpki/x509/certificate.hpp>

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

std::string refusal(std::string_view text, Explanatory explanatory = Explanatory::refused) {
  return error_of([&] { read_pem(bytes(text), "x.pem", explanatory); });
}

std::string hex_of(const std::vector<PemBlock>& blocks) {
  std::string text;
  for (const PemBlock& block : blocks)
    text += block.label + ' ' + to_hex(block.der.bytes()) + ';';
  return text;
}

} // namespace

TEST_CASE("PEM: what is written is read back", "[x509][pem]") {
  std::vector<std::uint8_t> octets;
  for (unsigned size = 1; size < 200; ++size) {
    octets.push_back(static_cast<std::uint8_t>(size * 7));
    const std::string text = write_pem("TEST DATA", octets);
    REQUIRE(hex_of(read_pem(bytes(text), "x.pem")) == "TEST DATA " + to_hex(octets) + ';');
    REQUIRE(write_secret_pem("TEST DATA", octets).text() == text);
  }
}

TEST_CASE("PEM: lines have 64 characters", "[x509][pem]") {
  CHECK(write_pem("X", unhex("00010203")) == "-----BEGIN X-----\nAAECAw==\n-----END X-----\n");
  CHECK(write_pem("X", std::vector<std::uint8_t>(48)) == "-----BEGIN X-----\n" + std::string(64, 'A') + "\n-----END X-----\n");
  CHECK(write_pem("X", std::vector<std::uint8_t>(49)) ==
        "-----BEGIN X-----\n" + std::string(64, 'A') + "\nAA==\n-----END X-----\n");
}

TEST_CASE("PEM: CRLF, blanks at line ends and several blocks are taken", "[x509][pem]") {
  CHECK(hex_of(read_pem(
            bytes("-----BEGIN A-----\r\nAAEC\r\n-----END A-----\r\n\r\n-----BEGIN B C----- \nAw== \t\n-----END B C-----"),
            "x")) == "A 000102;B C 03;");
}

TEST_CASE("PEM: text outside of blocks is taken only where that is asked for", "[x509][pem]") {
  const std::string text = "Certificate:\n  Data\n-----BEGIN A-----\nAAEC\n-----END A-----\nbye\n";
  CHECK(refusal(text) ==
        "failed to read PEM 'x.pem': line 1: text outside of a PEM block | leave only the lines from -----BEGIN to -----END");
  CHECK(hex_of(read_pem(bytes(text), "x.pem", Explanatory::skipped)) == "A 000102;");
  CHECK(refusal("nothing here", Explanatory::skipped) == "failed to read PEM 'x.pem': it has no PEM block in it");
}

TEST_CASE("PEM: a refusal says the line", "[x509][pem]") {
  CHECK(refusal("") == "failed to read PEM 'x.pem': it is empty");
  CHECK(refusal(" \n\n") == "failed to read PEM 'x.pem': it is empty");
  CHECK(refusal("\xef\xbb\xbf-----BEGIN A-----\nAAEC\n-----END A-----\n") ==
        "failed to read PEM 'x.pem': it begins with a byte order mark, which hides its first block from Docker | save it as "
        "plain ASCII");
  CHECK(refusal("\xff\xfe-") == "failed to read PEM 'x.pem': it is UTF-16 | save it as plain ASCII");
  CHECK(refusal(std::string_view("0\x82\x01\x00", 4)) ==
        "failed to read PEM 'x.pem': it looks like DER, not PEM | convert it, for example: "
        "openssl x509 -inform DER -in FILE -out FILE.pem");
  CHECK(refusal("-----BEGIN A-----\nAAEC\n") == "failed to read PEM 'x.pem': line 1: BEGIN A has no END: the file is cut off");
  CHECK(refusal("\n-----BEGIN A-----\nAAEC\n-----BEGIN A-----\nAAEC\n-----END A-----\n") ==
        "failed to read PEM 'x.pem': line 4: another BEGIN, and no END yet to line 2");
  CHECK(refusal("-----BEGIN A-----\nAAEC\n-----END B-----\n") ==
        "failed to read PEM 'x.pem': line 3: END B does not fit BEGIN A");
  CHECK(refusal("-----END A-----\n") == "failed to read PEM 'x.pem': line 1: an END without a BEGIN");
  CHECK(refusal("-----BEGIN A----\nAAEC\n-----END A-----\n") ==
        "failed to read PEM 'x.pem': line 1: not a well-formed BEGIN line");
  CHECK(refusal("-----BEGIN A-----\nAA!C\n-----END A-----\n") == "failed to read PEM 'x.pem': line 2: not base64");
  CHECK(refusal("-----BEGIN A-----\n-----END A-----\n") == "failed to read PEM 'x.pem': line 2: the block is empty");
  CHECK(refusal(std::string(largest_input + 1, 'x')) == "failed to read PEM 'x.pem': it is larger than 4 MiB");
}

TEST_CASE("PEM: base64 that no encoder writes is refused", "[x509][pem]") {
  const auto block = [](const std::string& body) { return "-----BEGIN A-----\n" + body + "\n-----END A-----\n"; };
  const std::string spare = "failed to read PEM 'x.pem': line 2: '=' where no padding belongs, or bits behind the end";
  CHECK(refusal(block("AAEC")) == "no error");
  CHECK(refusal(block("AB==")) == spare); // bits behind the end
  CHECK(refusal(block("AAB=")) == spare);
  CHECK(refusal(block("=")) == spare);
  CHECK(refusal(block("A===")) == spare);
  CHECK(refusal(block("AAEC=")) == spare);
  CHECK(refusal(block("AA==AAEC")) == "failed to read PEM 'x.pem': line 2: not base64");
  CHECK(refusal(block("AAE")) == "failed to read PEM 'x.pem': line 3: the base64 before it is cut off");
  CHECK(refusal(block("AA=")) == "failed to read PEM 'x.pem': line 3: the base64 before it is cut off");
}

TEST_CASE("PEM: headers of the old encryption are seen", "[x509][pem]") {
  const auto blocks = read_pem(bytes(data("rsa2048-legacy-encrypted.key")), "x");
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].has_headers);
  CHECK(blocks[0].label == "RSA PRIVATE KEY");
  CHECK_FALSE(read_pem(bytes(data("rsa2048.key")), "x")[0].has_headers);
  CHECK(refusal("-----BEGIN A-----\nProc-Type: 4\nAAEC\n-----END A-----\n") ==
        "failed to read PEM 'x.pem': line 3: no empty line between the headers and the base64");
}

TEST_CASE("PEM: a thousand blocks take no longer than they must", "[x509][pem]") {
  std::string text;
  const std::string one = write_pem("CERTIFICATE", std::vector<std::uint8_t>(1500));
  while (text.size() + one.size() < largest_input)
    text += one;
  CHECK(read_pem(bytes(text), "bundle").size() > 1000);
}

TEST_CASE("PEM: one certificate and nothing else is read as one", "[x509][pem]") {
  const auto refusal_of = [](const std::string& text) { return error_of([&] { Certificate::from_pem(bytes(text), "ca.pem"); }); };
  const std::string certificate = data("p256-ca.crt");
  CHECK(refusal_of(certificate) == "no error");
  CHECK(refusal_of(certificate + certificate) ==
        "failed to read certificate 'ca.pem': more than one block stands in it (CERTIFICATE, "
        "CERTIFICATE), and it must be a certificate alone");
  CHECK(refusal_of(data("plain.csr")) == "failed to read certificate 'ca.pem': it is a certificate request, not a certificate");
  CHECK(refusal_of(data("rsa2048.key")) == "failed to read certificate 'ca.pem': it is a private key, not a certificate");
  CHECK(
      refusal_of(write_pem("TRUSTED CERTIFICATE", unhex("3000"))) ==
      "failed to read certificate 'ca.pem': it is a certificate in OpenSSL's own form (TRUSTED CERTIFICATE), not a certificate");
  CHECK(refusal_of(write_pem("WHATEVER", unhex("3000"))) ==
        "failed to read certificate 'ca.pem': it is a block 'WHATEVER', not a certificate");
}

// A header line that held an END made the room for the block too small, and the decoder wrote behind it.
TEST_CASE("read_pem: an END within a line ends nothing", "[x509]") {
  std::string text = "-----BEGIN CERTIFICATE-----\nA: -----END x\n\n";
  for (int i = 0; i < 4000; ++i)
    text += std::string(64, 'A') + '\n';
  text += "-----END CERTIFICATE-----\n";
  const auto blocks = dockpki::x509::read_pem({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "bad.pem");
  REQUIRE(blocks.size() == 1);
  CHECK(blocks.front().has_headers);
  CHECK(blocks.front().der.size() == 4000 * 48);
}
