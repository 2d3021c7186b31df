#include <dockpki/x509/process.hpp>

#include <openssl/crypto.h>

#include "x509/ossl/error.hpp"

namespace dockpki::x509 {

void skip_legacy_cipher_names() {
  ossl::check(OPENSSL_init_crypto(OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1, "start OpenSSL");
}

} // namespace dockpki::x509
