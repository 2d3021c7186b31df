// Why: the AlgorithmIdentifiers of signatures, one table for writer and reader.
#pragma once

#include <optional>
#include <string>

#include <dockpki/x509/key.hpp>

#include "x509/der.hpp"
#include "x509/ossl/context.hpp"

namespace dockpki::x509 {

/// What digests the data first; nullopt for Ed25519, which does that itself.
std::optional<ossl::Digest> digest_of(SignatureAlgorithm algorithm) noexcept;

/// The kind of key that makes such signatures.
PublicKey::Algorithm key_algorithm_of(SignatureAlgorithm algorithm) noexcept;

void write_algorithm(der::Writer& out, SignatureAlgorithm algorithm);

struct FoundAlgorithm {
  std::string oid;
  std::optional<SignatureAlgorithm> known;
  Bytes whole;
};

/// read_algorithm reads an AlgorithmIdentifier; one that is not known, or has parameters that do not belong there, is no fault.
FoundAlgorithm read_algorithm(der::Reader& in, std::string_view what);

} // namespace dockpki::x509
