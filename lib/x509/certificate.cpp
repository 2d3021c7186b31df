#include <dockpki/x509/certificate.hpp>

#include <algorithm>

#include <dockpki/x509/pem.hpp>

#include "x509/pem_reader.hpp"
#include "x509/signed.hpp"
#include "x509/tbs_reader.hpp"

namespace dockpki::x509 {
namespace {

struct Parts {
  SignedParts frame;
  CertificateContents contents;
};

Parts read_certificate(Bytes der) {
  refuse_too_large(der);
  der::Reader in(der);
  SignedParts frame = read_signed(in, "certificate");
  der::Reader inner = in.inside(frame.signed_part);
  TbsParts tbs = read_tbs(inner);
  if (!std::equal(tbs.signature_algorithm.begin(), tbs.signature_algorithm.end(), frame.algorithm.whole.begin(),
                  frame.algorithm.whole.end()))
    throw der::Malformed("it names two signature algorithms, one inside and another outside");
  return {std::move(frame), std::move(tbs.contents)};
}

} // namespace

Certificate Certificate::from_der(Bytes der) {
  Parts parts = der::reading("certificate", {}, [&] { return read_certificate(der); });
  Certificate certificate(std::move(parts.contents));
  certificate.der_.assign(der.begin(), der.end());
  certificate.tbs_offset_ = static_cast<std::size_t>(parts.frame.signed_part.data() - der.data());
  certificate.tbs_size_ = parts.frame.signed_part.size();
  certificate.signature_algorithm_ = parts.frame.algorithm.known;
  certificate.signature_.assign(parts.frame.signature.begin(), parts.frame.signature.end());
  return certificate;
}

Certificate Certificate::from_pem(Bytes pem, std::string_view name) {
  const PemBlock block = der::reading("certificate", name, [&] {
    PemBlock found = read_single_block(pem, {"CERTIFICATE"}, "a certificate");
    if (found.has_headers)
      throw der::Malformed("headers stand in its PEM block, and Docker does not read such a certificate");
    read_certificate(found.der.bytes()); // here a fault is told with the name
    return found;
  });
  return from_der(block.der.bytes());
}

std::vector<Certificate> Certificate::all_from_pem(Bytes pem, std::string_view name) {
  return der::reading("certificate", name, [&] {
    std::vector<Certificate> certificates;
    for (const PemBlock& block : read_blocks(pem, Explanatory::skipped)) {
      if (block.label != "CERTIFICATE")
        continue;
      read_certificate(block.der.bytes()); // here a fault is told with the name
      certificates.push_back(from_der(block.der.bytes()));
    }
    return certificates;
  });
}

Certificate Certificate::assemble(Bytes tbs, SignatureAlgorithm algorithm, Bytes signature) {
  return from_der(write_signed(tbs, algorithm, signature));
}

std::string Certificate::pem() const {
  return write_pem("CERTIFICATE", der_);
}

Bytes Certificate::tbs() const noexcept {
  return Bytes(der_).subspan(tbs_offset_, tbs_size_);
}

bool Certificate::is_signed_by(const PublicKey& key) const {
  return verifies_signature(key, tbs(), signature_, signature_algorithm_);
}

} // namespace dockpki::x509
