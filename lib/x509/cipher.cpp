#include "x509/cipher.hpp"

#include <algorithm>

#include "x509/ossl/context.hpp"
#include "x509/ossl/error.hpp"
#include "x509/ossl/handle.hpp"

namespace dockpki::x509 {

namespace {

constexpr const char* doing = "run a cipher";

ossl::CipherContext begin(const char* name, Bytes key, Bytes initialization_vector, Direction direction) {
  OSSL_LIB_CTX* const library = ossl::Context::of_this_thread().get();
  const ossl::Cipher cipher = ossl::own(ossl::Cipher(EVP_CIPHER_fetch(library, name, nullptr)), doing);
  ossl::CipherContext context = ossl::own(ossl::CipherContext(EVP_CIPHER_CTX_new()), doing);
  ossl::check(EVP_CipherInit_ex2(context.get(), cipher.get(), key.data(), initialization_vector.data(),
                                 static_cast<int>(direction), nullptr) == 1,
              doing);
  return context;
}

/// Of a cipher that gives as many octets as it gets.
void run_through(const ossl::CipherContext& context, Bytes input, std::span<std::uint8_t> output) {
  int size = 0;
  ossl::check(EVP_CipherUpdate(context.get(), output.data(), &size, input.data(), static_cast<int>(input.size())) == 1 &&
                  static_cast<std::size_t>(size) == output.size(),
              doing);
}

/// When decrypting, this is where the tag is compared.
bool is_at_its_end(const ossl::CipherContext& context) {
  std::array<std::uint8_t, EVP_MAX_BLOCK_LENGTH> nothing{};
  int size = 0;
  return EVP_CipherFinal_ex(context.get(), nothing.data(), &size) == 1 && size == 0;
}

constexpr const char* aes_gcm = "AES-256-GCM";

} // namespace

std::optional<Secret> run_cipher(const char* name, Bytes key, Bytes initialization_vector, Bytes input, Direction direction,
                                 Padding padding) {
  const ossl::CipherContext context = begin(name, key, initialization_vector, direction);
  if (padding == Padding::none)
    ossl::check(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1, doing);
  Secret output(input.size() + EVP_MAX_BLOCK_LENGTH);
  int size = 0;
  int last = 0;
  ossl::check(EVP_CipherUpdate(context.get(), output.writable().data(), &size, input.data(), static_cast<int>(input.size())) == 1,
              doing);
  if (EVP_CipherFinal_ex(context.get(), output.writable().data() + size, &last) != 1) {
    ossl::check(direction == Direction::decrypt, doing);
    ossl::forget_errors();
    return std::nullopt;
  }
  output.truncate(static_cast<std::size_t>(size) + static_cast<std::size_t>(last));
  return output;
}

Sealed seal(Bytes key, Bytes nonce, Bytes plaintext) {
  const ossl::CipherContext context = begin(aes_gcm, key, nonce, Direction::encrypt);
  Sealed sealed{.ciphertext = std::vector<std::uint8_t>(plaintext.size())};
  run_through(context, plaintext, sealed.ciphertext);
  ossl::check(is_at_its_end(context), doing);
  ossl::check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(sealed.tag.size()), sealed.tag.data()) ==
                  1,
              doing);
  return sealed;
}

std::optional<Secret> unseal(Bytes key, Bytes nonce, Bytes ciphertext, Bytes tag) {
  const ossl::CipherContext context = begin(aes_gcm, key, nonce, Direction::decrypt);
  Secret plaintext(ciphertext.size());
  run_through(context, ciphertext, plaintext.writable());
  std::array<std::uint8_t, sizeof(Sealed::tag)> expected{};
  if (tag.size() != expected.size())
    return std::nullopt;
  std::copy(tag.begin(), tag.end(), expected.begin());
  ossl::check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(expected.size()), expected.data()) == 1,
              doing);
  if (!is_at_its_end(context)) {
    ossl::forget_errors();
    return std::nullopt;
  }
  return plaintext;
}

} // namespace dockpki::x509
