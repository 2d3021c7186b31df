// Why: keys are encrypted in one way and decrypted in several; the cipher is run in one place.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

enum class Direction { decrypt = 0, encrypt = 1 };

enum class Padding { none, pkcs7 };

/// run_cipher runs a CBC cipher, by OpenSSL's name; nullopt if the padding is wrong, which is possible only when decrypting. Key
/// and initialization vector must be of the cipher's lengths, and without padding the input whole blocks. Throws Errc::crypto.
std::optional<Secret> run_cipher(const char* name, Bytes key, Bytes initialization_vector, Bytes input, Direction direction,
                                 Padding padding = Padding::pkcs7);

/// What AES-256-GCM made of something.
struct Sealed {
  std::vector<std::uint8_t> ciphertext;
  std::array<std::uint8_t, 16> tag{};
};

inline constexpr std::size_t gcm_nonce_octets = 12;

/// seal encrypts with AES-256-GCM. A key of 32 octets and a nonce must never be used together twice. At most 2^30 octets. Throws
/// Errc::crypto.
Sealed seal(Bytes key, Bytes nonce, Bytes plaintext);

/// unseal gives back what was sealed; nullopt if key, nonce, ciphertext or tag is not what it was. Throws Errc::crypto.
std::optional<Secret> unseal(Bytes key, Bytes nonce, Bytes ciphertext, Bytes tag);

} // namespace dockpki::x509
