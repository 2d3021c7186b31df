#include <dockpki/pki/issuer.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/pki/lint.hpp>

namespace dockpki::pki {
namespace {

std::vector<std::uint8_t> to_vector(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

/// What the profile makes of an order. The serial number is a stand-in until one has been reserved.
x509::CertificateFields leaf_fields(const x509::PublicKey& public_key, const LeafOrder& order, const x509::Validity& validity,
                                    const x509::CertificateContents& authority, const x509::SerialNumber& serial) {
  return {.serial_number = serial,
          .issuer = authority.subject,
          .subject = leaf_subject(order),
          .validity = validity,
          .subject_public_key = public_key,
          .basic_constraints = {},
          .key_usage = key_usage(order.kind, public_key.algorithm()),
          .extended_key_usage = extended_key_usage(order.kind),
          .name_constraints = {},
          .subject_key_identifier = to_vector(public_key.key_identifier()),
          .authority_key_identifier = authority_key_identifier(authority),
          .subject_alternative_name = order.names};
}

void refuse_if_broken(const std::vector<std::string>& broken) {
  if (broken.empty())
    return;
  std::string all;
  for (const std::string& rule : broken)
    all += (all.empty() ? "" : "; ") + rule;
  throw Error(Errc::refused, "failed to issue a certificate: it breaks the profile: " + all);
}

x509::SerialNumber reserve(Ledger& ledger, const Reservation& reservation) {
  // 127 random bits do not collide; a generator that repeats itself must not go unnoticed.
  constexpr int attempts = 3;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    x509::SerialNumber serial = x509::SerialNumber::random();
    if (ledger.reserve(serial, reservation))
      return serial;
  }
  throw Error(Errc::crypto, "failed to find an unused serial number: the random generator repeats itself");
}

void require_same(bool same, std::string_view what) {
  if (!same)
    throw Error(Errc::crypto,
                "failed to read back the certificate just signed: another " + std::string(what) + " than asked for");
}

/// What was signed must be what was asked for, as the reader sees it.
void compare(const x509::Certificate& certificate, const x509::CertificateFields& asked, const x509::PublicKey& signer) {
  const x509::CertificateContents& found = certificate.contents();
  require_same(found.serial_number == asked.serial_number, "serial number");
  require_same(found.issuer == asked.issuer && found.subject == asked.subject, "name");
  require_same(found.validity == asked.validity, "validity");
  require_same(found.subject_public_key == asked.subject_public_key, "public key");
  const x509::GeneralNames none;
  const x509::GeneralNames& names = found.subject_alternative_name ? *found.subject_alternative_name : none;
  const auto text = [](const auto& name) { return name.text(); };
  require_same(std::ranges::equal(names.dns, asked.subject_alternative_name.dns, {}, {}, text) &&
                   names.ip == asked.subject_alternative_name.ip &&
                   std::ranges::equal(names.email, asked.subject_alternative_name.email, {}, {}, text) && names.uri.empty() &&
                   names.other.empty(),
               "subjectAltName");
  std::vector<std::string> permitted;
  for (const x509::DnsName& name : asked.name_constraints.permitted_dns)
    permitted.push_back("DNS:" + name.text());
  for (const x509::IpNetwork& network : asked.name_constraints.permitted_ip)
    permitted.push_back("IP:" + network.text());
  require_same(found.permitted_names == permitted, "set of permitted names");
  require_same(certificate.is_signed_by(signer), "signature");
}

/// From a first lint to the signed certificate, compared with what was asked for.
x509::Certificate sign(x509::CertificateFields fields, Kind kind, const x509::CertificateContents* authority,
                       const x509::PrivateKey& key, Ledger& ledger, const Reservation& reservation,
                       LongLifetime long_lifetime = LongLifetime::refused) {
  fields.serial_number = reserve(ledger, reservation);
  const std::vector<std::uint8_t> tbs = x509::encode_tbs_certificate(fields, key.signature_algorithm());
  const x509::CertificateContents contents = x509::parse_tbs_certificate(tbs);
  refuse_if_broken(lint(contents, kind, authority != nullptr ? *authority : contents, reservation.at, long_lifetime));
  x509::Certificate certificate = x509::Certificate::assemble(tbs, key.signature_algorithm(), key.sign(tbs));
  compare(certificate, fields, key.public_key());
  return certificate;
}

} // namespace

x509::DistinguishedName leaf_subject(const LeafOrder& order) {
  if (order.common_name)
    return x509::DistinguishedName::make(*order.common_name, order.organization);
  constexpr std::array<std::uint8_t, 2> empty_name = {0x30, 0x00};
  return x509::DistinguishedName::from_der(empty_name);
}

x509::NameConstraints constraints_of(const x509::Certificate& authority) {
  const x509::CertificateContents& contents = authority.contents();
  if (contents.permitted_names.empty() && !contents.excluded_names.empty())
    throw Error(Errc::refused, "failed to use authority '" + contents.subject.text() +
                                   "': it excludes names without permitting any, which dockpki does not weigh");
  x509::NameConstraints constraints;
  for (const std::string& name : contents.permitted_names) {
    if (name.starts_with("DNS:"))
      constraints.permitted_dns.push_back(x509::DnsName::parse(name.substr(4)));
    else if (name.starts_with("IP:"))
      constraints.permitted_ip.push_back(x509::IpNetwork::parse(name.substr(3)));
  }
  return constraints;
}

void check_names(const x509::Certificate& authority, const x509::SubjectAlternativeName& names) {
  const x509::CertificateContents& contents = authority.contents();
  if (contents.permitted_names.empty() && contents.excluded_names.empty())
    return;
  if (const auto violation = constraints_of(authority).first_violation(names))
    throw Error(Errc::refused,
                "failed to issue a certificate for '" + *violation +
                    "': the authority may only sign for names that it was permitted",
                "'dockpki status' shows what it may sign for");
}

NewAuthority make_authority(x509::PrivateKey key, const x509::CommonName& common_name,
                            const std::optional<x509::CommonName>& organization, Seconds lifetime,
                            const x509::NameConstraints& constraints, Ledger& ledger, const Reservation& reservation) {
  return make_authority(std::move(key), x509::DistinguishedName::make(common_name, organization), lifetime, constraints, ledger,
                        reservation);
}

NewAuthority make_authority(x509::PrivateKey key, const x509::DistinguishedName& subject, Seconds lifetime,
                            const x509::NameConstraints& constraints, Ledger& ledger, const Reservation& reservation) {
  const x509::PublicKey& public_key = key.public_key();
  x509::CertificateFields fields{.serial_number = x509::SerialNumber::random(),
                                 .issuer = subject,
                                 .subject = subject,
                                 .validity = authority_validity(reservation.at, lifetime),
                                 .subject_public_key = public_key,
                                 .basic_constraints = {.is_ca = true, .path_length = 0},
                                 .key_usage = key_usage(Kind::authority, public_key.algorithm()),
                                 .extended_key_usage = {},
                                 .name_constraints = constraints,
                                 .subject_key_identifier = to_vector(public_key.key_identifier()),
                                 .authority_key_identifier = {},
                                 .subject_alternative_name = {}};
  x509::Certificate certificate = sign(std::move(fields), Kind::authority, nullptr, key, ledger, reservation);
  return {std::move(certificate), std::move(key)};
}

Issuer::Issuer(x509::Certificate certificate, x509::PrivateKey key, const std::string& name)
    : certificate_(std::move(certificate)), key_(std::move(key)) {
  const x509::CertificateContents& contents = certificate_.contents();
  const auto refuse = [&](const std::string& why) {
    throw Error(Errc::refused, "failed to use authority '" + name + "': " + why);
  };
  if (!(contents.subject_public_key == key_.public_key()))
    refuse("its key does not match its certificate");
  if (const auto why = why_not_authority(contents))
    refuse(*why);
}

IssuedLeaf Issuer::issue(const x509::Request& request, const LeafOrder& order, Ledger& ledger,
                         const Reservation& reservation) const {
  const x509::PublicKey& public_key = request.contents().subject_public_key;
  const auto refuse = [&](const std::string& why) {
    throw Error(Errc::refused, "failed to issue a certificate for '" + reservation.name + "': " + why,
                "make a new key and request with 'dockpki make-request'");
  };
  if (const auto weakness = public_key.weakness())
    refuse(*weakness);
  if (!request.signature_algorithm())
    refuse("the request is signed by a weak or unknown algorithm: SHA-256, SHA-384 and SHA-512 with ECDSA or RSA, and Ed25519 "
           "are taken");
  if (!request.is_signed_by_its_key())
    refuse("the request is not signed by the key that it holds");
  check_names(certificate_, order.names);
  const LeafValidity validity = leaf_validity(reservation.at, order.lifetime, certificate_);
  x509::CertificateFields fields =
      leaf_fields(public_key, order, validity.validity, certificate_.contents(), certificate_.contents().serial_number);
  return {sign(std::move(fields), order.kind, &certificate_.contents(), key_, ledger, reservation, order.long_lifetime),
          validity.shortened};
}

} // namespace dockpki::pki
