#include <algorithm>
#include <bit>
#include <exception>

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "x509/ossl/error.hpp"
#include "x509/private_key.hpp"

namespace dockpki::x509 {
namespace {

constexpr const char* doing = "generate a key";

/// Ticker calls back from inside OpenSSL; an exception must not cross its C code.
struct Ticker {
  const std::function<void()>& tick;
  std::exception_ptr thrown;

  static int call(EVP_PKEY_CTX* context) {
    auto* const self = static_cast<Ticker*>(EVP_PKEY_CTX_get_app_data(context));
    if (self->thrown) // OpenSSL does not look at every answer
      return 0;
    try {
      self->tick();
      return 1;
    } catch (...) {
      self->thrown = std::current_exception();
      return 0;
    }
  }
};

ossl::PkeyContext start_generation(OSSL_LIB_CTX* library, const char* kind) {
  ossl::PkeyContext context = ossl::own(ossl::PkeyContext(EVP_PKEY_CTX_new_from_name(library, kind, nullptr)), doing);
  ossl::check(EVP_PKEY_keygen_init(context.get()) == 1, doing);
  return context;
}

ossl::Pkey finish_generation(EVP_PKEY_CTX* context) {
  EVP_PKEY* key = nullptr;
  ossl::check(EVP_PKEY_generate(context, &key) == 1, doing);
  return ossl::Pkey(key);
}

/// A number of a key in `size` octets, big-endian, with leading zeros.
Secret number_of(const EVP_PKEY* key, const char* name, std::size_t size) {
  Secret number(size);
  std::array<OSSL_PARAM, 2> parameters = {OSSL_PARAM_construct_BN(name, number.writable().data(), size),
                                          OSSL_PARAM_construct_end()};
  ossl::check(EVP_PKEY_get_params(key, parameters.data()) == 1 && OSSL_PARAM_modified(parameters.data()) == 1, doing);
  if constexpr (std::endian::native == std::endian::little)
    std::reverse(number.writable().begin(), number.writable().end());
  return number;
}

std::vector<std::uint8_t> open_number_of(const EVP_PKEY* key, const char* name, std::size_t size) {
  const Secret number = number_of(key, name, size);
  const auto first = std::find_if(number.bytes().begin(), number.bytes().end(), [](std::uint8_t octet) { return octet != 0; });
  return {first, number.bytes().end()};
}

std::unique_ptr<PrivateKey::Impl> generate_ec(OSSL_LIB_CTX* library, const Curve& curve) {
  const ossl::PkeyContext context = start_generation(library, "EC");
  ossl::check(EVP_PKEY_CTX_set_group_name(context.get(), curve.name) == 1, doing);
  ossl::Pkey key = finish_generation(context.get());
  EcNumbers numbers{&curve, number_of(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, curve.octets),
                    std::vector<std::uint8_t>(1 + 2 * curve.octets)};
  std::size_t size = 0;
  ossl::check(EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, numbers.point.data(), numbers.point.size(),
                                              &size) == 1 &&
                  size == numbers.point.size(),
              doing);
  return complete(library, std::move(key), std::move(numbers));
}

std::unique_ptr<PrivateKey::Impl> generate_rsa(OSSL_LIB_CTX* library, int bits, const std::function<void()>& tick) {
  const ossl::PkeyContext context = start_generation(library, "RSA");
  ossl::check(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits) == 1, doing);
  Ticker ticker{tick, nullptr};
  if (tick) {
    EVP_PKEY_CTX_set_app_data(context.get(), &ticker);
    EVP_PKEY_CTX_set_cb(context.get(), Ticker::call);
  }
  EVP_PKEY* generated = nullptr;
  const bool done = EVP_PKEY_generate(context.get(), &generated) == 1;
  ossl::Pkey key(generated);
  if (ticker.thrown) {
    ossl::forget_errors();
    std::rethrow_exception(ticker.thrown);
  }
  ossl::check(done, doing);
  const auto size = static_cast<std::size_t>(bits) / 8;
  RsaNumbers numbers{
      open_number_of(key.get(), OSSL_PKEY_PARAM_RSA_N, size),    open_number_of(key.get(), OSSL_PKEY_PARAM_RSA_E, size),
      number_of(key.get(), OSSL_PKEY_PARAM_RSA_D, size),         number_of(key.get(), OSSL_PKEY_PARAM_RSA_FACTOR1, size),
      number_of(key.get(), OSSL_PKEY_PARAM_RSA_FACTOR2, size),   number_of(key.get(), OSSL_PKEY_PARAM_RSA_EXPONENT1, size),
      number_of(key.get(), OSSL_PKEY_PARAM_RSA_EXPONENT2, size), number_of(key.get(), OSSL_PKEY_PARAM_RSA_COEFFICIENT1, size)};
  return complete(library, std::move(key), std::move(numbers));
}

std::unique_ptr<PrivateKey::Impl> generate_ed25519(OSSL_LIB_CTX* library) {
  constexpr std::size_t octets = 32;
  ossl::Pkey key = finish_generation(start_generation(library, "ED25519").get());
  Ed25519Numbers numbers{Secret(octets), std::vector<std::uint8_t>(octets)};
  std::size_t private_size = octets;
  std::size_t public_size = octets;
  ossl::check(EVP_PKEY_get_raw_private_key(key.get(), numbers.seed.writable().data(), &private_size) == 1 &&
                  private_size == octets,
              doing);
  ossl::check(EVP_PKEY_get_raw_public_key(key.get(), numbers.public_key.data(), &public_size) == 1 && public_size == octets,
              doing);
  return complete(library, std::move(key), std::move(numbers));
}

} // namespace

PrivateKey PrivateKey::generate(KeyType type, const std::function<void()>& tick) {
  OSSL_LIB_CTX* const library = ossl::Context::of_this_thread().get();
  switch (type) {
  case KeyType::p256:
    return PrivateKey(generate_ec(library, *find_curve_by_name("P-256")));
  case KeyType::p384:
    return PrivateKey(generate_ec(library, *find_curve_by_name("P-384")));
  case KeyType::rsa3072:
    return PrivateKey(generate_rsa(library, 3072, tick));
  case KeyType::rsa4096:
    return PrivateKey(generate_rsa(library, 4096, tick));
  case KeyType::ed25519:
    break;
  }
  return PrivateKey(generate_ed25519(library));
}

} // namespace dockpki::x509
