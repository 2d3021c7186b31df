#include <dockpki/pki/lint.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <dockpki/pki/profile.hpp>

#include "pki/expected_signature.hpp"

namespace dockpki::pki {
namespace {

constexpr std::string_view basic_constraints_oid = "2.5.29.19";
constexpr std::string_view key_usage_oid = "2.5.29.15";
constexpr std::string_view extended_key_usage_oid = "2.5.29.37";
constexpr std::string_view name_constraints_oid = "2.5.29.30";
constexpr std::string_view subject_key_identifier_oid = "2.5.29.14";
constexpr std::string_view authority_key_identifier_oid = "2.5.29.35";
constexpr std::string_view subject_alternative_name_oid = "2.5.29.17";

class Lint {
public:
  Lint(const x509::CertificateContents& contents, Kind kind, const x509::CertificateContents& issuer, TimePoint now,
       LongLifetime long_lifetime)
      : contents_(contents), kind_(kind), issuer_(issuer), now_(now), long_lifetime_(long_lifetime) {}

  std::vector<std::string> run() {
    check_frame();
    check_validity();
    check_key();
    check_usages();
    check_identifiers();
    check_names();
    check_extension_set();
    return std::move(broken_);
  }

private:
  void require(bool holds, std::string_view rule) {
    if (!holds)
      broken_.emplace_back(rule);
  }

  [[nodiscard]] bool is_critical(std::string_view oid) const {
    const x509::Extension* extension = contents_.find_extension(oid);
    return extension != nullptr && extension->critical;
  }

  void check_frame() {
    require(contents_.version == 3, "the version must be 3 (RFC 5280 4.1.2.1)");
    const Bytes serial = contents_.serial_number.octets();
    require(serial.size() == 16 && contents_.serial_number.is_positive() && serial[0] != 0,
            "the serial number must be 16 octets, positive, without a leading zero");
    require(contents_.signature_algorithm == expected_signature(issuer_.subject_public_key),
            "the signature algorithm must be that of the authority's key");
    require(contents_.issuer == issuer_.subject, "the issuer must be the authority's subject");
    if (kind_ == Kind::authority || kind_ == Kind::client)
      require(!contents_.subject.common_name().empty(), "an authority and a client must have a common name");
    if (kind_ != Kind::authority)
      require(!(contents_.subject == issuer_.subject), "a leaf must not have the authority's subject");
  }

  void check_validity() {
    const x509::Validity& validity = contents_.validity;
    require(validity.not_before <= now_ && validity.not_before >= now_ - clock_skew,
            "not_before must lie within the hour before now");
    require(validity.not_after >= now_, "not_after must not lie in the past");
    require(validity.not_before >= issuer_.validity.not_before && validity.not_after <= issuer_.validity.not_after,
            "the validity must lie within the authority's");
    if (kind_ != Kind::authority && long_lifetime_ == LongLifetime::refused)
      require(validity.not_after < now_ + longest_leaf_lifetime, "a leaf must not live longer than 825 days");
  }

  void check_key() {
    if (const auto weakness = contents_.subject_public_key.weakness())
      broken_.push_back("the public key must not be certified: " + *weakness);
    if (kind_ != Kind::authority)
      require(!(contents_.subject_public_key == issuer_.subject_public_key), "a leaf must not have the authority's key");
  }

  void check_usages() {
    const bool is_authority = kind_ == Kind::authority;
    const x509::BasicConstraints expected{is_authority, is_authority ? std::optional<std::uint32_t>(0) : std::nullopt};
    require(contents_.basic_constraints == expected && is_critical(basic_constraints_oid),
            is_authority ? "basicConstraints must be critical, CA:TRUE, pathlen:0"
                         : "basicConstraints must be critical, CA:FALSE");
    require(contents_.key_usage == key_usage(kind_, contents_.subject_public_key.algorithm()) && is_critical(key_usage_oid),
            "keyUsage must be critical and hold exactly the bits of the profile");
    const std::vector<std::string> purposes = extended_key_usage(kind_);
    require(purposes.empty() ? !contents_.extended_key_usage : contents_.extended_key_usage == purposes,
            "extendedKeyUsage must hold exactly the purposes of the profile");
    require(!is_critical(extended_key_usage_oid), "extendedKeyUsage must not be critical");
  }

  void check_identifiers() {
    const x509::Sha1Digest own = contents_.subject_public_key.key_identifier();
    require(contents_.subject_key_identifier && std::ranges::equal(*contents_.subject_key_identifier, own),
            "subjectKeyIdentifier must be that of the public key");
    require(!is_critical(subject_key_identifier_oid), "subjectKeyIdentifier must not be critical");
    if (kind_ == Kind::authority) {
      require(contents_.find_extension(authority_key_identifier_oid) == nullptr,
              "a self-signed authority carries no authorityKeyIdentifier");
      return;
    }
    require(contents_.authority_key_identifier == authority_key_identifier(issuer_),
            "authorityKeyIdentifier must be the authority's subjectKeyIdentifier, or its key's where it has none");
    require(!contents_.authority_has_issuer_and_serial,
            "authorityKeyIdentifier must not hold issuer and serial: it breaks rotation");
    require(!is_critical(authority_key_identifier_oid), "authorityKeyIdentifier must not be critical");
  }

  void check_names() {
    if (kind_ == Kind::authority) {
      require(!contents_.subject_alternative_name, "an authority carries no subjectAltName");
      return;
    }
    require(contents_.find_extension(name_constraints_oid) == nullptr, "a leaf carries no nameConstraints");
    require(is_critical(subject_alternative_name_oid) ==
                (contents_.subject_alternative_name && contents_.subject.attributes().empty()),
            "subjectAltName must be critical exactly if the subject is empty");
    const x509::GeneralNames none;
    const x509::GeneralNames& names = contents_.subject_alternative_name ? *contents_.subject_alternative_name : none;
    require(names.uri.empty() && names.other.empty(),
            "subjectAltName must hold DNS names, IP addresses and e-mail addresses only");
    for (const std::string& name : names.dns) {
      const auto parsed = x509::DnsName::try_parse(name);
      require(parsed && parsed->text() == name, "every dNSName must be a valid, canonical name");
    }
    if (kind_ == Kind::client)
      require(names.dns.empty() && names.ip.empty(), "a client certificate carries no DNS name and no IP address");
    else
      require(names.email.empty() && !(names.dns.empty() && names.ip.empty()),
              "a server certificate carries a DNS name or an IP address, and no e-mail address");
  }

  void check_extension_set() {
    static constexpr std::array known = {basic_constraints_oid,       key_usage_oid,
                                         extended_key_usage_oid,      name_constraints_oid,
                                         subject_key_identifier_oid,  authority_key_identifier_oid,
                                         subject_alternative_name_oid};
    const auto is_known = [](const x509::Extension& extension) {
      return std::ranges::find(known, std::string_view(extension.oid)) != known.end();
    };
    require(std::ranges::all_of(contents_.extensions, is_known), "no extension outside the profile");
    if (contents_.subject_alternative_name)
      require(contents_.extensions.back().oid == subject_alternative_name_oid, "subjectAltName must be the last extension");
    require(contents_.find_extension(name_constraints_oid) == nullptr || is_critical(name_constraints_oid),
            "nameConstraints must be critical");
  }

  const x509::CertificateContents& contents_;
  Kind kind_;
  const x509::CertificateContents& issuer_;
  TimePoint now_;
  LongLifetime long_lifetime_;
  std::vector<std::string> broken_;
};

} // namespace

std::string_view expected_signature(const x509::PublicKey& key) {
  switch (key.algorithm()) {
  case x509::PublicKey::Algorithm::rsa:
    return "1.2.840.113549.1.1.11";
  case x509::PublicKey::Algorithm::ed25519:
    return "1.3.101.112";
  case x509::PublicKey::Algorithm::ec:
    if (key.description() == "ECDSA P-384")
      return "1.2.840.10045.4.3.3";
    return key.description() == "ECDSA P-521" ? "1.2.840.10045.4.3.4" : "1.2.840.10045.4.3.2";
  case x509::PublicKey::Algorithm::other:
    return {};
  }
  return {};
}

std::vector<std::string> lint(const x509::CertificateContents& contents, Kind kind, const x509::CertificateContents& issuer,
                              TimePoint now, LongLifetime long_lifetime) {
  return Lint(contents, kind, issuer, now, long_lifetime).run();
}

} // namespace dockpki::pki
