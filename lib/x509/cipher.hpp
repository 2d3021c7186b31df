// Why: keys are encrypted in one way and decrypted in several; the cipher is run in one place.
#pragma once

#include <optional>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

enum class Direction { decrypt = 0, encrypt = 1 };

/// run_cipher runs a CBC cipher, by OpenSSL's name, with PKCS #7 padding; nullopt if the padding is wrong, which is possible only
/// when decrypting. Key and initialization vector must be of the cipher's lengths. Throws Errc::crypto.
std::optional<Secret> run_cipher(const char* name, Bytes key, Bytes initialization_vector, Bytes input, Direction direction);

} // namespace dockpki::x509
