// Why: certificates as RFC 5280 profiles them: what is asked for (CertificateFields), what stands in one (CertificateContents),
// and the signed thing itself. Writer and reader are separate code on purpose: each checks the other.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/x509/digest.hpp>
#include <dockpki/x509/key.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::x509 {

/// SerialNumber is a positive INTEGER of at most 20 octets when dockpki makes it; what others wrote is kept as it stands.
class SerialNumber {
public:
  /// 16 octets from the kernel, the top bit cleared and the first octet not zero (RFC 5280 4.1.2.2).
  static SerialNumber random();
  /// `octets` are the content octets of a DER INTEGER (two's complement, big-endian), at least one.
  static SerialNumber from_octets(Bytes octets);
  /// Reads what text() writes; ':' between octets and upper case are taken as well. nullopt for anything else.
  static std::optional<SerialNumber> parse(std::string_view hex);

  [[nodiscard]] Bytes octets() const noexcept { return octets_; }
  /// Lower-case hexadecimal, two digits an octet.
  [[nodiscard]] std::string text() const;
  /// RFC 5280 4.1.2.2: more than zero.
  [[nodiscard]] bool is_positive() const noexcept;
  auto operator<=>(const SerialNumber&) const = default; // NOLINT(modernize-use-nullptr): a fault of clang-tidy 14

private:
  explicit SerialNumber(std::vector<std::uint8_t> octets) : octets_(std::move(octets)) {}
  std::vector<std::uint8_t> octets_;
};

/// DistinguishedName is a Name (RFC 5280 4.1.2.4), kept with its exact encoding.
class DistinguishedName {
public:
  struct Attribute {
    std::string type;  ///< "CN", "O", ... (RFC 4514 3), else the object identifier
    std::string value; ///< UTF-8, as it stands: not escaped
  };

  /// CN, and before it O where given; UTF8String.
  static DistinguishedName make(const CommonName& common_name, const std::optional<CommonName>& organization = std::nullopt);
  static DistinguishedName from_der(Bytes der);

  [[nodiscard]] Bytes der() const noexcept { return der_; }
  [[nodiscard]] const std::vector<Attribute>& attributes() const noexcept { return attributes_; }
  /// The first CN, unescaped; empty if there is none.
  [[nodiscard]] std::string common_name() const;
  /// "CN=dockpki CA host G1, O=Example": in the order of the encoding, printable() applied, ',', '+' and '=' in a value escaped.
  [[nodiscard]] std::string text() const;
  bool operator==(const DistinguishedName& other) const noexcept { return der_ == other.der_; }

private:
  DistinguishedName() = default;
  std::vector<std::uint8_t> der_;
  std::vector<Attribute> attributes_;
};

/// Validity: both ends are inside it (RFC 5280 4.1.2.5). UTC, whole seconds.
struct Validity {
  TimePoint not_before;
  TimePoint not_after;
  [[nodiscard]] bool contains(TimePoint time) const noexcept { return not_before <= time && time <= not_after; }
  auto operator<=>(const Validity&) const = default;
};

/// The bits of KeyUsage (RFC 5280 4.2.1.3); bit n of the BIT STRING is 1 << n here.
enum KeyUsageBit : std::uint16_t {
  digital_signature = 1 << 0,
  content_commitment = 1 << 1,
  key_encipherment = 1 << 2,
  data_encipherment = 1 << 3,
  key_agreement = 1 << 4,
  key_cert_sign = 1 << 5,
  crl_sign = 1 << 6,
  encipher_only = 1 << 7,
  decipher_only = 1 << 8
};
using KeyUsage = std::uint16_t;
/// The names of the bits as RFC 5280 writes them, in order.
std::vector<std::string> key_usage_names(KeyUsage usage);

/// Purposes of extendedKeyUsage (RFC 5280 4.2.1.12), dotted.
inline constexpr std::string_view server_auth_oid = "1.3.6.1.5.5.7.3.1";
inline constexpr std::string_view client_auth_oid = "1.3.6.1.5.5.7.3.2";
inline constexpr std::string_view any_extended_key_usage_oid = "2.5.29.37.0";
/// "serverAuth", "clientAuth", ... for those that have a name; the object identifier itself otherwise.
std::string extended_key_usage_name(std::string_view oid);

struct BasicConstraints {
  bool is_ca = false;
  std::optional<std::uint32_t> path_length;
  bool operator==(const BasicConstraints&) const = default;
};

/// SubjectAlternativeName holds names that dockpki puts into certificates: valid by their types, without duplicates, in the order
/// given.
struct SubjectAlternativeName {
  std::vector<DnsName> dns;
  std::vector<IpAddress> ip;
  std::vector<EmailAddress> email;

  /// Each name is kept once, in the order of adding.
  void add(const DnsName& name);
  void add(const IpAddress& address);
  [[nodiscard]] bool empty() const noexcept { return dns.empty() && ip.empty() && email.empty(); }
  bool operator==(const SubjectAlternativeName&) const = default;
};

/// GeneralNames holds names that somebody wrote: text as it stands, perhaps not valid.
struct GeneralNames {
  std::vector<std::string> dns;
  std::vector<IpAddress> ip;
  std::vector<std::string> email;
  std::vector<std::string> uri;
  /// Any other kind, and iPAddress of an odd length, as "directoryName", "otherName", "iPAddress(5 octets)", ...
  std::vector<std::string> other;
  [[nodiscard]] std::size_t size() const noexcept { return dns.size() + ip.size() + email.size() + uri.size() + other.size(); }
};

/// NameConstraints (RFC 5280 4.2.1.10): what dockpki puts into an authority. Where names of one kind only are permitted, all of
/// the other kind are excluded (excludedSubtrees: the empty DNS name, or 0.0.0.0/0 and ::/0), so that both lists always bind.
/// It does not bind e-mail addresses. A wildcard in permitted_dns is refused when it is encoded (Errc::usage).
struct NameConstraints {
  std::vector<DnsName> permitted_dns;
  std::vector<IpNetwork> permitted_ip;
  [[nodiscard]] bool empty() const noexcept { return permitted_dns.empty() && permitted_ip.empty(); }
  /// The first of `names` that is not permitted; nullopt if all are. An empty set of constraints permits everything.
  [[nodiscard]] std::optional<std::string> first_violation(const SubjectAlternativeName& names) const;
};

/// Extension as it stands in a certificate or request: dotted type, flag, contents of the OCTET STRING.
struct Extension {
  std::string oid;
  bool critical = false;
  std::vector<std::uint8_t> value;
};
/// "basicConstraints", ... for the extensions that have a well-known name; the object identifier otherwise.
std::string extension_name(std::string_view oid);

/// CertificateFields is what is asked for. The encoding writes the extensions in this order: basicConstraints (critical),
/// keyUsage (critical), extendedKeyUsage, nameConstraints (critical), subjectKeyIdentifier, authorityKeyIdentifier (keyid only),
/// subjectAltName (critical only if the subject is empty). What is empty here is left out.
struct CertificateFields {
  SerialNumber serial_number;
  DistinguishedName issuer;
  DistinguishedName subject;
  Validity validity;
  PublicKey subject_public_key;
  BasicConstraints basic_constraints{};
  KeyUsage key_usage = 0;
  std::vector<std::string> extended_key_usage{}; ///< dotted object identifiers
  NameConstraints name_constraints{};
  std::vector<std::uint8_t> subject_key_identifier{};
  std::vector<std::uint8_t> authority_key_identifier{};
  SubjectAlternativeName subject_alternative_name{};
};

/// encode_tbs_certificate gives the TBSCertificate (version 3) to be signed with `algorithm`. UTCTime through 2049,
/// GeneralizedTime from 2050 on (RFC 5280 4.1.2.5).
std::vector<std::uint8_t> encode_tbs_certificate(const CertificateFields& fields, SignatureAlgorithm algorithm);

/// CertificateContents is what the reader found in a TBSCertificate.
struct CertificateContents {
  int version = 3; ///< 1, 2 or 3
  SerialNumber serial_number;
  std::string signature_algorithm; ///< dotted
  DistinguishedName issuer;
  DistinguishedName subject;
  Validity validity;
  PublicKey subject_public_key;
  std::vector<Extension> extensions{}; ///< all of them, in their order

  // The ones that are understood; nullopt or empty where they are absent.
  std::optional<BasicConstraints> basic_constraints{};
  std::optional<KeyUsage> key_usage{};
  std::optional<std::vector<std::string>> extended_key_usage{};
  std::optional<std::vector<std::uint8_t>> subject_key_identifier{};
  std::optional<std::vector<std::uint8_t>> authority_key_identifier{}; ///< the keyid
  bool authority_has_issuer_and_serial = false;
  std::optional<GeneralNames> subject_alternative_name{};
  /// permittedSubtrees and excludedSubtrees as text: "DNS:a.example", "IP:10.0.0.0/8".
  std::vector<std::string> permitted_names{};
  std::vector<std::string> excluded_names{};

  [[nodiscard]] const Extension* find_extension(std::string_view oid) const noexcept;
};

/// parse_tbs_certificate reads a TBSCertificate, strictly DER. Throws Errc::invalid_input with where it went wrong:
/// trailing octets, lengths that are not minimal, duplicate extensions, times that are not times, and the like.
CertificateContents parse_tbs_certificate(Bytes der);

/// Certificate is a signed certificate; its encoding is kept as it was read.
class Certificate {
public:
  /// Reads DER: exactly one certificate. Throws Errc::invalid_input. Does not verify the signature.
  static Certificate from_der(Bytes der);
  /// Reads PEM: exactly one CERTIFICATE block and nothing else. `name` is what messages call it. Throws Errc::invalid_input.
  static Certificate from_pem(Bytes pem, std::string_view name);
  /// Reads every CERTIFICATE block, in their order; text and other blocks around them are skipped, as Docker does. None is no
  /// fault. Throws Errc::invalid_input.
  static std::vector<Certificate> all_from_pem(Bytes pem, std::string_view name);
  /// Puts TBSCertificate and signature together.
  static Certificate assemble(Bytes tbs, SignatureAlgorithm algorithm, Bytes signature);

  [[nodiscard]] Bytes der() const noexcept { return der_; }
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] Bytes tbs() const noexcept;
  [[nodiscard]] const CertificateContents& contents() const noexcept { return contents_; }
  /// nullopt if the signature's algorithm is not one that dockpki knows (SHA-1, RSA-PSS, ...).
  [[nodiscard]] std::optional<SignatureAlgorithm> signature_algorithm() const noexcept { return signature_algorithm_; }
  [[nodiscard]] Bytes signature() const noexcept { return signature_; }
  [[nodiscard]] Sha256Digest fingerprint() const { return sha256(der_); }
  /// True if the signature was made by the private half of `key`; false also where the algorithm is not known.
  [[nodiscard]] bool is_signed_by(const PublicKey& key) const;

private:
  explicit Certificate(CertificateContents contents) : contents_(std::move(contents)) {}
  std::vector<std::uint8_t> der_;
  std::size_t tbs_offset_ = 0;
  std::size_t tbs_size_ = 0;
  CertificateContents contents_;
  std::optional<SignatureAlgorithm> signature_algorithm_;
  std::vector<std::uint8_t> signature_;
};

} // namespace dockpki::x509
