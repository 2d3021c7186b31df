#include "x509/signature_algorithm.hpp"

#include <array>

namespace dockpki::x509 {
namespace {

struct Entry {
  SignatureAlgorithm algorithm;
  std::string_view name;
  std::string_view oid;
  PublicKey::Algorithm key;
  std::optional<ossl::Digest> digest;
};

using enum PublicKey::Algorithm;

// In the order of the enum.
constexpr std::array<Entry, 7> table = {{
    {SignatureAlgorithm::ecdsa_with_sha256, "ecdsa-with-SHA256", "1.2.840.10045.4.3.2", ec, ossl::Digest::sha256},
    {SignatureAlgorithm::ecdsa_with_sha384, "ecdsa-with-SHA384", "1.2.840.10045.4.3.3", ec, ossl::Digest::sha384},
    {SignatureAlgorithm::ecdsa_with_sha512, "ecdsa-with-SHA512", "1.2.840.10045.4.3.4", ec, ossl::Digest::sha512},
    {SignatureAlgorithm::rsa_with_sha256, "sha256WithRSAEncryption", "1.2.840.113549.1.1.11", rsa, ossl::Digest::sha256},
    {SignatureAlgorithm::rsa_with_sha384, "sha384WithRSAEncryption", "1.2.840.113549.1.1.12", rsa, ossl::Digest::sha384},
    {SignatureAlgorithm::rsa_with_sha512, "sha512WithRSAEncryption", "1.2.840.113549.1.1.13", rsa, ossl::Digest::sha512},
    {SignatureAlgorithm::ed25519, "Ed25519", "1.3.101.112", ed25519, std::nullopt},
}};

constexpr const Entry& entry_of(SignatureAlgorithm algorithm) {
  return table[static_cast<std::size_t>(algorithm)];
}

static_assert(entry_of(SignatureAlgorithm::rsa_with_sha512).algorithm == SignatureAlgorithm::rsa_with_sha512);
static_assert(entry_of(SignatureAlgorithm::ed25519).algorithm == SignatureAlgorithm::ed25519);

/// ECDSA and Ed25519 have no parameters (RFC 5758 3.2, RFC 8410 3); RSA has NULL, and none is to be taken as well (RFC 4055 5).
bool has_right_parameters(const Entry& entry, der::Reader& parameters) {
  if (parameters.empty())
    return true;
  if (entry.key != rsa || !parameters.next_is(der::tag::null))
    return false;
  parameters.null("parameters");
  return parameters.empty();
}

} // namespace

std::string_view to_string(SignatureAlgorithm algorithm) {
  return entry_of(algorithm).name;
}

std::optional<ossl::Digest> digest_of(SignatureAlgorithm algorithm) noexcept {
  return entry_of(algorithm).digest;
}

PublicKey::Algorithm key_algorithm_of(SignatureAlgorithm algorithm) noexcept {
  return entry_of(algorithm).key;
}

void write_algorithm(der::Writer& out, SignatureAlgorithm algorithm) {
  const Entry& entry = entry_of(algorithm);
  out.sequence([&] {
    out.oid(entry.oid);
    if (entry.key == rsa)
      out.null();
  });
}

FoundAlgorithm read_algorithm(der::Reader& in, std::string_view what) {
  const der::Element element = in.element(der::tag::sequence, what);
  der::Reader inner = in.inside(element.contents);
  FoundAlgorithm found{inner.oid(what), std::nullopt, element.whole};
  for (const Entry& entry : table)
    if (entry.oid == found.oid && has_right_parameters(entry, inner))
      found.known = entry.algorithm;
  if (!found.known && !inner.empty()) {
    inner.any(what);
    inner.finish(what);
  }
  return found;
}

} // namespace dockpki::x509
