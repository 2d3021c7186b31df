// What stands in a revocation list, decided with a fixed clock; every rule of the lint is broken once.
#include "support/catch.hpp"
#include "support/memory_ledger.hpp"
#include "support/message.hpp"

#include <algorithm>
#include <functional>

#include <dockpki/pki/issuer.hpp>

using namespace dockpki;
using namespace dockpki::pki;
using namespace std::chrono_literals;
using test::MemoryLedger;
using test::message_of;
using x509::CrlReason;

namespace {

const TimePoint now = parse_rfc3339("2026-11-21T10:00:00Z");

Issuer new_issuer(x509::KeyType type = x509::KeyType::p256, Seconds lifetime = default_authority_lifetime) {
  MemoryLedger ledger;
  NewAuthority made =
      make_authority(x509::PrivateKey::generate(type), x509::CommonName::parse("dockpki CA host G1"), std::nullopt, lifetime, {},
                     ledger, {.authority = "g1", .kind = Kind::authority, .name = "g1", .folder = {}, .at = now});
  return {std::move(made.certificate), std::move(made.key), "g1"};
}

x509::SerialNumber serial(const std::string& hex) {
  return x509::SerialNumber::parse(hex).value();
}

RevokedLeaf leaf(const std::string& hex, CrlReason reason = CrlReason::key_compromise, TimePoint not_after = now + 24h * 365) {
  return {.revocation = {serial(hex), now - 1h, reason}, .not_after = not_after};
}

std::string serials(const x509::CrlFields& fields) {
  std::string text;
  for (const x509::Revocation& one : fields.revoked)
    text += one.serial_number.text() + ' ';
  return text;
}

/// The fields of a sound second list, to be spoilt.
const LastCrl last{.number = 1, .this_update = now - 1h};

x509::CrlFields sound_fields(const Issuer& issuer) {
  return plan_crl(issuer.certificate(), {.revoked = {leaf("05"), leaf("07", CrlReason::unspecified)}, .last = last}, now).fields;
}

std::vector<std::string> lint_of(const std::vector<std::uint8_t>& tbs, const Issuer& issuer) {
  return lint(x509::parse_tbs_cert_list(tbs), issuer.certificate().contents(), last, now);
}

} // namespace

TEST_CASE("plan_crl: the first list, and the next one", "[pki][crl]") {
  const Issuer issuer = new_issuer();
  const CrlPlan first = plan_crl(issuer.certificate(), {.revoked = {}, .last = {}}, now);
  CHECK(first.fields.crl_number == 1);
  CHECK(first.fields.this_update == now);
  CHECK(format_rfc3339(first.fields.next_update) == "2026-12-21T10:00:00Z");
  CHECK(first.fields.issuer == issuer.certificate().contents().subject);
  CHECK(first.fields.authority_key_identifier == issuer.certificate().contents().subject_key_identifier.value());
  CHECK_FALSE(first.shortened);
  const CrlOrder order{.revoked = {}, .lifetime = 24h * 7, .last = LastCrl{.number = 41, .this_update = now}};
  const CrlPlan next = plan_crl(issuer.certificate(), order, now);
  CHECK(next.fields.crl_number == 42);
  CHECK(format_rfc3339(next.fields.next_update) == "2026-11-28T10:00:00Z");
}

TEST_CASE("plan_crl: entries stand in the order of their numbers, not of their octets", "[pki][crl]") {
  const Issuer issuer = new_issuer();
  const CrlOrder order{.revoked = {leaf("7f"), leaf("00ff"), leaf("0100"), leaf("05")}, .last = {}};
  CHECK(serials(plan_crl(issuer.certificate(), order, now).fields) == "05 7f 00ff 0100 ");
}

TEST_CASE("plan_crl: an entry stays until it has been on a list made after its certificate's end", "[pki][crl]") {
  const Issuer issuer = new_issuer();
  const TimePoint end = now - 24h;
  const auto with_last = [&](std::optional<LastCrl> made) {
    return serials(
        plan_crl(issuer.certificate(), {.revoked = {leaf("05", CrlReason::superseded, end), leaf("06")}, .last = made}, now)
            .fields);
  };
  CHECK(with_last(std::nullopt) == "05 06 ");
  CHECK(with_last(LastCrl{3, end - 1h}) == "05 06 ");
  CHECK(with_last(LastCrl{3, end}) == "05 06 ");
  CHECK(with_last(LastCrl{3, end + 1s}) == "06 ");
  RevokedLeaf unknown = leaf("04");
  unknown.not_after.reset(); // its certificate is lost: it may live for ever
  CHECK(serials(plan_crl(issuer.certificate(), {.revoked = {unknown}, .last = LastCrl{3, now}}, now).fields) == "04 ");
}

TEST_CASE("plan_crl: the authority's end cuts it short", "[pki][crl]") {
  const Issuer issuer = new_issuer(x509::KeyType::p256, 24h * 10);
  const CrlPlan plan = plan_crl(issuer.certificate(), {.revoked = {}, .last = {}}, now);
  CHECK(plan.shortened);
  CHECK(plan.fields.next_update == issuer.certificate().contents().validity.not_after);
  CHECK(message_of([&] { plan_crl(issuer.certificate(), {.revoked = {}, .last = {}}, now + 24h * 10); }) ==
        "failed to issue from authority 'CN=dockpki CA host G1': it expired on 2026-12-01T09:59:59Z");
}

TEST_CASE("plan_crl: a clock behind the last list or the last revocation is refused", "[pki][crl]") {
  const Issuer issuer = new_issuer();
  const std::string refused = "failed to make a revocation list of authority 'CN=dockpki CA host G1': the last one, or a "
                              "revocation, is of 2026-11-21T10:00:00Z, which is still to come by this machine's clock";
  CHECK(message_of([&] { plan_crl(issuer.certificate(), {.revoked = {}, .last = LastCrl{1, now}}, now - 1s); }) == refused);
  RevokedLeaf later = leaf("05");
  later.revocation.revocation_date = now;
  CHECK(message_of([&] { plan_crl(issuer.certificate(), {.revoked = {later}, .last = {}}, now - 1s); }) == refused);
  CHECK(message_of([&] { plan_crl(issuer.certificate(), {.revoked = {later}, .last = LastCrl{1, now}}, now); }) == "no error");
}

TEST_CASE("sign_crl: signed by the authority, with every type of key", "[pki][crl]") {
  for (const x509::KeyType type : {x509::KeyType::p256, x509::KeyType::p384, x509::KeyType::ed25519}) {
    const Issuer issuer = new_issuer(type);
    const x509::Crl crl = issuer.sign_crl(sound_fields(issuer), last, now);
    CHECK(crl.is_signed_by(issuer.certificate().contents().subject_public_key));
    CHECK(crl.contents().signature_algorithm == issuer.certificate().contents().signature_algorithm);
    CHECK_FALSE(crl.is_signed_by(new_issuer(type).certificate().contents().subject_public_key));
    REQUIRE(crl.contents().revoked.size() == 2);
    CHECK(crl.contents().revoked[0].reason == "keyCompromise");
    CHECK(crl.contents().revoked[1].reason.empty());
  }
}

TEST_CASE("sign_crl: what the lint objects to is not signed", "[pki][crl]") {
  const Issuer issuer = new_issuer();
  x509::CrlFields fields = sound_fields(issuer);
  fields.crl_number = 1; // used already
  CHECK(message_of([&] { static_cast<void>(issuer.sign_crl(fields, last, now)); }) ==
        "failed to make a revocation list: it breaks the profile: cRLNumber must be one more than the last list's");
}

TEST_CASE("lint of a list: a sound one passes", "[pki][crl][lint]") {
  const Issuer issuer = new_issuer();
  CHECK(lint_of(encode_tbs_cert_list(sound_fields(issuer), x509::SignatureAlgorithm::ecdsa_with_sha256), issuer).empty());
}

TEST_CASE("lint of a list: every planted fault is named", "[pki][crl][lint]") {
  const Issuer issuer = new_issuer();
  using Fields = x509::CrlFields;
  struct Planted {
    std::function<void(Fields&)> spoil;
    std::string rule;
  };
  const std::string order = "the entries must stand in the order of their serial numbers, each once";
  const std::string reason = "every reason must be one of a leaf's, and absent where it is unspecified";
  const std::vector<Planted> planted = {
      {[](Fields& f) { f.issuer = x509::DistinguishedName::make(x509::CommonName::parse("x")); },
       "the issuer must be the authority's subject"},
      {[](Fields& f) { f.this_update -= 1s; }, "thisUpdate must be now"},
      {[](Fields& f) { f.this_update = last.this_update - 1s; }, "thisUpdate must not go back"},
      {[](Fields& f) { f.next_update = f.this_update; }, "nextUpdate must lie after thisUpdate"},
      {[](Fields& f) { f.next_update += 24h * 3650; }, "nextUpdate must not lie past the authority's end"},
      {[](Fields& f) { f.authority_key_identifier[0] ^= 1; },
       "authorityKeyIdentifier must be the authority's subjectKeyIdentifier, or its key's where it has none"},
      {[](Fields& f) { f.crl_number = 1; }, "cRLNumber must be one more than the last list's"},
      {[](Fields& f) { f.crl_number = 3; }, "cRLNumber must be one more than the last list's"},
      {[](Fields& f) { std::swap(f.revoked[0], f.revoked[1]); }, order},
      {[](Fields& f) { f.revoked[1].serial_number = f.revoked[0].serial_number; }, order},
      {[](Fields& f) { f.revoked[0].serial_number = serial("00"); }, "every serial number must be positive"},
      {[](Fields& f) { f.revoked[0].revocation_date = now + 1s; }, "no revocation may lie after thisUpdate"},
      {[](Fields& f) { f.revoked[0].reason = CrlReason::ca_compromise; }, reason},
      {[](Fields& f) { f.revoked[0].reason = CrlReason::certificate_hold; }, reason},
      {[](Fields& f) { f.revoked[0].reason = CrlReason::remove_from_crl; }, reason},
      {[](Fields& f) { f.revoked[0].reason = static_cast<CrlReason>(7); }, reason}};
  for (const Planted& fault : planted) {
    Fields fields = sound_fields(issuer);
    fault.spoil(fields);
    const auto broken = lint_of(encode_tbs_cert_list(fields, x509::SignatureAlgorithm::ecdsa_with_sha256), issuer);
    INFO(fault.rule);
    CHECK(std::ranges::find(broken, fault.rule) != broken.end());
  }
}

TEST_CASE("lint of a list: what our writer cannot write is named as well", "[pki][crl][lint]") {
  const Issuer issuer = new_issuer();
  const auto tbs = encode_tbs_cert_list(sound_fields(issuer), x509::SignatureAlgorithm::ecdsa_with_sha256);
  const auto broken_by = [&](const std::function<void(x509::CrlContents&)>& spoil) {
    x509::CrlContents contents = x509::parse_tbs_cert_list(tbs);
    spoil(contents);
    return lint(contents, issuer.certificate().contents(), last, now);
  };
  using Rules = std::vector<std::string>;
  CHECK(broken_by([](auto& c) { c.version = 1; }) == Rules{"the version must be 2 (RFC 5280 5.1.2.1)"});
  CHECK(broken_by([](auto& c) { c.has_empty_revoked = true; }) ==
        Rules{"revokedCertificates must be absent where nothing is revoked"});
  CHECK(broken_by([](auto& c) { c.signature_algorithm = "1.2"; }) ==
        Rules{"the signature algorithm must be that of the authority's key"});
  CHECK(broken_by([](auto& c) { c.extensions[1].critical = true; }) == Rules{"no extension may be critical"});
  CHECK(broken_by([](auto& c) {
          c.extensions.push_back({"2.5.29.28", false, {}});
        }) == Rules{"the extensions must be authorityKeyIdentifier and cRLNumber"});
  CHECK(broken_by([](auto& c) { c.authority_has_issuer_and_serial = true; }) ==
        Rules{"authorityKeyIdentifier must not hold issuer and serial: it breaks rotation"});
  CHECK(broken_by([](auto& c) {
          c.revoked[0].extensions.push_back({"2.5.29.24", false, {}});
        }) == Rules{"an entry must have no extension but reasonCode"});
  CHECK(broken_by([](auto& c) { c.revoked[0].extensions[0].critical = true; }) == Rules{"no extension may be critical"});
  CHECK(broken_by([](auto& c) { c.revoked[0].reason = "unspecified"; }) ==
        Rules{"every reason must be one of a leaf's, and absent where it is unspecified"});
  CHECK(broken_by([](auto& c) { c.next_update.reset(); }) ==
        Rules{"nextUpdate must lie after thisUpdate", "nextUpdate must not lie past the authority's end"});
  x509::CertificateContents signer = issuer.certificate().contents();
  signer.key_usage = x509::key_cert_sign;
  CHECK(lint(x509::parse_tbs_cert_list(tbs), signer, last, now) == Rules{"the authority must be allowed to sign lists"});
}

TEST_CASE("objection_to: the reasons of a leaf, and the others", "[pki][crl]") {
  for (const CrlReason reason : {CrlReason::unspecified, CrlReason::key_compromise, CrlReason::affiliation_changed,
                                 CrlReason::superseded, CrlReason::cessation_of_operation, CrlReason::privilege_withdrawn})
    CHECK_FALSE(objection_to(reason).has_value());
  for (const CrlReason reason :
       {CrlReason::ca_compromise, CrlReason::certificate_hold, CrlReason::remove_from_crl, CrlReason::aa_compromise})
    CHECK(objection_to(reason).has_value());
}
