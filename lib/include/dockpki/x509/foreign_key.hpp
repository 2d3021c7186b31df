// Why: keys that other programs made are taken over once, whatever they were protected with, and from then on only in our forms.
#pragma once

#include <dockpki/x509/key.hpp>

namespace dockpki::x509 {

struct ForeignKey {
  PrivateKey key;
  std::optional<Pkcs8Encryption> encryption; ///< how it was protected; nullopt if it was not
};

/// read_foreign_key reads the one private key that stands in `pem`, among other blocks and text: what PrivateKey::from_pem reads,
/// and keys encrypted in older ways: the headers of RFC 1421 (Proc-Type, DEK-Info), and PKCS #8 with triple DES.
/// `passphrase` is called only if the key is encrypted. Throws Errc::wrong_passphrase, Errc::invalid_input. `name` is what
/// messages call it.
ForeignKey read_foreign_key(Bytes pem, std::string_view name, const std::function<Secret()>& passphrase = {});

} // namespace dockpki::x509
