#include <dockpki/version.hpp>

#include <openssl/crypto.h>

namespace dockpki {

std::string openssl_version() {
  return OpenSSL_version(OPENSSL_VERSION);
}

} // namespace dockpki
