#include "x509/ossl/error.hpp"

#include <string>

#include <openssl/err.h>

#include <dockpki/base/error.hpp>

namespace dockpki::x509::ossl {

void fail(std::string_view doing) {
  std::string message = "failed to " + std::string(doing);
  const char* separator = ": ";
  for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    message += separator;
    message += reason != nullptr ? std::string(reason) : "OpenSSL error " + std::to_string(code);
    separator = "; ";
  }
  throw Error(Errc::crypto, message);
}

void forget_errors() noexcept {
  ERR_clear_error();
}

} // namespace dockpki::x509::ossl
