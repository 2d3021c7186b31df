#include "x509/lenient_keys.hpp"

#include <openssl/obj_mac.h>
#include <openssl/rsa.h>

#include "x509/der.hpp"
#include "x509/ossl/error.hpp"
#include "x509/pkey.hpp"

namespace dockpki::x509::lenient {
namespace {

OSSL_LIB_CTX* library() {
  return ossl::Context::of_this_thread().get();
}

const x509::Curve& curve_of(Curve curve) {
  static const x509::Curve p224{"1.3.132.0.33", "P-224", NID_secp224r1, 28, SignatureAlgorithm::ecdsa_with_sha256, std::nullopt};
  switch (curve) {
  case Curve::p224:
    return p224;
  case Curve::p256:
    return *find_curve_by_name("P-256");
  case Curve::p384:
    return *find_curve_by_name("P-384");
  case Curve::p521:
    break;
  }
  return *find_curve_by_name("P-521");
}

const char* name_of(Hash hash) {
  switch (hash) {
  case Hash::none:
    return nullptr;
  case Hash::sha1:
    return ossl::digest_name(ossl::Digest::sha1);
  case Hash::sha256:
    return ossl::digest_name(ossl::Digest::sha256);
  case Hash::sha384:
    return ossl::digest_name(ossl::Digest::sha384);
  case Hash::sha512:
    break;
  }
  return ossl::digest_name(ossl::Digest::sha512);
}

enum class Padding { none, pss };

bool verifies(const ossl::Pkey& key, Hash hash, Padding padding, Bytes data, Bytes signature) {
  if (!key)
    return false;
  const ossl::MdContext context = ossl::own(ossl::MdContext(EVP_MD_CTX_new()), "verify a signature");
  EVP_PKEY_CTX* of_key = nullptr; // owned by `context`
  bool is_good = EVP_DigestVerifyInit_ex(context.get(), &of_key, name_of(hash), library(), nullptr, key.get(), nullptr) == 1;
  if (is_good && padding == Padding::pss)
    is_good = EVP_PKEY_CTX_set_rsa_padding(of_key, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, RSA_PSS_SALTLEN_DIGEST) == 1;
  is_good = is_good && EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
  ossl::forget_errors();
  return is_good;
}

ossl::BigNumber number_of(Bytes octets) {
  ossl::BigNumber number = ossl::own(ossl::BigNumber(BN_secure_new()), "get memory for a number");
  ossl::check(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), number.get()) != nullptr, "read a number");
  return number;
}

} // namespace

std::size_t octets_of(Curve curve) noexcept {
  return curve_of(curve).octets;
}

bool is_on_curve(Curve curve, Bytes point) {
  return make_ec_public_pkey(library(), curve_of(curve), point) != nullptr;
}

std::vector<std::uint8_t> public_point(Curve curve, Bytes scalar) {
  try {
    return ec_public_point(library(), curve_of(curve), Secret::copy_of(scalar));
  } catch (const der::Malformed&) {
    return {};
  }
}

std::vector<std::uint8_t> ed25519_public_key(Bytes seed) {
  const ossl::Pkey key =
      ossl::own(ossl::Pkey(EVP_PKEY_new_raw_private_key_ex(library(), "ED25519", nullptr, seed.data(), seed.size())),
                "read an Ed25519 key");
  std::vector<std::uint8_t> octets(32);
  std::size_t size = octets.size();
  ossl::check(EVP_PKEY_get_raw_public_key(key.get(), octets.data(), &size) == 1 && size == octets.size(), "compute a public key");
  return octets;
}

bool is_consistent(const RsaPrivateKey& key) {
  const ossl::BigNumberContext scratch = ossl::own(ossl::BigNumberContext(BN_CTX_secure_new_ex(library())), "check an RSA key");
  const auto p = number_of(key.prime1.bytes());
  const auto q = number_of(key.prime2.bytes());
  const auto result = number_of({});
  if (BN_num_bits(p.get()) < 2 || BN_num_bits(q.get()) < 2 || BN_mul(result.get(), p.get(), q.get(), scratch.get()) != 1 ||
      BN_cmp(result.get(), number_of(key.public_key.modulus).get()) != 0)
    return false;
  const auto d = number_of(key.private_exponent.bytes());
  const auto e = number_of(key.public_key.exponent);
  const auto fits = [&](const BIGNUM* prime) {
    const auto less_one = number_of({});
    return BN_sub(less_one.get(), prime, BN_value_one()) == 1 &&
           BN_mod_mul(result.get(), d.get(), e.get(), less_one.get(), scratch.get()) == 1 && BN_is_one(result.get()) == 1;
  };
  return fits(p.get()) && fits(q.get());
}

bool verifies_pkcs1(const RsaPublicKey& key, Hash hash, Bytes data, Bytes signature) {
  return verifies(make_rsa_public_pkey(library(), key.modulus, key.exponent), hash, Padding::none, data, signature);
}

bool verifies_pss(const RsaPublicKey& key, Hash hash, Bytes data, Bytes signature) {
  return verifies(make_rsa_public_pkey(library(), key.modulus, key.exponent), hash, Padding::pss, data, signature);
}

bool verifies_ecdsa(Curve curve, Bytes point, Hash hash, Bytes data, Bytes signature) {
  return verifies(make_ec_public_pkey(library(), curve_of(curve), point), hash, Padding::none, data, signature);
}

bool verifies_ed25519(Bytes key, Bytes data, Bytes signature) {
  return verifies(make_ed25519_public_pkey(library(), key), Hash::none, Padding::none, data, signature);
}

} // namespace dockpki::x509::lenient
