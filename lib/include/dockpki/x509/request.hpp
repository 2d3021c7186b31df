// Why: a certification request (RFC 2986) carries a public key and wishes. dockpki makes them with the names and the
// usage asked for, and when signing takes only the key and the checked names from one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/x509/certificate.hpp>

namespace dockpki::x509 {

/// RequestFields is what a request of ours asks for, in an extensionRequest attribute (RFC 2985 5.4.2).
struct RequestFields {
  DistinguishedName subject;
  std::vector<std::string> extended_key_usage{}; ///< dotted
  SubjectAlternativeName subject_alternative_name{};
};

/// RequestContents is what the reader found.
struct RequestContents {
  DistinguishedName subject;
  PublicKey subject_public_key;
  std::vector<Extension> extensions{}; ///< all that are asked for, in their order
  std::optional<BasicConstraints> basic_constraints{};
  std::optional<KeyUsage> key_usage{};
  std::optional<std::vector<std::string>> extended_key_usage{};
  std::optional<GeneralNames> subject_alternative_name{};
};

/// Request is a signed CertificationRequest.
class Request {
public:
  /// Makes a request for `fields`, signed by `key` with its signature_algorithm(), and reads it back.
  static Request make(const RequestFields& fields, const PrivateKey& key);
  /// Exactly one request. Throws Errc::invalid_input. Does not verify the signature.
  static Request from_der(Bytes der);
  /// Exactly one CERTIFICATE REQUEST (or NEW CERTIFICATE REQUEST) block and nothing else. Throws Errc::invalid_input.
  static Request from_pem(Bytes pem, std::string_view name);

  [[nodiscard]] Bytes der() const noexcept { return der_; }
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] const RequestContents& contents() const noexcept { return contents_; }
  /// nullopt if it is not one that dockpki knows (SHA-1, RSA-PSS, ...).
  [[nodiscard]] std::optional<SignatureAlgorithm> signature_algorithm() const noexcept { return signature_algorithm_; }
  /// Proof of possession: true if the request is signed by the key that it holds.
  [[nodiscard]] bool is_signed_by_its_key() const;

private:
  explicit Request(RequestContents contents) : contents_(std::move(contents)) {}
  std::vector<std::uint8_t> der_;
  std::size_t info_offset_ = 0;
  std::size_t info_size_ = 0;
  RequestContents contents_;
  std::optional<SignatureAlgorithm> signature_algorithm_;
  std::vector<std::uint8_t> signature_;
};

} // namespace dockpki::x509
