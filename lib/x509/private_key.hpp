// Why: the inside of PrivateKey, for the files that make, read and write one.
#pragma once

#include <dockpki/x509/key.hpp>

#include "x509/key_numbers.hpp"
#include "x509/ossl/context.hpp"
#include "x509/ossl/handle.hpp"

namespace dockpki::x509 {

struct PrivateKey::Impl {
  OSSL_LIB_CTX* library; ///< that `key` was made in; lives as long as the process
  ossl::Pkey key;
  Secret pkcs8; ///< PrivateKeyInfo, in the clear
  PublicKey public_key;
  std::optional<KeyType> type;
  SignatureAlgorithm signature_algorithm;
};

/// complete puts together what belongs to `numbers`, whose public half must be there. Throws Errc::crypto.
std::unique_ptr<PrivateKey::Impl> complete(OSSL_LIB_CTX* library, ossl::Pkey key, const KeyNumbers& numbers);

} // namespace dockpki::x509
