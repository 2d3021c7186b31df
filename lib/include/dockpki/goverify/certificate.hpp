// Why: what Go takes for a certificate is not what we take for one: it lets much pass, and refuses some things that OpenSSL
// reads. This is its view (crypto/x509, parser.go), apart from the strict reader that issuing uses.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/base/time.hpp>
#include <dockpki/goverify/rules.hpp>

namespace dockpki::goverify {

/// Refusal carries Go's own words: "x509: malformed certificate". It never leaves lib/goverify.
class Refusal : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

enum class Curve { p224, p256, p384, p521 };
std::string_view to_string(Curve curve); ///< "P-224"

struct RsaKey {
  std::vector<std::uint8_t> modulus; ///< big-endian, no leading zero octets
  std::int64_t exponent = 0;
  [[nodiscard]] std::size_t bits() const noexcept;
  bool operator==(const RsaKey&) const = default;
};
struct EcdsaKey {
  Curve curve = Curve::p256;
  std::vector<std::uint8_t> point; ///< uncompressed
  bool operator==(const EcdsaKey&) const = default;
};
struct Ed25519Key {
  std::vector<std::uint8_t> octets;
  bool operator==(const Ed25519Key&) const = default;
};
/// Any other that Go reads: DSA, X25519. It verifies nothing and signs no handshake.
struct OtherKey {
  std::string name; ///< Go's type: "*dsa.PublicKey"
  std::vector<std::uint8_t> octets;
  bool operator==(const OtherKey&) const = default;
};
/// monostate: an algorithm that Go does not know; the certificate is read all the same.
using PublicKey = std::variant<std::monostate, RsaKey, EcdsaKey, Ed25519Key, OtherKey>;

enum class SignatureAlgorithm {
  unknown,
  md2_rsa,
  md5_rsa,
  sha1_rsa,
  sha256_rsa,
  sha384_rsa,
  sha512_rsa,
  dsa,
  ecdsa_sha1,
  ecdsa_sha256,
  ecdsa_sha384,
  ecdsa_sha512,
  sha256_pss,
  sha384_pss,
  sha512_pss,
  ed25519
};
/// As Go writes it: "SHA1-RSA".
std::string_view to_string(SignatureAlgorithm algorithm);

/// The purposes of extendedKeyUsage that Go tells apart; all others are `unknown`.
enum class ExtendedKeyUsage { any, server_auth, client_auth, other, unknown };

/// An address and mask of 4 or 16 octets each.
struct IpRange {
  std::vector<std::uint8_t> address;
  std::vector<std::uint8_t> mask;
};

/// Subtrees of NameConstraints (RFC 5280 4.2.1.10), permitted or excluded.
struct Subtrees {
  std::vector<std::string> dns;
  std::vector<IpRange> ip;
  std::vector<std::string> email;
  std::vector<std::string> uri;
  [[nodiscard]] bool empty() const noexcept { return dns.empty() && ip.empty() && email.empty() && uri.empty(); }
};

enum class NameKind { dns, email, ip, uri };

struct Uri {
  std::string text;
  std::string host; ///< with the port, as it stands
};

/// What a policy extension asks for: the number of certificates that may follow; none if it does not.
struct PolicyLimits {
  std::optional<std::int64_t> require_explicit;
  std::optional<std::int64_t> inhibit_mapping;
  std::optional<std::int64_t> inhibit_any;
};

/// Certificate as Go reads it. Spans are octets of `raw`.
struct Certificate {
  std::vector<std::uint8_t> raw;
  Bytes tbs;
  Bytes issuer;  ///< the Name, whole: Go compares octets, never meanings
  Bytes subject; ///< the same
  std::vector<std::uint8_t> signature;
  int version = 1; ///< 1 to 3
  std::vector<std::uint8_t> serial;
  bool serial_is_negative = false;
  SignatureAlgorithm signature_algorithm = SignatureAlgorithm::unknown;
  std::string common_name; ///< of the subject: the last one, which is Go's choice
  std::vector<std::string> organizations;
  std::string issuer_common_name;
  TimePoint not_before;
  TimePoint not_after;
  PublicKey key;

  bool has_key_usage = false;
  std::uint32_t key_usage = 0; ///< bit n of the BIT STRING is 1 << n
  bool has_basic_constraints = false;
  bool is_ca = false;
  std::int64_t path_length = -1; ///< -1: no limit
  std::vector<ExtendedKeyUsage> extended_key_usage;
  bool has_subject_alternative_name = false;
  Bytes subject_alternative_name; ///< the extension's value
  std::vector<std::string> dns;
  std::vector<std::string> email;
  std::vector<std::vector<std::uint8_t>> ip;
  std::vector<Uri> uri;
  std::vector<NameKind> name_order; ///< of what stands in the four lists, as the extension has them
  Subtrees permitted;
  Subtrees excluded;
  std::optional<Bytes> subject_key_id;
  std::optional<Bytes> authority_key_id;
  std::vector<std::string> policies; ///< DER contents of each OBJECT IDENTIFIER
  std::vector<std::array<std::string, 2>> policy_mappings;
  PolicyLimits policy_limits;
  std::vector<std::string> unhandled_critical; ///< dotted

  [[nodiscard]] bool has_name_constraints() const noexcept { return !permitted.empty() || !excluded.empty(); }
};
using CertificatePtr = std::shared_ptr<const Certificate>;

/// parse_certificate reads exactly one certificate, as x509.ParseCertificate does. Throws Refusal with Go's words.
CertificatePtr parse_certificate(Bytes der, const Rules& rules);

/// An address as Go writes it: "127.0.0.1", "::1".
std::string ip_text(Bytes address);
/// The octets of an address, 4 or 16, as Go's net.ParseIP reads it; none if it is a name.
std::optional<std::vector<std::uint8_t>> parse_ip(std::string_view text);

} // namespace dockpki::goverify
