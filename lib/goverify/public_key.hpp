// Why: which keys and signatures Go can work with, and how it reads them.
#pragma once

#include <dockpki/goverify/certificate.hpp>

#include "goverify/der_view.hpp"
#include "x509/lenient_keys.hpp"

namespace dockpki::goverify {

struct AlgorithmIdentifier {
  std::string oid;
  Bytes parameters; ///< the element, whole; empty if absent
};

/// Throws Refusal.
AlgorithmIdentifier read_algorithm(DerView in);
SignatureAlgorithm signature_algorithm_of(const AlgorithmIdentifier& algorithm);

/// The contents of a SubjectPublicKeyInfo. Throws Refusal.
PublicKey read_public_key(DerView in, const Rules& rules);

std::optional<Curve> curve_of(const std::string& oid);
x509::lenient::Curve lenient(Curve curve);
x509::lenient::RsaPublicKey lenient(const RsaKey& key);

/// Whether `signature` over `data` was made by `key`: empty if so, else Go's words (x509.go, checkSignature).
std::string signature_fault(SignatureAlgorithm algorithm, Bytes data, Bytes signature, const PublicKey& key, const Rules& rules);

} // namespace dockpki::goverify
