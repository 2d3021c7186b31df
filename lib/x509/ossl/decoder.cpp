#include "x509/ossl/decoder.hpp"

#include <openssl/decoder.h>
#include <openssl/x509.h>

#include "x509/ossl/context.hpp"
#include "x509/ossl/error.hpp"
#include "x509/ossl/handle.hpp"

namespace dockpki::x509::ossl {
namespace {

using DecoderContext = Handle<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free>;
using PrivateKeyInfo = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

/// DEK-Info names a cipher, which OpenSSL looks up in its table of names; a program may have kept that table empty.
void name_ciphers_of_headers() {
  for (const EVP_CIPHER* cipher : {EVP_des_ede3_cbc(), EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc()})
    check(EVP_add_cipher(cipher) == 1, "name a cipher");
}

Pkey decode(Bytes encoded, Encoding encoding, const Secret& passphrase) {
  if (encoding == Encoding::pem)
    name_ciphers_of_headers();
  EVP_PKEY* key = nullptr;
  const DecoderContext decoder =
      own(DecoderContext(OSSL_DECODER_CTX_new_for_pkey(&key, encoding == Encoding::pem ? "PEM" : "DER", nullptr, nullptr,
                                                       OSSL_KEYMGMT_SELECT_KEYPAIR, Context::of_this_thread().get(), nullptr)),
          "find a decoder in OpenSSL");
  check(OSSL_DECODER_CTX_set_passphrase(decoder.get(), passphrase.bytes().data(), passphrase.size()) == 1, "decode a key");
  const unsigned char* at = encoded.data();
  std::size_t left = encoded.size();
  if (OSSL_DECODER_from_data(decoder.get(), &at, &left) != 1)
    forget_errors();
  return Pkey(key);
}

} // namespace

std::optional<Secret> decode_private_key(Bytes encoded, Encoding encoding, const Secret& passphrase) {
  constexpr const char* doing = "decode a key";
  const Pkey key = decode(encoded, encoding, passphrase);
  if (!key)
    return std::nullopt;
  const PrivateKeyInfo info = own(PrivateKeyInfo(EVP_PKEY2PKCS8(key.get())), doing);
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
  check(size > 0, doing);
  Secret der(static_cast<std::size_t>(size));
  unsigned char* out = der.writable().data();
  check(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out) == size, doing);
  return der;
}

} // namespace dockpki::x509::ossl
