#include <dockpki/x509/key.hpp>

#include <thread>

#include <dockpki/x509/pem.hpp>

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

Secret passphrase() {
  return Secret::copy_of(std::string_view("secret"));
}

PrivateKey read_key(const std::string& pem) {
  return PrivateKey::from_pem(bytes(pem), "key.pem", passphrase);
}

std::string refusal(const std::string& pem) {
  return error_of([&] { read_key(pem); });
}

PublicKey read_public(const std::string& name) {
  return PublicKey::from_der(read_pem(bytes(data(name)), name).front().der.bytes());
}

std::vector<std::uint8_t> plain_pkcs8(const PrivateKey& key) {
  const Secret der = key.unencrypted_pkcs8();
  return {der.bytes().begin(), der.bytes().end()};
}

/// RSA takes seconds: one key is enough for all.
const PrivateKey& rsa_key() {
  static const PrivateKey key = PrivateKey::generate(KeyType::rsa3072);
  return key;
}

} // namespace

TEST_CASE("digest: the values of FIPS 180-4", "[x509][key]") {
  CHECK(to_hex(sha256(bytes("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha1(bytes("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("key type: its name is read back", "[x509][key]") {
  for (const KeyType type : all_key_types)
    CHECK(parse_key_type(to_string(type)) == type);
  CHECK(parse_key_type("rsa2048") == std::nullopt);
  CHECK(to_string(KeyType::rsa4096) == "rsa4096");
}

TEST_CASE("private key: what it signs, its public half verifies", "[x509][key]") {
  struct Expected {
    KeyType type;
    const char* description;
    SignatureAlgorithm algorithm;
  };
  const auto expected = GENERATE(Expected{KeyType::p256, "ECDSA P-256", SignatureAlgorithm::ecdsa_with_sha256},
                                 Expected{KeyType::p384, "ECDSA P-384", SignatureAlgorithm::ecdsa_with_sha384},
                                 Expected{KeyType::ed25519, "Ed25519", SignatureAlgorithm::ed25519},
                                 Expected{KeyType::rsa3072, "RSA 3072", SignatureAlgorithm::rsa_with_sha256});
  const PrivateKey fresh = PrivateKey::generate(expected.type == KeyType::rsa3072 ? KeyType::p256 : expected.type);
  const PrivateKey& key = expected.type == KeyType::rsa3072 ? rsa_key() : fresh;
  CHECK(key.type() == expected.type);
  CHECK(key.signature_algorithm() == expected.algorithm);
  CHECK(key.public_key().description() == expected.description);
  CHECK(key.public_key().weakness() == std::nullopt);
  std::vector<std::uint8_t> signature = key.sign(bytes("text"));
  CHECK(key.public_key().verifies(bytes("text"), signature, expected.algorithm));
  CHECK_FALSE(key.public_key().verifies(bytes("Text"), signature, expected.algorithm));
  signature[signature.size() / 2] ^= 1U;
  CHECK_FALSE(key.public_key().verifies(bytes("text"), signature, expected.algorithm));
  CHECK_FALSE(key.public_key().verifies(bytes("text"), {}, expected.algorithm));
}

TEST_CASE("private key: two are never alike", "[x509][key]") {
  CHECK_FALSE(PrivateKey::generate(KeyType::p256).public_key() == PrivateKey::generate(KeyType::p256).public_key());
}

TEST_CASE("private key: what is written is read back", "[x509][key]") {
  const PrivateKey p256 = PrivateKey::generate(KeyType::p256);
  const PrivateKey p384 = PrivateKey::generate(KeyType::p384);
  const PrivateKey ed25519 = PrivateKey::generate(KeyType::ed25519);
  for (const PrivateKey* key : {&p256, &p384, &ed25519, &rsa_key()}) {
    const Secret pem = key->write_unencrypted_pem();
    CHECK(pem.text().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    CHECK(describe_encryption(pem.bytes()) == std::nullopt);
    const PrivateKey again = PrivateKey::from_pem(pem.bytes(), "x");
    CHECK(again.public_key() == key->public_key());
    CHECK(again.type() == key->type());
    CHECK(plain_pkcs8(again) == plain_pkcs8(*key));
    CHECK(key->public_key().verifies(bytes("text"), again.sign(bytes("text")), key->signature_algorithm()));
  }
}

TEST_CASE("private key: encrypted, it opens with its passphrase alone", "[x509][key]") {
  const PrivateKey key = PrivateKey::generate(KeyType::p256);
  const Secret pem = key.write_encrypted_pem(passphrase());
  CHECK(pem.text().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  const auto encryption = describe_encryption(pem.bytes());
  REQUIRE(encryption);
  CHECK(encryption->cipher == "AES-256-CBC");
  CHECK(encryption->prf == "HMAC-SHA256");
  CHECK(encryption->iterations == 600'000);
  CHECK(PrivateKey::from_pem(pem.bytes(), "x", passphrase).public_key() == key.public_key());
  const auto wrong = [&] {
    PrivateKey::from_pem(pem.bytes(), "ca-key.pem", [] { return Secret::copy_of(std::string_view("Secret")); });
  };
  CHECK(error_of(wrong) == "failed to decrypt key 'ca-key.pem': wrong passphrase");
  CHECK(code_of(wrong) == Errc::wrong_passphrase);
  CHECK(error_of([&] { PrivateKey::from_pem(pem.bytes(), "ca-key.pem"); }) ==
        "failed to decrypt key 'ca-key.pem': no passphrase was given");
  CHECK_FALSE(key.write_encrypted_pem(passphrase()).text() == pem.text()); // salted anew
}

TEST_CASE("private key: no wrong passphrase is taken for a damaged key", "[x509][key]") {
  // One in 256 wrong passphrases leaves padding that looks right; 2048 iterations make trying cheap.
  const std::string pem = data("p256-aes256.key");
  for (int i = 0; i < 600; ++i) {
    const auto wrong = [&] { return Secret::copy_of(std::string_view("wrong " + std::to_string(i))); };
    REQUIRE(code_of([&] { PrivateKey::from_pem(bytes(pem), "x", wrong); }) == Errc::wrong_passphrase);
  }
}

TEST_CASE("private key: what strangers wrote is read", "[x509][key]") {
  struct Expected {
    const char* file;
    const char* description;
    std::optional<KeyType> type;
  };
  const auto expected =
      GENERATE(Expected{"rsa2048.key", "RSA 2048", std::nullopt}, Expected{"rsa2048-pkcs1.key", "RSA 2048", std::nullopt},
               Expected{"rsa1024.key", "RSA 1024", std::nullopt}, Expected{"p256-sec1.key", "ECDSA P-256", KeyType::p256},
               Expected{"p521-sec1.key", "ECDSA P-521", std::nullopt}, Expected{"p256-aes256.key", "ECDSA P-256", KeyType::p256},
               Expected{"p256-aes128-sha1.key", "ECDSA P-256", KeyType::p256},
               Expected{"p256-aes192-sha512.key", "ECDSA P-256", KeyType::p256});
  INFO(expected.file);
  const PrivateKey key = read_key(data(expected.file));
  CHECK(key.public_key().description() == expected.description);
  CHECK(key.type() == expected.type);
  CHECK(key.public_key().verifies(bytes("text"), key.sign(bytes("text")), key.signature_algorithm()));
}

TEST_CASE("private key: one key in five forms is one key", "[x509][key]") {
  const PrivateKey key = read_key(data("p256-sec1.key"));
  for (const char* file : {"p256-aes256.key", "p256-aes128-sha1.key", "p256-aes192-sha512.key"})
    CHECK(plain_pkcs8(read_key(data(file))) == plain_pkcs8(key));
  CHECK(plain_pkcs8(read_key(data("rsa2048-pkcs1.key"))) == plain_pkcs8(read_key(data("rsa2048.key"))));
  // What we write is, octet for octet, what openssl writes.
  CHECK(read_key(data("rsa2048.key")).write_unencrypted_pem().text() == data("rsa2048.key"));
}

TEST_CASE("private key: what is not taken is named", "[x509][key]") {
  const std::string hint =
      " | re-encrypt it: openssl pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA256 -iter 600000 -in 'key.pem' -out NEW";
  CHECK(refusal(data("rsa2048-legacy-encrypted.key")) ==
        "failed to read key 'key.pem': it is encrypted in an old way that dockpki does not read (Proc-Type, DEK-Info)" + hint);
  CHECK(refusal(data("p256-pbes1.key")) ==
        "failed to read key 'key.pem': it is encrypted in an old way that dockpki does not read (1.2.840.113549.1.12.1.3)" +
            hint);
  CHECK(refusal(data("p256-des3.key")) ==
        "failed to read key 'key.pem': it is encrypted in an old way that dockpki does not read (1.2.840.113549.3.7)" + hint);
  CHECK(refusal(data("secp256k1-sec1.key")) ==
        "failed to read key 'key.pem': its curve, secp256k1, is not one of P-256, P-384 and P-521");
  CHECK(refusal(data("p256-explicit.key")) ==
        "failed to read key 'key.pem': its curve is given by numbers, not by its name, and Docker does not read that");
  CHECK(refusal(data("dsa1024.key")) ==
        "failed to read key 'key.pem': a key of kind DSA is not supported: ECDSA, RSA and Ed25519 are");
  CHECK(refusal(data("p256-ca.crt")) == "failed to read key 'key.pem': it is a certificate, not a private key");
  CHECK(refusal(data("rsa1024.pub")) == "failed to read key 'key.pem': it is a public key, not a private key");
  CHECK(refusal(data("p256-ca.crt") + data("rsa2048.key")) == "failed to read key 'key.pem': more than one block stands in it "
                                                              "(CERTIFICATE, PRIVATE KEY), and it must be a private key alone");
  CHECK(refusal(write_pem("OPENSSH PRIVATE KEY", unhex("00"))) ==
        "failed to read key 'key.pem': it is a key in OpenSSH's form, not a private key | convert it in place: ssh-keygen -p -m "
        "PKCS8 -f FILE");
}

TEST_CASE("private key: halves that do not belong together are refused", "[x509][key]") {
  const std::string mismatch = "failed to read key: its public half does not belong to its private half";
  std::vector<std::uint8_t> ec = plain_pkcs8(PrivateKey::generate(KeyType::p256));
  const auto refusal_of = [](const std::vector<std::uint8_t>& der) { return error_of([&] { PrivateKey::from_pkcs8(der); }); };
  CHECK(refusal_of(ec) == "no error");
  ec.back() ^= 1U; // of the point
  CHECK(refusal_of(ec) == mismatch);
  const std::vector<std::uint8_t> rsa = plain_pkcs8(rsa_key());
  for (std::size_t number = 0, at = 30; number < 9; ++number) {
    // version, modulus, exponents, primes, CRT: the last octet of each, the version apart
    const std::size_t header = rsa[at + 1] < 0x80 ? 2 : 2 + (rsa[at + 1] & 0x7fU);
    std::size_t size = rsa[at + 1];
    if (header > 2) {
      size = 0;
      for (std::size_t i = 2; i < header; ++i)
        size = size << 8U | rsa[at + i];
    }
    REQUIRE(rsa[at] == 0x02);
    at += header + size;
    std::vector<std::uint8_t> changed = rsa;
    changed[at - 1] ^= 2U;
    CHECK(refusal_of(changed) ==
          (number == 0 ? "failed to read key: an RSA key of more than two primes is not supported" : mismatch));
  }
}

TEST_CASE("private key: a scalar out of range is refused", "[x509][key]") {
  std::vector<std::uint8_t> der = plain_pkcs8(PrivateKey::generate(KeyType::p256));
  constexpr std::size_t scalar_at = 36;
  REQUIRE(der[scalar_at - 2] == 0x04);
  REQUIRE(der[scalar_at - 1] == 32);
  for (const std::uint8_t octet : {std::uint8_t{0}, std::uint8_t{0xff}}) {
    std::fill_n(der.begin() + scalar_at, 32, octet);
    CHECK(error_of([&] { PrivateKey::from_pkcs8(der); }) == "failed to read key: its private scalar is out of range");
  }
}

TEST_CASE("private key: a count of iterations that nobody uses is refused before it is run", "[x509][key]") {
  const std::string hex = to_hex(read_pem(bytes(data("p256-aes256.key")), "x").front().der.bytes());
  const std::size_t count_at = hex.find("02020800"); // 2048, behind a salt of 8 octets
  REQUIRE(count_at != std::string::npos);
  const auto with = [&](const std::string& salt_and_count) {
    const std::string changed = hex.substr(0, count_at - 20) + salt_and_count + hex.substr(count_at + 8);
    return write_pem("ENCRYPTED PRIVATE KEY", unhex(changed));
  };
  CHECK(refusal(with("0406aaaaaaaaaaaa"
                     "020400989681")) ==
        "failed to read key 'key.pem': its count of iterations is 10000001, and only 1 to 10,000,000 are taken");
  CHECK(refusal(with("0409aaaaaaaaaaaaaaaaaa"
                     "020100")) ==
        "failed to read key 'key.pem': its count of iterations is 0, and only 1 to 10,000,000 are taken");
  CHECK(refusal(with("0408aaaaaaaaaaaaaaaa"
                     "02020001")) ==
        "failed to read key 'key.pem': count of iterations: a number not in its shortest form (octet 43)");
}

TEST_CASE("private key: its encryption is described, whatever it is", "[x509][key]") {
  const auto described = [](const std::string& name) {
    const auto encryption = describe_encryption(bytes(data(name)));
    return encryption ? encryption->cipher + ' ' + encryption->prf + ' ' + std::to_string(encryption->iterations) : "none";
  };
  CHECK(described("p256-aes256.key") == "AES-256-CBC HMAC-SHA256 2048");
  CHECK(described("p256-aes128-sha1.key") == "AES-128-CBC HMAC-SHA1 2048");
  CHECK(described("p256-aes192-sha512.key") == "AES-192-CBC HMAC-SHA512 2048");
  CHECK(described("p256-des3.key") == "1.2.840.113549.3.7 HMAC-SHA256 2048");
  CHECK(described("p256-pbes1.key") == "1.2.840.113549.1.12.1.3  2048");
  CHECK(described("rsa2048-legacy-encrypted.key") == "legacy PEM encryption MD5 1");
  CHECK(described("rsa2048.key") == "none");
  CHECK(error_of([&] { describe_encryption(bytes(data("p256-ca.crt"))); }) ==
        "failed to read key: it is a certificate, not a private key");
}

TEST_CASE("private key: progress is told, and an exception stops it", "[x509][key]") {
  struct Stop {};
  int ticks = 0;
  CHECK_THROWS_AS(PrivateKey::generate(KeyType::rsa4096,
                                       [&] {
                                         if (++ticks == 3)
                                           throw Stop{};
                                       }),
                  Stop);
  CHECK(ticks == 3);
}

TEST_CASE("private key: it outlives the thread that made it", "[x509][key]") {
  std::optional<PrivateKey> key;
  std::thread([&] { key.emplace(PrivateKey::generate(KeyType::p256)); }).join();
  std::vector<std::uint8_t> signature;
  std::thread([&] { signature = key->sign(bytes("text")); }).join();
  CHECK(key->public_key().verifies(bytes("text"), signature, key->signature_algorithm()));
  CHECK(key->public_key().verifies(bytes("text"), key->sign(bytes("text")), key->signature_algorithm()));
  std::thread([&] { key.reset(); }).join();
}

TEST_CASE("private key: threads make keys side by side", "[x509][key]") {
  std::vector<std::thread> threads;
  std::array<bool, 4> good{};
  for (bool& result : good)
    threads.emplace_back([&result] {
      result = true;
      for (int i = 0; i < 20; ++i) {
        const PrivateKey key = PrivateKey::generate(KeyType::p256);
        result = result && key.public_key().verifies(bytes("text"), key.sign(bytes("text")), key.signature_algorithm());
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  for (const bool result : good)
    CHECK(result);
}

TEST_CASE("public key: why it must not be certified", "[x509][key]") {
  CHECK(read_public("rsa1024.pub").weakness() == "an RSA key of 1024 bits is too short: 2048 is the least");
  CHECK(read_public("rsa2048-exponent3.pub").weakness() == "its RSA exponent is not 65537");
  CHECK(read_public("secp256k1.pub").weakness() == "ECDSA secp256k1 is not on one of the curves P-256, P-384 and P-521");
  CHECK(read_public("p256-compressed.pub").weakness() ==
        "its point is not in the uncompressed form, which is the only one that Go reads");
  CHECK(read_public("dsa1024.pub").weakness() == "a key of kind DSA is not supported: ECDSA, RSA and Ed25519 are");
  CHECK(read_public("dsa1024.pub").description() == "1.2.840.10040.4.1");
  std::vector<std::uint8_t> off;
  const PrivateKey key = PrivateKey::generate(KeyType::p256);
  off.assign(key.public_key().der().begin(), key.public_key().der().end());
  off.back() ^= 1U;
  CHECK(PublicKey::from_der(off).weakness() == "its point is not on its curve");
  CHECK_FALSE(PublicKey::from_der(off).verifies(bytes("text"), key.sign(bytes("text")), key.signature_algorithm()));
}

TEST_CASE("public key: an algorithm that does not go with it is refused", "[x509][key]") {
  const PrivateKey key = PrivateKey::generate(KeyType::p256);
  const auto verify = [&] {
    return key.public_key().verifies(bytes("text"), key.sign(bytes("text")), SignatureAlgorithm::rsa_with_sha256);
  };
  CHECK(error_of(verify) == "failed to verify signature: sha256WithRSAEncryption does not go with a key of kind ECDSA P-256");
  CHECK(code_of(verify) == Errc::invalid_input);
}

TEST_CASE("public key: what follows it is refused", "[x509][key]") {
  const PrivateKey key = PrivateKey::generate(KeyType::ed25519);
  std::vector<std::uint8_t> der(key.public_key().der().begin(), key.public_key().der().end());
  der.push_back(0);
  CHECK(error_of([&] { PublicKey::from_der(der); }) ==
        "failed to read public key: something follows that does not belong there (octet 44)");
}

TEST_CASE("public key: its identifier is the SHA-1 of the bare key", "[x509][key]") {
  const PublicKey key = read_public("p256-compressed.pub");
  CHECK(key.subject_public_key().size() == 33);
  CHECK(to_hex(key.key_identifier()) == to_hex(sha1(key.subject_public_key())));
}
