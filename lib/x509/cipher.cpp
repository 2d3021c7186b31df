#include "x509/cipher.hpp"

#include "x509/ossl/context.hpp"
#include "x509/ossl/error.hpp"
#include "x509/ossl/handle.hpp"

namespace dockpki::x509 {

std::optional<Secret> run_cipher(const char* name, Bytes key, Bytes initialization_vector, Bytes input, Direction direction) {
  constexpr const char* doing = "run a cipher";
  OSSL_LIB_CTX* const library = ossl::Context::of_this_thread().get();
  const ossl::Cipher cipher = ossl::own(ossl::Cipher(EVP_CIPHER_fetch(library, name, nullptr)), doing);
  const ossl::CipherContext context = ossl::own(ossl::CipherContext(EVP_CIPHER_CTX_new()), doing);
  ossl::check(EVP_CipherInit_ex2(context.get(), cipher.get(), key.data(), initialization_vector.data(),
                                 static_cast<int>(direction), nullptr) == 1,
              doing);
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

} // namespace dockpki::x509
