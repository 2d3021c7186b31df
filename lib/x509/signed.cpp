#include "x509/signed.hpp"

#include <dockpki/x509/pem.hpp>

namespace dockpki::x509 {

SignedParts read_signed(der::Reader& in, std::string_view what) {
  der::Reader frame = in.enter(der::tag::sequence, what);
  in.finish({});
  SignedParts parts;
  parts.signed_part = frame.element(der::tag::sequence, what).whole;
  parts.algorithm = read_algorithm(frame, "signature algorithm");
  parts.signature = frame.octets_of_bit_string("signature");
  frame.finish(what);
  return parts;
}

std::vector<std::uint8_t> write_signed(Bytes signed_part, SignatureAlgorithm algorithm, Bytes signature) {
  constexpr std::size_t frame_size = 64;
  der::Writer out;
  out.reserve(signed_part.size() + signature.size() + frame_size);
  out.sequence([&] {
    out.raw(signed_part);
    write_algorithm(out, algorithm);
    out.bit_string(signature);
  });
  return out.vector();
}

bool verifies_signature(const PublicKey& key, Bytes signed_part, Bytes signature, std::optional<SignatureAlgorithm> algorithm) {
  return algorithm && key_algorithm_of(*algorithm) == key.algorithm() && key.verifies(signed_part, signature, *algorithm);
}

void refuse_too_large(Bytes der) {
  if (der.size() > largest_input)
    throw der::Malformed("it is larger than 4 MiB");
}

} // namespace dockpki::x509
