#include "x509/pkey.hpp"

#include <algorithm>
#include <bit>

#include <openssl/core_names.h>

#include "x509/ossl/error.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;

/// Parameters gathers what EVP_PKEY_fromdata is given; what is secret in it is wiped.
class Parameters {
public:
  Parameters& group(const Curve& curve) {
    // OpenSSL does not write to what it is given here.
    list_[count_++] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(curve.name), 0);
    return *this;
  }
  Parameters& octets(const char* name, Bytes value) {
    Secret& copy = copies_[count_] = Secret::copy_of(value);
    list_[count_++] = OSSL_PARAM_construct_octet_string(name, copy.writable().data(), copy.size());
    return *this;
  }
  /// `value` is big-endian; OpenSSL's parameters have the order of the machine.
  Parameters& number(const char* name, Bytes value) {
    Secret& copy = copies_[count_] = Secret::copy_of(value);
    if constexpr (std::endian::native == std::endian::little)
      std::reverse(copy.writable().begin(), copy.writable().end());
    list_[count_++] = OSSL_PARAM_construct_BN(name, copy.writable().data(), copy.size());
    return *this;
  }
  OSSL_PARAM* list() {
    list_[count_] = OSSL_PARAM_construct_end();
    return list_.data();
  }

private:
  static constexpr std::size_t most = 8;
  std::array<OSSL_PARAM, most + 1> list_{};
  std::array<Secret, most> copies_;
  std::size_t count_ = 0;
};

ossl::Pkey from_parameters(OSSL_LIB_CTX* library, const char* kind, int selection, Parameters& parameters) {
  const ossl::PkeyContext context =
      ossl::own(ossl::PkeyContext(EVP_PKEY_CTX_new_from_name(library, kind, nullptr)), "find a kind of key in OpenSSL");
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 || EVP_PKEY_fromdata(context.get(), &key, selection, parameters.list()) != 1) {
    EVP_PKEY_free(key);
    ossl::forget_errors();
    return nullptr;
  }
  return ossl::Pkey(key);
}

ossl::BigNumber number_of(Bytes octets) {
  ossl::BigNumber number = ossl::own(ossl::BigNumber(BN_secure_new()), "get memory for a number");
  ossl::check(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), number.get()) != nullptr, "read a number");
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  return number;
}

/// A point in any of the three forms of SEC 1 2.3.3 tells the same x; the rest is in the sign of y.
bool is_same_point(Bytes given, Bytes uncompressed) {
  if (std::equal(given.begin(), given.end(), uncompressed.begin(), uncompressed.end()))
    return true;
  const std::size_t size = uncompressed.size() / 2;
  const unsigned sign = uncompressed.back() & 1U;
  return given.size() == 1 + size && given[0] == (2U | sign) &&
         std::equal(given.begin() + 1, given.end(), uncompressed.begin() + 1);
}

[[noreturn]] void refuse_halves() {
  throw Malformed("its public half does not belong to its private half");
}

ossl::Pkey make(OSSL_LIB_CTX* library, EcNumbers& numbers) {
  std::vector<std::uint8_t> point = ec_public_point(library, *numbers.curve, numbers.scalar);
  if (!numbers.point.empty() && !is_same_point(numbers.point, point))
    refuse_halves();
  numbers.point = std::move(point);
  Parameters parameters;
  parameters.group(*numbers.curve)
      .octets(OSSL_PKEY_PARAM_PUB_KEY, numbers.point)
      .number(OSSL_PKEY_PARAM_PRIV_KEY, numbers.scalar.bytes());
  return from_parameters(library, "EC", EVP_PKEY_KEYPAIR, parameters);
}

/// n = p q, and the two exponents and the coefficient are what RFC 8017 3.2 says; d fits e modulo p - 1 and q - 1.
bool is_consistent(OSSL_LIB_CTX* library, const RsaNumbers& numbers) {
  const ossl::BigNumberContext scratch = ossl::own(ossl::BigNumberContext(BN_CTX_secure_new_ex(library)), "check an RSA key");
  const auto n = number_of(numbers.modulus);
  const auto e = number_of(numbers.public_exponent);
  const auto d = number_of(numbers.private_exponent.bytes());
  const auto p = number_of(numbers.prime1.bytes());
  const auto q = number_of(numbers.prime2.bytes());
  const auto result = number_of({});
  const auto product_is_one = [&](const BIGNUM* left, const BIGNUM* right, const BIGNUM* modulus) {
    return BN_mod_mul(result.get(), left, right, modulus, scratch.get()) == 1 && BN_is_one(result.get()) == 1;
  };
  if (BN_is_odd(p.get()) != 1 || BN_is_odd(q.get()) != 1 || BN_num_bits(p.get()) < 2 || BN_num_bits(q.get()) < 2)
    return false;
  if (BN_mul(result.get(), p.get(), q.get(), scratch.get()) != 1 || BN_cmp(result.get(), n.get()) != 0)
    return false;
  if (!product_is_one(number_of(numbers.coefficient.bytes()).get(), q.get(), p.get()))
    return false;
  const auto exponent_fits = [&](const BIGNUM* prime, const Secret& exponent) {
    const auto less_one = number_of({});
    return BN_sub(less_one.get(), prime, BN_value_one()) == 1 && product_is_one(d.get(), e.get(), less_one.get()) &&
           BN_nnmod(result.get(), d.get(), less_one.get(), scratch.get()) == 1 &&
           BN_cmp(result.get(), number_of(exponent.bytes()).get()) == 0;
  };
  return exponent_fits(p.get(), numbers.exponent1) && exponent_fits(q.get(), numbers.exponent2);
}

ossl::Pkey make(OSSL_LIB_CTX* library, RsaNumbers& numbers) {
  constexpr std::size_t fewest = 512 / 8;
  constexpr std::size_t most = 16384 / 8; // OpenSSL's own limit
  if (numbers.modulus.size() < fewest || numbers.modulus.size() > most)
    throw Malformed("an RSA key of " + std::to_string(numbers.modulus.size() * 8) + " bits is not supported");
  const std::size_t limit = numbers.modulus.size();
  for (const Secret* number : {&numbers.private_exponent, &numbers.prime1, &numbers.prime2, &numbers.exponent1,
                               &numbers.exponent2, &numbers.coefficient})
    if (number->size() > limit)
      refuse_halves();
  if (numbers.public_exponent.size() > limit || !is_consistent(library, numbers))
    refuse_halves();
  Parameters parameters;
  parameters.number(OSSL_PKEY_PARAM_RSA_N, numbers.modulus)
      .number(OSSL_PKEY_PARAM_RSA_E, numbers.public_exponent)
      .number(OSSL_PKEY_PARAM_RSA_D, numbers.private_exponent.bytes())
      .number(OSSL_PKEY_PARAM_RSA_FACTOR1, numbers.prime1.bytes())
      .number(OSSL_PKEY_PARAM_RSA_FACTOR2, numbers.prime2.bytes())
      .number(OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers.exponent1.bytes())
      .number(OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers.exponent2.bytes())
      .number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers.coefficient.bytes());
  return from_parameters(library, "RSA", EVP_PKEY_KEYPAIR, parameters);
}

ossl::Pkey make(OSSL_LIB_CTX* library, Ed25519Numbers& numbers) {
  const Bytes seed = numbers.seed.bytes();
  ossl::Pkey key = ossl::own(ossl::Pkey(EVP_PKEY_new_raw_private_key_ex(library, "ED25519", nullptr, seed.data(), seed.size())),
                             "read an Ed25519 key");
  std::vector<std::uint8_t> public_key(32);
  std::size_t size = public_key.size();
  ossl::check(EVP_PKEY_get_raw_public_key(key.get(), public_key.data(), &size) == 1 && size == public_key.size(),
              "compute a public key");
  if (!numbers.public_key.empty() && numbers.public_key != public_key)
    refuse_halves();
  numbers.public_key = std::move(public_key);
  return key;
}

} // namespace

std::vector<std::uint8_t> ec_public_point(OSSL_LIB_CTX* library, const Curve& curve, const Secret& scalar) {
  constexpr const char* doing = "compute a public key";
  const ossl::BigNumberContext scratch = ossl::own(ossl::BigNumberContext(BN_CTX_secure_new_ex(library)), doing);
  const ossl::Group group = ossl::own(ossl::Group(EC_GROUP_new_by_curve_name_ex(library, nullptr, curve.nid)), doing);
  const ossl::BigNumber number = number_of(scalar.bytes());
  if (BN_is_zero(number.get()) == 1 || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0)
    throw Malformed("its private scalar is out of range");
  const ossl::Point point = ossl::own(ossl::Point(EC_POINT_new(group.get())), doing);
  ossl::check(EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, scratch.get()) == 1, doing);
  std::vector<std::uint8_t> octets(1 + 2 * curve.octets);
  const std::size_t size =
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, octets.data(), octets.size(), scratch.get());
  ossl::check(size == octets.size(), doing);
  return octets;
}

ossl::Pkey make_ec_public_pkey(OSSL_LIB_CTX* library, const Curve& curve, Bytes point) {
  Parameters parameters;
  parameters.group(curve).octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  return from_parameters(library, "EC", EVP_PKEY_PUBLIC_KEY, parameters);
}

ossl::Pkey make_rsa_public_pkey(OSSL_LIB_CTX* library, Bytes modulus, Bytes exponent) {
  Parameters parameters;
  parameters.number(OSSL_PKEY_PARAM_RSA_N, modulus).number(OSSL_PKEY_PARAM_RSA_E, exponent);
  return from_parameters(library, "RSA", EVP_PKEY_PUBLIC_KEY, parameters);
}

ossl::Pkey make_ed25519_public_pkey(OSSL_LIB_CTX* library, Bytes key) {
  ossl::Pkey made(EVP_PKEY_new_raw_public_key_ex(library, "ED25519", nullptr, key.data(), key.size()));
  if (!made)
    ossl::forget_errors();
  return made;
}

ossl::Pkey make_private_pkey(OSSL_LIB_CTX* library, KeyNumbers& numbers) {
  return ossl::own(std::visit([&](auto& kind) { return make(library, kind); }, numbers), "make a key object");
}

} // namespace dockpki::x509
