// Why: certificates and requests are signed in the same way: SEQUENCE { what is signed, algorithm, BIT STRING }.
#pragma once

#include <optional>
#include <vector>

#include <dockpki/x509/key.hpp>

#include "x509/der.hpp"
#include "x509/signature_algorithm.hpp"

namespace dockpki::x509 {

struct SignedParts {
  Bytes signed_part;
  FoundAlgorithm algorithm;
  Bytes signature;
};

/// read_signed reads the frame, to the end of `der`; `what` names the thing. Throws der::Malformed.
SignedParts read_signed(der::Reader& in, std::string_view what);

std::vector<std::uint8_t> write_signed(Bytes signed_part, SignatureAlgorithm algorithm, Bytes signature);

/// False where algorithm and key do not go together, too.
bool verifies_signature(const PublicKey& key, Bytes signed_part, Bytes signature, std::optional<SignatureAlgorithm> algorithm);

/// Throws der::Malformed if there is more than pem's largest_input of it.
void refuse_too_large(Bytes der);

} // namespace dockpki::x509
