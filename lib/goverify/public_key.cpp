#include "goverify/public_key.hpp"

#include <algorithm>
#include <bit>

#include "goverify/names.hpp"

namespace dockpki::goverify {
namespace {

using x509::lenient::Hash;

enum class Scheme { unsupported, pkcs1, pss, ecdsa, ed25519 };
struct Named {
  std::string_view oid;
  SignatureAlgorithm algorithm;
};
constexpr std::array signature_oids = {Named{"1.2.840.113549.1.1.2", SignatureAlgorithm::md2_rsa},
                                       Named{"1.2.840.113549.1.1.4", SignatureAlgorithm::md5_rsa},
                                       Named{"1.2.840.113549.1.1.5", SignatureAlgorithm::sha1_rsa},
                                       Named{"1.3.14.3.2.29", SignatureAlgorithm::sha1_rsa},
                                       Named{"1.2.840.113549.1.1.11", SignatureAlgorithm::sha256_rsa},
                                       Named{"1.2.840.113549.1.1.12", SignatureAlgorithm::sha384_rsa},
                                       Named{"1.2.840.113549.1.1.13", SignatureAlgorithm::sha512_rsa},
                                       Named{"1.2.840.10040.4.3", SignatureAlgorithm::dsa},
                                       Named{"2.16.840.1.101.3.4.3.2", SignatureAlgorithm::dsa},
                                       Named{"1.2.840.10045.4.1", SignatureAlgorithm::ecdsa_sha1},
                                       Named{"1.2.840.10045.4.3.2", SignatureAlgorithm::ecdsa_sha256},
                                       Named{"1.2.840.10045.4.3.3", SignatureAlgorithm::ecdsa_sha384},
                                       Named{"1.2.840.10045.4.3.4", SignatureAlgorithm::ecdsa_sha512},
                                       Named{"1.3.101.112", SignatureAlgorithm::ed25519}};

constexpr std::array<std::uint8_t, 2> null_octets = {tag::null, 0};

bool is_absent_or_null(Bytes parameters) {
  return parameters.empty() || std::ranges::equal(parameters, null_octets);
}

std::optional<AlgorithmIdentifier> read_explicit_algorithm(DerView& in, unsigned number) {
  auto outer = in.enter(tag::constructed(number));
  const auto inner = outer ? outer->enter(tag::sequence) : std::nullopt;
  if (!inner)
    return std::nullopt;
  try {
    return read_algorithm(*inner);
  } catch (const Refusal&) {
    return std::nullopt;
  }
}

/// RSASSA-PSS-params (RFC 4055 3.1): Go takes three combinations.
SignatureAlgorithm pss_algorithm_of(Bytes parameters) {
  auto in = DerView(parameters).enter(tag::sequence);
  if (!in)
    return SignatureAlgorithm::unknown;
  const auto hash = read_explicit_algorithm(*in, 0);
  const auto mask = read_explicit_algorithm(*in, 1);
  std::int64_t salt = 0;
  std::int64_t trailer = 1;
  for (const auto& [number, value] : {std::pair(2U, &salt), std::pair(3U, &trailer)})
    if (in->next_is(tag::constructed(number))) {
      auto inner = in->enter(tag::constructed(number));
      const auto read = inner ? inner->int64() : std::nullopt;
      if (!read)
        return SignatureAlgorithm::unknown;
      *value = *read;
    }
  if (!hash || !mask || mask->oid != "1.2.840.113549.1.1.8" || !is_absent_or_null(hash->parameters) || trailer != 1)
    return SignatureAlgorithm::unknown;
  const auto mask_sequence = DerView(mask->parameters).enter(tag::sequence);
  if (!mask_sequence)
    return SignatureAlgorithm::unknown;
  AlgorithmIdentifier mask_hash;
  try {
    mask_hash = read_algorithm(*mask_sequence);
  } catch (const Refusal&) {
    return SignatureAlgorithm::unknown;
  }
  if (mask_hash.oid != hash->oid || !is_absent_or_null(mask_hash.parameters))
    return SignatureAlgorithm::unknown;
  if (hash->oid == "2.16.840.1.101.3.4.2.1" && salt == 32)
    return SignatureAlgorithm::sha256_pss;
  if (hash->oid == "2.16.840.1.101.3.4.2.2" && salt == 48)
    return SignatureAlgorithm::sha384_pss;
  if (hash->oid == "2.16.840.1.101.3.4.2.3" && salt == 64)
    return SignatureAlgorithm::sha512_pss;
  return SignatureAlgorithm::unknown;
}

Bytes without_leading_zeros(Bytes octets) {
  while (!octets.empty() && octets.front() == 0)
    octets = octets.subspan(1);
  return octets;
}

bool is_positive(Bytes integer) {
  return (integer.front() & 0x80U) == 0 && !without_leading_zeros(integer).empty();
}

PublicKey read_rsa(Bytes parameters, Bytes octets) {
  if (!std::ranges::equal(parameters, null_octets))
    throw Refusal("x509: RSA key missing NULL parameters");
  auto in = DerView(octets).enter(tag::sequence);
  if (!in)
    throw Refusal("x509: invalid RSA public key");
  const auto modulus = in->integer();
  if (!modulus)
    throw Refusal("x509: invalid RSA modulus");
  const auto exponent = in->int64();
  if (!exponent)
    throw Refusal("x509: invalid RSA public exponent");
  if (!is_positive(*modulus))
    throw Refusal("x509: RSA modulus is not a positive number");
  if (*exponent <= 0)
    throw Refusal("x509: RSA public exponent is not a positive number");
  const Bytes number = without_leading_zeros(*modulus);
  return RsaKey{{number.begin(), number.end()}, *exponent};
}

PublicKey read_ecdsa(Bytes parameters, Bytes octets, const Rules& rules) {
  const auto oid = DerView(parameters).oid();
  if (!oid)
    throw Refusal("x509: invalid ECDSA parameters");
  const auto curve = curve_of(dotted(*oid));
  if (!curve)
    throw Refusal("x509: unsupported elliptic curve");
  const bool is_uncompressed = !octets.empty() && octets.front() == 0x04;
  if (!is_uncompressed || !x509::lenient::is_on_curve(lenient(*curve), octets))
    throw Refusal(rules.go >= 26 ? "crypto/ecdsa: invalid public key" : "x509: failed to unmarshal elliptic curve point");
  return EcdsaKey{*curve, {octets.begin(), octets.end()}};
}

PublicKey read_raw(Bytes parameters, Bytes octets, bool is_signing) {
  const std::string name = is_signing ? "Ed25519" : "X25519";
  if (!parameters.empty())
    throw Refusal("x509: " + name + " key encoded with illegal parameters");
  if (octets.size() != 32)
    throw Refusal(is_signing ? "x509: wrong Ed25519 public key size" : "crypto/ecdh: invalid public key");
  if (is_signing)
    return Ed25519Key{{octets.begin(), octets.end()}};
  return OtherKey{"*ecdh.PublicKey", {octets.begin(), octets.end()}};
}

PublicKey read_dsa(Bytes parameters, Bytes octets) {
  const auto y = DerView(octets).integer();
  if (!y)
    throw Refusal("x509: invalid DSA public key");
  auto in = DerView(parameters).enter(tag::sequence);
  bool all_positive = is_positive(*y);
  for (int number = 0; number < 3; ++number) {
    const auto value = in ? in->integer() : std::nullopt;
    if (!value)
      throw Refusal("x509: invalid DSA parameters");
    all_positive = all_positive && is_positive(*value);
  }
  if (!all_positive)
    throw Refusal("x509: zero or negative DSA parameter");
  return OtherKey{"*dsa.PublicKey", {octets.begin(), octets.end()}};
}

struct Details {
  Scheme scheme;
  Hash hash;
};

Details details_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
  case SignatureAlgorithm::sha1_rsa:
    return {Scheme::pkcs1, Hash::sha1};
  case SignatureAlgorithm::sha256_rsa:
    return {Scheme::pkcs1, Hash::sha256};
  case SignatureAlgorithm::sha384_rsa:
    return {Scheme::pkcs1, Hash::sha384};
  case SignatureAlgorithm::sha512_rsa:
    return {Scheme::pkcs1, Hash::sha512};
  case SignatureAlgorithm::sha256_pss:
    return {Scheme::pss, Hash::sha256};
  case SignatureAlgorithm::sha384_pss:
    return {Scheme::pss, Hash::sha384};
  case SignatureAlgorithm::sha512_pss:
    return {Scheme::pss, Hash::sha512};
  case SignatureAlgorithm::ecdsa_sha1:
    return {Scheme::ecdsa, Hash::sha1};
  case SignatureAlgorithm::ecdsa_sha256:
    return {Scheme::ecdsa, Hash::sha256};
  case SignatureAlgorithm::ecdsa_sha384:
    return {Scheme::ecdsa, Hash::sha384};
  case SignatureAlgorithm::ecdsa_sha512:
    return {Scheme::ecdsa, Hash::sha512};
  case SignatureAlgorithm::ed25519:
    return {Scheme::ed25519, Hash::none};
  case SignatureAlgorithm::unknown:
  case SignatureAlgorithm::md2_rsa:
  case SignatureAlgorithm::md5_rsa:
  case SignatureAlgorithm::dsa:
    break;
  }
  return {Scheme::unsupported, Hash::none};
}

std::string mismatch(std::string_view expected, std::string_view type) {
  return "x509: signature algorithm specifies an " + std::string(expected) + " public key, but have public key of type " +
         std::string(type);
}

std::string_view expected_key(Scheme scheme) {
  return scheme == Scheme::ecdsa ? "ECDSA" : scheme == Scheme::ed25519 ? "Ed25519" : "RSA";
}

std::string rsa_fault(const RsaKey& key, const Details& details, Bytes data, Bytes signature, const Rules& rules) {
  if (details.scheme != Scheme::pkcs1 && details.scheme != Scheme::pss)
    return mismatch(expected_key(details.scheme), "*rsa.PublicKey");
  if (!rules.small_rsa && key.bits() < 1024)
    return "crypto/rsa: " + std::to_string(key.bits()) +
           "-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)";
  if (key.exponent < 2)
    return "crypto/rsa: public exponent too small";
  if (key.exponent > 0x7fffffff)
    return "crypto/rsa: public exponent too large";
  const auto verify = details.scheme == Scheme::pss ? &x509::lenient::verifies_pss : &x509::lenient::verifies_pkcs1;
  return verify(lenient(key), details.hash, data, signature) ? "" : "crypto/rsa: verification error";
}

} // namespace

std::string_view to_string(Curve curve) {
  constexpr std::array<std::string_view, 4> names = {"P-224", "P-256", "P-384", "P-521"};
  return names.at(static_cast<std::size_t>(curve));
}

std::size_t RsaKey::bits() const noexcept {
  return modulus.empty() ? 0 : modulus.size() * 8 - static_cast<std::size_t>(std::countl_zero(modulus.front()));
}

AlgorithmIdentifier read_algorithm(DerView in) {
  const auto oid = in.oid();
  if (!oid)
    throw Refusal("x509: malformed OID");
  AlgorithmIdentifier algorithm{dotted(*oid), {}};
  if (in.empty())
    return algorithm;
  const auto parameters = in.any();
  if (!parameters)
    throw Refusal("x509: malformed parameters");
  algorithm.parameters = parameters->whole;
  return algorithm;
}

SignatureAlgorithm signature_algorithm_of(const AlgorithmIdentifier& algorithm) {
  if (algorithm.oid == "1.2.840.113549.1.1.10")
    return pss_algorithm_of(algorithm.parameters);
  const auto found = std::ranges::find(signature_oids, algorithm.oid, &Named::oid);
  if (found == signature_oids.end() || (found->algorithm == SignatureAlgorithm::ed25519 && !algorithm.parameters.empty()))
    return SignatureAlgorithm::unknown;
  return found->algorithm;
}

PublicKey read_public_key(DerView in, const Rules& rules) {
  const auto identifier = in.enter(tag::sequence);
  if (!identifier)
    throw Refusal("x509: malformed public key algorithm identifier");
  const AlgorithmIdentifier algorithm = read_algorithm(*identifier);
  const auto bits = in.bits();
  if (!bits)
    throw Refusal("x509: malformed subjectPublicKey");
  const std::vector<std::uint8_t> octets = bits->right_aligned();
  if (algorithm.oid == "1.2.840.113549.1.1.1")
    return read_rsa(algorithm.parameters, octets);
  if (algorithm.oid == "1.2.840.10045.2.1")
    return read_ecdsa(algorithm.parameters, octets, rules);
  if (algorithm.oid == "1.3.101.112")
    return read_raw(algorithm.parameters, octets, true);
  if (algorithm.oid == "1.3.101.110" && rules.go >= 22)
    return read_raw(algorithm.parameters, octets, false);
  if (algorithm.oid == "1.2.840.10040.4.1")
    return read_dsa(algorithm.parameters, octets);
  return std::monostate{};
}

std::optional<Curve> curve_of(const std::string& oid) {
  if (oid == "1.3.132.0.33")
    return Curve::p224;
  if (oid == "1.2.840.10045.3.1.7")
    return Curve::p256;
  if (oid == "1.3.132.0.34")
    return Curve::p384;
  if (oid == "1.3.132.0.35")
    return Curve::p521;
  return std::nullopt;
}

x509::lenient::Curve lenient(Curve curve) {
  return static_cast<x509::lenient::Curve>(curve);
}

x509::lenient::RsaPublicKey lenient(const RsaKey& key) {
  x509::lenient::RsaPublicKey numbers{key.modulus, {}};
  for (std::int64_t rest = key.exponent; rest != 0; rest >>= 8U)
    numbers.exponent.insert(numbers.exponent.begin(), static_cast<std::uint8_t>(rest & 0xff));
  return numbers;
}

std::string signature_fault(SignatureAlgorithm algorithm, Bytes data, Bytes signature, const PublicKey& key, const Rules& rules) {
  const bool is_sha1 = algorithm == SignatureAlgorithm::sha1_rsa || algorithm == SignatureAlgorithm::ecdsa_sha1;
  const bool is_taken = is_sha1 && rules.sha1 && rules.go < 24;
  if ((is_sha1 && !is_taken) || algorithm == SignatureAlgorithm::md5_rsa)
    return "x509: cannot verify signature: insecure algorithm " + std::string(to_string(algorithm)) +
           (is_sha1 && rules.go < 24 ? " (temporarily override with GODEBUG=x509sha1=1)" : "");
  const Details details = details_of(algorithm);
  constexpr const char* unsupported = "x509: cannot verify signature: algorithm unimplemented";
  if (details.scheme == Scheme::unsupported)
    return unsupported;
  if (const auto* rsa = std::get_if<RsaKey>(&key))
    return rsa_fault(*rsa, details, data, signature, rules);
  if (const auto* ecdsa = std::get_if<EcdsaKey>(&key)) {
    if (details.scheme != Scheme::ecdsa)
      return mismatch(expected_key(details.scheme), "*ecdsa.PublicKey");
    return x509::lenient::verifies_ecdsa(lenient(ecdsa->curve), ecdsa->point, details.hash, data, signature)
               ? ""
               : "x509: ECDSA verification failure";
  }
  if (const auto* ed25519 = std::get_if<Ed25519Key>(&key)) {
    if (details.scheme != Scheme::ed25519)
      return mismatch(expected_key(details.scheme), "ed25519.PublicKey");
    return x509::lenient::verifies_ed25519(ed25519->octets, data, signature) ? "" : "x509: Ed25519 verification failure";
  }
  return unsupported;
}

} // namespace dockpki::goverify
