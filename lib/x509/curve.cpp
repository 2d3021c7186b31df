#include "x509/curve.hpp"

#include <openssl/obj_mac.h>

namespace dockpki::x509 {
namespace {

constexpr std::array<Curve, 3> curves = {
    {{"1.2.840.10045.3.1.7", "P-256", NID_X9_62_prime256v1, 32, SignatureAlgorithm::ecdsa_with_sha256, KeyType::p256},
     {"1.3.132.0.34", "P-384", NID_secp384r1, 48, SignatureAlgorithm::ecdsa_with_sha384, KeyType::p384},
     {"1.3.132.0.35", "P-521", NID_secp521r1, 66, SignatureAlgorithm::ecdsa_with_sha512, std::nullopt}}};

} // namespace

const Curve* find_curve_by_oid(std::string_view oid) noexcept {
  for (const Curve& curve : curves)
    if (curve.oid == oid)
      return &curve;
  return nullptr;
}

const Curve* find_curve_by_name(std::string_view name) noexcept {
  for (const Curve& curve : curves)
    if (curve.name == name)
      return &curve;
  return nullptr;
}

} // namespace dockpki::x509
