// Why: certificate revocation lists (RFC 5280 5): those that an authority signs, and those that `dockpki show` explains. Docker
// itself reads none. As with certificates, what is asked for (CrlFields) and what stands in one (CrlContents) are two types, and
// writer and reader separate code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/x509/certificate.hpp>

namespace dockpki::x509 {

/// CRLReason (RFC 5280 5.3.1); the numbers are those of the ENUMERATED.
enum class CrlReason : std::uint8_t {
  unspecified = 0,
  key_compromise = 1,
  ca_compromise = 2,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  certificate_hold = 6,
  remove_from_crl = 8,
  privilege_withdrawn = 9,
  aa_compromise = 10
};

/// "keyCompromise", ...: as RFC 5280 writes it.
std::string_view to_string(CrlReason reason);
std::optional<CrlReason> parse_crl_reason(std::string_view text);

/// Revocation is an entry that a list is to have.
struct Revocation {
  SerialNumber serial_number;
  TimePoint revocation_date;
  CrlReason reason = CrlReason::unspecified;
};

/// CrlFields is what is asked for. The entries are written in the order given; without any, revokedCertificates is absent.
struct CrlFields {
  DistinguishedName issuer;
  TimePoint this_update;
  TimePoint next_update;
  std::vector<Revocation> revoked;
  std::vector<std::uint8_t> authority_key_identifier;
  std::uint64_t crl_number = 1;
};

/// encode_tbs_cert_list gives the TBSCertList (version 2) to be signed with `algorithm`: extensions authorityKeyIdentifier (keyid
/// only) and cRLNumber; in an entry reasonCode, which is absent where it would be unspecified. Nothing is critical. UTCTime
/// through 2049, GeneralizedTime from 2050 on (RFC 5280 5.1.2.4).
std::vector<std::uint8_t> encode_tbs_cert_list(const CrlFields& fields, SignatureAlgorithm algorithm);

/// RevokedCertificate is an entry as it stands.
struct RevokedCertificate {
  SerialNumber serial_number;
  TimePoint revocation_date;
  std::string reason{}; ///< "keyCompromise", ..., "reason 7" for one that has no name; empty where none is given
  std::vector<Extension> extensions{};
};

struct CrlContents {
  DistinguishedName issuer;
  TimePoint this_update;
  std::optional<TimePoint> next_update{};
  std::optional<SerialNumber> crl_number{};
  std::string signature_algorithm; ///< dotted
  std::vector<RevokedCertificate> revoked{};
  int version = 1;                ///< 1 or 2
  bool has_empty_revoked = false; ///< revokedCertificates stands there without an entry, which RFC 5280 5.1.2.6 forbids
  std::vector<Extension> extensions{};
  std::optional<std::vector<std::uint8_t>> authority_key_identifier{}; ///< the keyid
  bool authority_has_issuer_and_serial = false;
};

/// parse_crl reads exactly one CertificateList, strictly DER. Throws Errc::invalid_input. Does not verify the signature.
CrlContents parse_crl(Bytes der);

/// parse_tbs_cert_list reads a TBSCertList, strictly DER. Throws Errc::invalid_input.
CrlContents parse_tbs_cert_list(Bytes der);

/// Crl is a signed list; its encoding is kept as it was read.
class Crl {
public:
  /// Reads DER: exactly one list of at most 4 MiB. Throws Errc::invalid_input. Does not verify the signature.
  static Crl from_der(Bytes der);
  /// Puts TBSCertList and signature together.
  static Crl assemble(Bytes tbs, SignatureAlgorithm algorithm, Bytes signature);

  [[nodiscard]] Bytes der() const noexcept { return der_; }
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] const CrlContents& contents() const noexcept { return contents_; }
  [[nodiscard]] Sha256Digest fingerprint() const { return sha256(der_); }
  /// True if the signature was made by the private half of `key`; false also where the algorithm is not known.
  [[nodiscard]] bool is_signed_by(const PublicKey& key) const;

private:
  explicit Crl(CrlContents contents) : contents_(std::move(contents)) {}
  std::vector<std::uint8_t> der_;
  std::vector<std::uint8_t> tbs_;
  CrlContents contents_;
  std::optional<SignatureAlgorithm> signature_algorithm_;
  std::vector<std::uint8_t> signature_;
};

} // namespace dockpki::x509
