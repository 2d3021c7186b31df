// Why: the reader of certificates reads a SubjectPublicKeyInfo in its place, so that a fault is told where it stands.
#pragma once

#include <string>

#include <dockpki/x509/key.hpp>

#include "x509/der.hpp"

namespace dockpki::x509 {

struct PublicKeyParts {
  Bytes whole;
  Bytes key; ///< the contents of subjectPublicKey, at the end of `whole`
  PublicKey::Algorithm algorithm = PublicKey::Algorithm::other;
  std::string description;
  std::string curve; ///< see Curve::name; empty for any other
};

/// Throws der::Malformed.
PublicKeyParts read_public_key(der::Reader& in);

} // namespace dockpki::x509
