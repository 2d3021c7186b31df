#include "x509/public_key.hpp"

#include <bit>

#include "x509/curve.hpp"
#include "x509/oid.hpp"
#include "x509/ossl/error.hpp"
#include "x509/pkey.hpp"
#include "x509/signature_algorithm.hpp"

namespace dockpki::x509 {
namespace {

using der::Reader;

struct RsaPublicNumbers {
  Bytes modulus;
  Bytes exponent;
};

RsaPublicNumbers read_rsa_numbers(Reader key) {
  Reader in = key.enter(der::tag::sequence, "RSA public key");
  key.finish("RSA public key");
  const RsaPublicNumbers numbers{in.unsigned_integer("modulus"), in.unsigned_integer("public exponent")};
  in.finish("RSA public key");
  return numbers;
}

std::size_t bits_of(Bytes number) {
  return number.size() * 8 - static_cast<std::size_t>(std::countl_zero(number.front()));
}

void describe_ec(PublicKeyParts& parts, Reader& parameters) {
  parts.algorithm = PublicKey::Algorithm::ec;
  if (!parameters.next_is(der::tag::oid)) {
    parts.description = "ECDSA on a curve without a name";
    if (!parameters.empty())
      parameters.any("parameters");
    return;
  }
  const std::string oid = parameters.oid("curve");
  const Curve* const curve = find_curve_by_oid(oid);
  parts.curve = curve != nullptr ? curve->name : "";
  parts.description = "ECDSA " + (curve != nullptr ? std::string(curve->name) : algorithm_name(oid));
}

void describe(PublicKeyParts& parts, const std::string& algorithm, Reader& parameters, Reader key) {
  if (algorithm == oid::ec_public_key) {
    describe_ec(parts, parameters);
  } else if (algorithm == oid::rsa_encryption) {
    parts.algorithm = PublicKey::Algorithm::rsa;
    if (!parameters.empty())
      parameters.null("parameters");
    parts.description = "RSA " + std::to_string(bits_of(read_rsa_numbers(key).modulus));
  } else if (algorithm == oid::ed25519) {
    parts.algorithm = PublicKey::Algorithm::ed25519;
    parts.description = "Ed25519";
    if (parts.key.size() != 32)
      key.fail("Ed25519 public key", "not 32 octets");
  } else {
    parts.description = algorithm;
    if (!parameters.empty())
      parameters.any("parameters");
  }
}

ossl::Pkey make_pkey(OSSL_LIB_CTX* library, PublicKey::Algorithm algorithm, const std::string& curve_name, Bytes key) {
  if (algorithm == PublicKey::Algorithm::ed25519)
    return make_ed25519_public_pkey(library, key);
  if (algorithm == PublicKey::Algorithm::rsa) {
    const RsaPublicNumbers numbers = read_rsa_numbers(Reader(key));
    return make_rsa_public_pkey(library, numbers.modulus, numbers.exponent);
  }
  const Curve* const curve = find_curve_by_name(curve_name);
  return curve != nullptr ? make_ec_public_pkey(library, *curve, key) : nullptr;
}

std::optional<std::string> weakness_of_rsa(Bytes key) {
  const RsaPublicNumbers numbers = read_rsa_numbers(Reader(key));
  const std::size_t bits = bits_of(numbers.modulus);
  if (bits < 2048)
    return "an RSA key of " + std::to_string(bits) + " bits is too short: 2048 is the least";
  if (bits > 8192)
    return "an RSA key of " + std::to_string(bits) + " bits is too long: Go takes no more than 8192";
  constexpr std::array<std::uint8_t, 3> usual = {0x01, 0x00, 0x01};
  if (!std::equal(numbers.exponent.begin(), numbers.exponent.end(), usual.begin(), usual.end()))
    return "its RSA exponent is not 65537";
  if ((numbers.modulus.back() & 1U) == 0)
    return "its RSA modulus is even";
  return std::nullopt;
}

std::optional<std::string> weakness_of_ec(const std::string& curve_name, const std::string& description, Bytes point) {
  const Curve* const curve = find_curve_by_name(curve_name);
  if (curve == nullptr)
    return description + " is not on one of the curves P-256, P-384 and P-521";
  if (point.empty() || point.front() != 4)
    return "its point is not in the uncompressed form, which is the only one that Go reads";
  if (make_ec_public_pkey(ossl::Context::of_this_thread().get(), *curve, point) == nullptr)
    return "its point is not on its curve";
  return std::nullopt;
}

} // namespace

PublicKeyParts read_public_key(Reader& in) {
  const der::Element whole = in.element(der::tag::sequence, "subject public key");
  Reader inner = in.inside(whole.contents);
  Reader parameters = inner.enter(der::tag::sequence, "algorithm of the public key");
  const std::string algorithm = parameters.oid("algorithm of the public key");
  PublicKeyParts parts;
  parts.whole = whole.whole;
  parts.key = inner.octets_of_bit_string("public key");
  inner.finish("subject public key");
  describe(parts, algorithm, parameters, in.inside(parts.key));
  parameters.finish("algorithm of the public key");
  return parts;
}

PublicKey PublicKey::from_der(Bytes der) {
  const PublicKeyParts parts = der::reading("public key", {}, [&] {
    Reader in(der);
    PublicKeyParts found = read_public_key(in);
    in.finish({});
    return found;
  });
  PublicKey key;
  key.der_.assign(der.begin(), der.end());
  key.algorithm_ = parts.algorithm;
  key.description_ = parts.description;
  key.curve_ = parts.curve;
  key.key_offset_ = static_cast<std::size_t>(parts.key.data() - der.data());
  return key;
}

Bytes PublicKey::subject_public_key() const noexcept {
  return Bytes(der_).subspan(key_offset_);
}

Sha1Digest PublicKey::key_identifier() const {
  return sha1(subject_public_key());
}

std::optional<std::string> PublicKey::weakness() const {
  switch (algorithm_) {
  case Algorithm::ec:
    return weakness_of_ec(curve_, description_, subject_public_key());
  case Algorithm::rsa:
    return weakness_of_rsa(subject_public_key());
  case Algorithm::ed25519:
    return std::nullopt;
  case Algorithm::other:
    break;
  }
  const std::string name = algorithm_name(description_);
  return "a key of kind " + name + " is not supported: ECDSA, RSA and Ed25519 are";
}

bool PublicKey::verifies(Bytes data, Bytes signature, SignatureAlgorithm algorithm) const {
  if (key_algorithm_of(algorithm) != algorithm_)
    throw Error(Errc::invalid_input, "failed to verify signature: " + std::string(to_string(algorithm)) +
                                         " does not go with a key of kind " + description_);
  OSSL_LIB_CTX* const library = ossl::Context::of_this_thread().get();
  const ossl::Pkey key = make_pkey(library, algorithm_, curve_, subject_public_key());
  if (!key)
    return false;
  const auto digest = digest_of(algorithm);
  const ossl::MdContext context = ossl::own(ossl::MdContext(EVP_MD_CTX_new()), "verify signature");
  ossl::check(EVP_DigestVerifyInit_ex(context.get(), nullptr, digest ? ossl::digest_name(*digest) : nullptr, library, nullptr,
                                      key.get(), nullptr) == 1,
              "verify signature");
  const bool verified = EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
  if (!verified)
    ossl::forget_errors();
  return verified;
}

} // namespace dockpki::x509
