#include "support/catch.hpp"
#include "support/memory_ledger.hpp"
#include "x509_support.hpp"

#include <algorithm>

#include <dockpki/pki/crl.hpp>
#include <dockpki/pki/foreign_authority.hpp>
#include <dockpki/pki/issuer.hpp>

using namespace dockpki;
using namespace dockpki::pki;
using namespace std::chrono_literals;
using dockpki::test::MemoryLedger;
using x509::test::bytes;
using x509::test::data;
using x509::test::error_of;

namespace {

const TimePoint now = parse_rfc3339("2026-11-23T10:00:00Z");

/// Only dockpki's writer makes these: what it leaves out is what hand-made authorities lack.
x509::CertificateFields sound_fields(const x509::PrivateKey& key) {
  const auto name = x509::DistinguishedName::make(x509::CommonName::parse("hand-made CA"));
  const auto identifier = key.public_key().key_identifier();
  return {.serial_number = *x509::SerialNumber::parse("01"),
          .issuer = name,
          .subject = name,
          .validity = authority_validity(now, default_authority_lifetime),
          .subject_public_key = key.public_key(),
          .basic_constraints = {.is_ca = true, .path_length = 0},
          .key_usage = x509::key_cert_sign | x509::crl_sign,
          .subject_key_identifier = {identifier.begin(), identifier.end()}};
}

x509::Certificate self_signed(const x509::CertificateFields& fields, const x509::PrivateKey& key) {
  const auto tbs = x509::encode_tbs_certificate(fields, key.signature_algorithm());
  return x509::Certificate::assemble(tbs, key.signature_algorithm(), key.sign(tbs));
}

template <class Spoil>
x509::Certificate spoilt(Spoil spoil) {
  const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  x509::CertificateFields fields = sound_fields(key);
  spoil(fields);
  return self_signed(fields, key);
}

std::string refusal(const x509::Certificate& certificate) {
  return error_of([&] { weaknesses_of(certificate, now); });
}

using Fields = x509::CertificateFields;
using Sentences = std::vector<std::string>;

} // namespace

TEST_CASE("foreign authority: nothing is said of a sound one", "[pki]") {
  CHECK(weaknesses_of(spoilt([](Fields&) {}), now).empty());
}

TEST_CASE("foreign authority: each weakness is told", "[pki]") {
  const auto weak = [](auto spoil) { return weaknesses_of(spoilt(spoil), now); };
  CHECK(weak([](Fields& f) { f.key_usage = 0; }) ==
        Sentences{"it has no keyUsage: Docker takes it, but Python 3.13 and later (docker-py, Ansible) refuse it"});
  CHECK(weak([](Fields& f) { f.key_usage = x509::key_cert_sign; }) ==
        Sentences{"its keyUsage lacks cRLSign: it can make no revocation lists"});
  CHECK(weak([](Fields& f) { f.subject_key_identifier.clear(); }) ==
        Sentences{"it has no subjectKeyIdentifier: Docker takes it, but Python 3.13 and later refuse it"});
  CHECK(weak([](Fields& f) { f.basic_constraints.path_length.reset(); }) ==
        Sentences{"it has no path length: it could make further authorities, which dockpki never does"});
  CHECK(weak([](Fields& f) { f.validity.not_after = now + 24h * 30; }) ==
        Sentences{"it expires on 2026-12-23 (in 30 days): nothing that it signs lives longer, so plan for a new one"});
}

TEST_CASE("foreign authority: version 1 and SHA-1 are told and taken", "[pki]") {
  const std::string version = "it is of version 1, which cannot say that it is an authority's: Docker takes it, but Python 3.13 "
                              "and later and Java refuse it";
  CHECK(weaknesses_of(x509::Certificate::from_pem(bytes(data("rsa2048-v1.crt")), "ca"), now) == Sentences{version});
  CHECK(weaknesses_of(x509::Certificate::from_pem(bytes(data("rsa2048-v1-sha1.crt")), "ca"), now) ==
        Sentences{version,
                  "it is signed with SHA-1: Docker does not look at that in an authority, but scanners complain; what is "
                  "issued from now on is not"});
}

TEST_CASE("foreign authority: what must not sign is refused with the reason", "[pki]") {
  const std::string failed = "failed to import the authority: ";
  const std::string anew = " | make a new authority with 'dockpki init-ca', and issue every set anew";
  const std::string other =
      " | give the certificate that signed the others with --cert, or make a new authority with 'dockpki init-ca'";
  const auto refused = [](auto spoil) { return refusal(spoilt(spoil)); };
  CHECK(refused([](Fields& f) { f.basic_constraints = {}; }) ==
        failed + "its certificate is not an authority's: basicConstraints does not say CA:TRUE" + other);
  CHECK(refused([](Fields& f) { f.key_usage = x509::digital_signature; }) ==
        failed + "its certificate may not sign others: keyUsage lacks keyCertSign" + other);
  CHECK(refused([](Fields& f) { f.validity.not_after = now - 1s; }) == failed + "it expired on 2026-11-23" + anew);
  CHECK(refused([](Fields& f) { f.validity.not_before = now + 1s; }) ==
        failed + "it is not valid before 2026-11-23T10:00:01Z | check this machine's clock: it says 2026-11-23T10:00:00Z");
  CHECK(refused([](Fields& f) { f.extended_key_usage = {std::string(x509::server_auth_oid)}; }) ==
        failed + "its extendedKeyUsage does not allow both serverAuth and clientAuth, so Docker would refuse what it signs" +
            anew);
  CHECK(refused([](Fields& f) { f.issuer = x509::DistinguishedName::make(x509::CommonName::parse("root")); }) ==
        failed + "its certificate is not signed by itself but by 'CN=root', and many clients trust no such one alone"
                 " | import the authority at the top of the chain, or make a new one with 'dockpki init-ca'");
  const auto with_signature = [](std::string_view oid) {
    // The same length, so that everything around it stays as it is.
    std::string hex = to_hex(x509::Certificate::from_pem(bytes(data("rsa2048-v1-sha1.crt")), "ca").der());
    for (std::size_t at = hex.find("2a864886f70d010105"); at != std::string::npos; at = hex.find("2a864886f70d010105", at + 1))
      hex.replace(at, oid.size(), oid);
    return x509::Certificate::from_der(x509::test::unhex(hex));
  };
  CHECK(refusal(with_signature("2a864886f70d010104")) ==
        failed + "its certificate is signed with MD5 or older, which can be forged" + anew);
  CHECK(refusal(with_signature("2a864886f70d01010b")).find("is not signed by itself") != std::string::npos);
}

TEST_CASE("foreign authority: both usages, or any, on the authority itself are no hindrance", "[pki]") {
  CHECK(refusal(spoilt([](Fields& f) {
          f.extended_key_usage = {std::string(x509::client_auth_oid), std::string(x509::server_auth_oid)};
        })) == "no error");
  CHECK(refusal(spoilt([](Fields& f) { f.extended_key_usage = {std::string(x509::any_extended_key_usage_oid)}; })) == "no error");
}

TEST_CASE("issuer: an authority without keyUsage and key identifiers signs, and its leaves name its key", "[pki]") {
  MemoryLedger ledger;
  x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  x509::CertificateFields fields = sound_fields(key);
  fields.key_usage = 0;
  fields.subject_key_identifier.clear();
  const auto of_key = key.public_key().key_identifier();
  const x509::Certificate certificate = self_signed(fields, key);
  const Issuer issuer(certificate, std::move(key), "g1");
  const LeafOrder order{.kind = Kind::client, .common_name = x509::CommonName::parse("alice"), .names = {}};
  const auto request =
      x509::Request::make({.subject = leaf_subject(order), .extended_key_usage = {}, .subject_alternative_name = {}},
                          x509::PrivateKey::generate(x509::KeyType::p256));
  const IssuedLeaf leaf =
      issuer.issue(request, order, ledger, {.authority = "g1", .kind = Kind::client, .name = "alice", .folder = {}, .at = now});
  REQUIRE(leaf.certificate.contents().authority_key_identifier);
  CHECK(std::ranges::equal(*leaf.certificate.contents().authority_key_identifier, of_key));
}

TEST_CASE("issuer: an authority of version 1 signs", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer(x509::Certificate::from_pem(bytes(data("rsa2048-v1.crt")), "ca"),
                      x509::PrivateKey::from_pem(bytes(data("rsa2048.key")), "key"), "g1");
  const LeafOrder order{.kind = Kind::client, .common_name = x509::CommonName::parse("alice"), .names = {}};
  const auto request =
      x509::Request::make({.subject = leaf_subject(order), .extended_key_usage = {}, .subject_alternative_name = {}},
                          x509::PrivateKey::generate(x509::KeyType::p256));
  CHECK(issuer.issue(request, order, ledger, {.authority = "g1", .kind = Kind::client, .name = "alice", .folder = {}, .at = now})
            .certificate.is_signed_by(issuer.certificate().contents().subject_public_key));
}

TEST_CASE("issuer: keyUsage without keyCertSign is refused", "[pki]") {
  x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  x509::CertificateFields fields = sound_fields(key);
  fields.key_usage = x509::digital_signature;
  const x509::Certificate certificate = self_signed(fields, key);
  CHECK(error_of([&] { Issuer(certificate, std::move(key), "g1"); }) ==
        "failed to use authority 'g1': its certificate may not sign others: keyUsage lacks keyCertSign");
}

TEST_CASE("issuer: an authority without keyUsage and key identifiers signs lists as well", "[pki][crl]") {
  x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  x509::CertificateFields fields = sound_fields(key);
  fields.key_usage = 0;
  fields.subject_key_identifier.clear();
  const auto of_key = key.public_key().key_identifier();
  const x509::Certificate certificate = self_signed(fields, key);
  const Issuer issuer(certificate, std::move(key), "g1");
  const CrlPlan plan = plan_crl(certificate, {.revoked = {}, .last = {}}, now);
  const x509::Crl crl = issuer.sign_crl(plan.fields, std::nullopt, now);
  REQUIRE(crl.contents().authority_key_identifier);
  CHECK(std::ranges::equal(*crl.contents().authority_key_identifier, of_key));
}
