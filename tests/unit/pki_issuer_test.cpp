#include "support/catch.hpp"
#include "support/memory_ledger.hpp"
#include "support/message.hpp"

#include <algorithm>

#include <dockpki/pki/issuer.hpp>
#include <dockpki/pki/lint.hpp>
#include <dockpki/pki/renewal.hpp>

using namespace dockpki;
using namespace dockpki::pki;
using namespace std::chrono_literals;
using test::MemoryLedger;
using test::message_of;

namespace {

const TimePoint now = parse_rfc3339("2026-11-21T10:00:00Z");

NewAuthority new_authority(MemoryLedger& ledger, TimePoint at = now, Seconds lifetime = default_authority_lifetime,
                           const x509::NameConstraints& constraints = {}) {
  return make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse("dockpki CA host G1"),
                        std::nullopt, lifetime, constraints, ledger,
                        {.authority = "g1", .kind = Kind::authority, .name = "g1", .folder = {}, .at = at});
}

Issuer new_issuer(MemoryLedger& ledger, TimePoint at = now, Seconds lifetime = default_authority_lifetime,
                  const x509::NameConstraints& constraints = {}) {
  NewAuthority made = new_authority(ledger, at, lifetime, constraints);
  return {std::move(made.certificate), std::move(made.key), "g1"};
}

LeafOrder server_order() {
  return {.kind = Kind::server,
          .common_name = x509::CommonName::parse("docker.example.com"),
          .names = {
              .dns = {x509::DnsName::parse("docker.example.com")}, .ip = {x509::IpAddress::parse("192.168.1.10")}, .email = {}}};
}

LeafOrder client_order() {
  return {.kind = Kind::client,
          .common_name = x509::CommonName::parse("alice"),
          .names = {.dns = {}, .ip = {}, .email = {x509::EmailAddress::parse("alice@example.com")}}};
}

Reservation reservation(TimePoint at = now) {
  return {.authority = "g1", .kind = Kind::server, .name = "docker.example.com", .folder = "/x", .at = at};
}

x509::Request request_for(const LeafOrder& order, x509::KeyType type = x509::KeyType::p256) {
  return x509::Request::make({.subject = leaf_subject(order),
                              .extended_key_usage = extended_key_usage(order.kind),
                              .subject_alternative_name = order.names},
                             x509::PrivateKey::generate(type));
}

/// The fields of a sound server certificate, to be spoilt.
x509::CertificateFields sound_fields(const Issuer& issuer, const x509::PublicKey& key) {
  const LeafOrder order = server_order();
  const auto identifier = key.key_identifier();
  return {.serial_number = x509::SerialNumber::random(),
          .issuer = issuer.certificate().contents().subject,
          .subject = leaf_subject(order),
          .validity = leaf_validity(now, order.lifetime, issuer.certificate()).validity,
          .subject_public_key = key,
          .basic_constraints = {},
          .key_usage = key_usage(order.kind, key.algorithm()),
          .extended_key_usage = extended_key_usage(order.kind),
          .name_constraints = {},
          .subject_key_identifier = {identifier.begin(), identifier.end()},
          .authority_key_identifier = *issuer.certificate().contents().subject_key_identifier,
          .subject_alternative_name = order.names};
}

std::vector<std::string> lint_of(const x509::CertificateFields& fields, const Issuer& issuer) {
  const auto contents =
      x509::parse_tbs_certificate(x509::encode_tbs_certificate(fields, x509::SignatureAlgorithm::ecdsa_with_sha256));
  return lint(contents, Kind::server, issuer.certificate().contents(), now);
}

} // namespace

TEST_CASE("authority: the certificate follows the profile", "[pki]") {
  MemoryLedger ledger;
  const NewAuthority made = new_authority(ledger);
  const x509::CertificateContents& contents = made.certificate.contents();
  CHECK(contents.subject.text() == "CN=dockpki CA host G1");
  CHECK(contents.issuer == contents.subject);
  CHECK(format_rfc3339(contents.validity.not_before) == "2026-11-21T09:00:00Z");
  CHECK(format_rfc3339(contents.validity.not_after) == "2036-11-18T09:59:59Z");
  CHECK(contents.basic_constraints == x509::BasicConstraints{true, 0});
  CHECK(contents.key_usage == (x509::key_cert_sign | x509::crl_sign));
  CHECK_FALSE(contents.extended_key_usage.has_value());
  CHECK_FALSE(contents.authority_key_identifier.has_value());
  CHECK(made.certificate.is_signed_by(made.key.public_key()));
  CHECK(ledger.serials.contains(contents.serial_number.text()));
}

TEST_CASE("issuer: a server certificate carries every name asked for, and serverAuth alone", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  for (const x509::KeyType type : {x509::KeyType::p256, x509::KeyType::p384, x509::KeyType::ed25519, x509::KeyType::rsa3072}) {
    const IssuedLeaf leaf = issuer.issue(request_for(server_order(), type), server_order(), ledger, reservation());
    const x509::CertificateContents& contents = leaf.certificate.contents();
    CHECK(contents.subject_alternative_name->dns == std::vector<std::string>{"docker.example.com"});
    CHECK(contents.subject_alternative_name->ip == std::vector{x509::IpAddress::parse("192.168.1.10")});
    CHECK(contents.extended_key_usage == std::vector<std::string>{std::string(x509::server_auth_oid)});
    CHECK(contents.key_usage ==
          (type == x509::KeyType::rsa3072 ? x509::digital_signature | x509::key_encipherment : x509::digital_signature));
    CHECK(contents.extensions.back().oid == "2.5.29.17");
    CHECK_FALSE(contents.extensions.back().critical);
    CHECK(format_rfc3339(contents.validity.not_after) == "2027-11-21T09:59:59Z");
    CHECK_FALSE(leaf.shortened);
  }
}

TEST_CASE("issuer: a client certificate carries clientAuth alone and the e-mail address", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  const IssuedLeaf leaf = issuer.issue(request_for(client_order()), client_order(), ledger, reservation());
  CHECK(leaf.certificate.contents().extended_key_usage == std::vector<std::string>{std::string(x509::client_auth_oid)});
  CHECK(leaf.certificate.contents().subject_alternative_name->email == std::vector<std::string>{"alice@example.com"});
  CHECK(leaf.certificate.contents().subject.common_name() == "alice");
}

TEST_CASE("issuer: without a common name the subject is empty and subjectAltName critical", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  LeafOrder order = server_order();
  order.common_name.reset();
  const IssuedLeaf leaf = issuer.issue(request_for(order), order, ledger, reservation());
  CHECK(leaf.certificate.contents().subject.attributes().empty());
  CHECK(leaf.certificate.contents().find_extension("2.5.29.17")->critical);
}

TEST_CASE("issuer: a life past the authority's end is shortened, and said so", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger, now, 24h * 30);
  const IssuedLeaf leaf = issuer.issue(request_for(server_order()), server_order(), ledger, reservation());
  CHECK(leaf.shortened);
  CHECK(leaf.certificate.contents().validity.not_after == issuer.certificate().contents().validity.not_after);
}

TEST_CASE("issuer: not_before never lies before the authority's", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  const IssuedLeaf leaf = issuer.issue(request_for(server_order()), server_order(), ledger, reservation(now - 30min));
  CHECK(leaf.certificate.contents().validity.not_before == issuer.certificate().contents().validity.not_before);
}

TEST_CASE("issuer: an expired authority and a clock before its begin are refused, and no serial is taken", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  const std::size_t before = ledger.serials.size();
  const auto issue_at = [&](TimePoint at) {
    return message_of([&] { issuer.issue(request_for(server_order()), server_order(), ledger, reservation(at)); });
  };
  CHECK(issue_at(now + 24h * 3650) ==
        "failed to issue from authority 'CN=dockpki CA host G1': it expired on 2036-11-18T09:59:59Z");
  CHECK(issue_at(now - 2h) ==
        "failed to issue from authority 'CN=dockpki CA host G1': it is not valid before 2026-11-21T09:00:00Z");
  CHECK(issue_at(now + 24h * 3650 - 1s) == "no error");
  CHECK(ledger.serials.size() == before + 1);
}

TEST_CASE("issuer: names outside the authority's constraints are refused", "[pki]") {
  MemoryLedger ledger;
  const x509::NameConstraints constraints{.permitted_dns = {x509::DnsName::parse("example.com")},
                                          .permitted_ip = {x509::IpNetwork::parse("192.168.0.0/16")}};
  const Issuer issuer = new_issuer(ledger, now, default_authority_lifetime, constraints);
  CHECK_NOTHROW(issuer.issue(request_for(server_order()), server_order(), ledger, reservation()));
  LeafOrder order = server_order();
  order.names.dns = {x509::DnsName::parse("evil.test")};
  CHECK(message_of([&] { issuer.issue(request_for(order), order, ledger, reservation()); }) ==
        "failed to issue a certificate for 'evil.test': the authority may only sign for names that it was permitted");
  order = server_order();
  order.names.ip = {x509::IpAddress::parse("10.0.0.1")};
  CHECK(message_of([&] { issuer.issue(request_for(order), order, ledger, reservation()); }) ==
        "failed to issue a certificate for '10.0.0.1': the authority may only sign for names that it was permitted");
}

TEST_CASE("issuer: an authority permitted DNS names alone signs for no address", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger, now, default_authority_lifetime,
                                   {.permitted_dns = {x509::DnsName::parse("example.com")}, .permitted_ip = {}});
  CHECK(message_of([&] { issuer.issue(request_for(server_order()), server_order(), ledger, reservation()); }) ==
        "failed to issue a certificate for '192.168.1.10': the authority may only sign for names that it was permitted");
}

TEST_CASE("issuer: a key that does not match, and a certificate that is no authority's, are refused", "[pki]") {
  MemoryLedger ledger;
  NewAuthority first = new_authority(ledger);
  const x509::Certificate certificate = first.certificate;
  CHECK(message_of([&] { Issuer(certificate, x509::PrivateKey::generate(x509::KeyType::p256), "g1"); }) ==
        "failed to use authority 'g1': its key does not match its certificate");
  const Issuer issuer(std::move(first.certificate), std::move(first.key), "g1");
  x509::PrivateKey leaf_key = x509::PrivateKey::generate(x509::KeyType::p256);
  const auto request = x509::Request::make(
      {.subject = leaf_subject(server_order()), .extended_key_usage = {}, .subject_alternative_name = {}}, leaf_key);
  const IssuedLeaf leaf = issuer.issue(request, server_order(), ledger, reservation());
  CHECK(message_of([&] { Issuer(leaf.certificate, std::move(leaf_key), "leaf"); }) ==
        "failed to use authority 'leaf': its certificate is not an authority's: basicConstraints does not say CA:TRUE");
}

TEST_CASE("issuer: a taken serial is tried again, a generator that repeats itself is noticed", "[pki]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  ledger.refuse_next = 2;
  CHECK_NOTHROW(issuer.issue(request_for(server_order()), server_order(), ledger, reservation()));
  ledger.refuse_next = 3;
  CHECK(message_of([&] { issuer.issue(request_for(server_order()), server_order(), ledger, reservation()); }) ==
        "failed to find an unused serial number: the random generator repeats itself");
}

TEST_CASE("lint: a sound certificate passes", "[pki][lint]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  CHECK(lint_of(sound_fields(issuer, key.public_key()), issuer).empty());
}

TEST_CASE("lint: every planted fault is named", "[pki][lint]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  using Fields = x509::CertificateFields;
  struct Planted {
    std::function<void(Fields&)> spoil;
    std::string rule;
  };
  const std::vector<Planted> planted = {
      {[](Fields& f) { f.serial_number = *x509::SerialNumber::parse("01"); },
       "the serial number must be 16 octets, positive, without a leading zero"},
      {[](Fields& f) { f.issuer = f.subject; }, "the issuer must be the authority's subject"},
      {[](Fields& f) { f.subject = f.issuer; }, "a leaf must not have the authority's subject"},
      {[](Fields& f) { f.validity.not_before += 2h; }, "not_before must lie within the hour before now"},
      {[](Fields& f) { f.validity.not_before -= 2h; }, "not_before must lie within the hour before now"},
      {[](Fields& f) { f.validity.not_after = now - 1s; }, "not_after must not lie in the past"},
      {[](Fields& f) { f.validity.not_after += 24h * 3650; }, "the validity must lie within the authority's"},
      {[&](Fields& f) { f.subject_public_key = issuer.certificate().contents().subject_public_key; },
       "a leaf must not have the authority's key"},
      {[](Fields& f) { f.basic_constraints = {.is_ca = true, .path_length = 0}; }, "basicConstraints must be critical, CA:FALSE"},
      {[](Fields& f) { f.key_usage |= x509::key_cert_sign; },
       "keyUsage must be critical and hold exactly the bits of the profile"},
      {[](Fields& f) { f.key_usage = 0; }, "keyUsage must be critical and hold exactly the bits of the profile"},
      {[](Fields& f) { f.extended_key_usage.emplace_back(x509::client_auth_oid); },
       "extendedKeyUsage must hold exactly the purposes of the profile"},
      {[](Fields& f) { f.extended_key_usage = {std::string(x509::any_extended_key_usage_oid)}; },
       "extendedKeyUsage must hold exactly the purposes of the profile"},
      {[](Fields& f) { f.extended_key_usage.clear(); }, "extendedKeyUsage must hold exactly the purposes of the profile"},
      {[](Fields& f) { f.subject_key_identifier[0] ^= 1; }, "subjectKeyIdentifier must be that of the public key"},
      {[](Fields& f) { f.authority_key_identifier[0] ^= 1; },
       "authorityKeyIdentifier must be the authority's subjectKeyIdentifier, or its key's where it has none"},
      {[](Fields& f) { f.authority_key_identifier.clear(); },
       "authorityKeyIdentifier must be the authority's subjectKeyIdentifier, or its key's where it has none"},
      {[](Fields& f) { f.name_constraints.permitted_dns = {x509::DnsName::parse("a.example")}; },
       "a leaf carries no nameConstraints"},
      {[](Fields& f) { f.subject_alternative_name = {}; },
       "a server certificate carries a DNS name or an IP address, and no e-mail address"},
      {[](Fields& f) { f.subject_alternative_name.email = {x509::EmailAddress::parse("a@b.example")}; },
       "a server certificate carries a DNS name or an IP address, and no e-mail address"}};
  for (const Planted& fault : planted) {
    Fields fields = sound_fields(issuer, key.public_key());
    fault.spoil(fields);
    const std::vector<std::string> broken = lint_of(fields, issuer);
    INFO(fault.rule);
    CHECK(std::ranges::find(broken, fault.rule) != broken.end());
  }
}

TEST_CASE("renewal: due with a third of the life left, a half of a short one, or as little as was asked for", "[pki]") {
  using std::chrono::hours;
  const auto due = [](Seconds life, Seconds left, std::optional<Seconds> before = std::nullopt) {
    return is_due({now - (life - left), now + left}, now, before);
  };
  CHECK_FALSE(due(hours(24) * 300, hours(24) * 100 + Seconds(1)));
  CHECK(due(hours(24) * 300, hours(24) * 100));
  CHECK_FALSE(due(hours(24) * 10, hours(24) * 5 + Seconds(1)));
  CHECK(due(hours(24) * 10, hours(24) * 5));
  // Issued for ten days, from an hour before.
  CHECK_FALSE(due(hours(24) * 10 + clock_skew, hours(24) * 5 + clock_skew / 2 + Seconds(1)));
  CHECK(due(hours(24) * 10 + clock_skew, hours(24) * 5 + clock_skew / 2));
  CHECK_FALSE(due(hours(24) * 300, hours(24) * 31, hours(24) * 30));
  CHECK(due(hours(24) * 300, hours(24) * 30, hours(24) * 30));
  CHECK(due(hours(24) * 300, -hours(1)));
}

TEST_CASE("lint: an algorithm that is not the authority's is named", "[pki][lint]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  const auto tbs =
      x509::encode_tbs_certificate(sound_fields(issuer, key.public_key()), x509::SignatureAlgorithm::ecdsa_with_sha384);
  CHECK(lint(x509::parse_tbs_certificate(tbs), Kind::server, issuer.certificate().contents(), now) ==
        std::vector<std::string>{"the signature algorithm must be that of the authority's key"});
}

TEST_CASE("lint: a leaf lives 825 days at most, unless more is allowed", "[pki][lint]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  LeafOrder order = server_order();
  order.lifetime = longest_leaf_lifetime;
  issuer.issue(request_for(order), order, ledger, reservation());
  order.lifetime += Seconds(1);
  CHECK(message_of([&] { issuer.issue(request_for(order), order, ledger, reservation()); }) ==
        "failed to issue a certificate: it breaks the profile: a leaf must not live longer than 825 days");
  order.long_lifetime = LongLifetime::allowed;
  issuer.issue(request_for(order), order, ledger, reservation());
}

TEST_CASE("lint: a client without a common name is nobody to an authorization plugin", "[pki][lint]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  LeafOrder order{.kind = Kind::client};
  CHECK(message_of([&] { issuer.issue(request_for(order), order, ledger, reservation()); }) ==
        "failed to issue a certificate: it breaks the profile: an authority and a client must have a common name");
}

TEST_CASE("lint: a planted bad profile stops the authority's key", "[pki][lint]") {
  MemoryLedger ledger;
  const Issuer issuer = new_issuer(ledger);
  LeafOrder order = server_order();
  order.kind = Kind::client; // a client with a host's names: the profile forbids it
  CHECK(message_of([&] { issuer.issue(request_for(server_order()), order, ledger, reservation()); }) ==
        "failed to issue a certificate: it breaks the profile: a client certificate carries no DNS name and no IP address");
}
