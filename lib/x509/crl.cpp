#include <dockpki/x509/crl.hpp>

#include <algorithm>

#include <dockpki/x509/pem.hpp>

#include "x509/distinguished_name.hpp"
#include "x509/extensions.hpp"
#include "x509/oid.hpp"
#include "x509/signed.hpp"

namespace dockpki::x509 {
namespace {

using der::Reader;

constexpr std::string_view thing = "certificate revocation list";

std::string reason_name(std::uint64_t number) {
  const auto last = static_cast<std::uint64_t>(CrlReason::aa_compromise);
  const std::string_view name = number <= last ? to_string(static_cast<CrlReason>(number)) : std::string_view();
  return name.empty() ? "reason " + std::to_string(number) : std::string(name);
}

RevokedCertificate read_revoked(Reader entry) {
  RevokedCertificate revoked{
      SerialNumber::from_octets(entry.integer("serial number of a revoked certificate")), entry.time("revocation date"), {}, {}};
  if (!entry.empty())
    for (RawExtension& raw : read_extensions(entry)) {
      if (raw.extension.oid == oid::crl_reason) {
        Reader value = raw.value;
        revoked.reason = reason_name(value.small_number("reasonCode", der::tag::enumerated));
        value.finish("reasonCode");
      }
      revoked.extensions.push_back(std::move(raw.extension));
    }
  entry.finish("revoked certificate");
  return revoked;
}

void interpret(CrlContents& contents, const RawExtension& raw) {
  Reader value = raw.value;
  if (raw.extension.oid == oid::crl_number) {
    contents.crl_number = SerialNumber::from_octets(value.integer("cRLNumber"));
    value.finish("cRLNumber");
  } else if (raw.extension.oid == oid::authority_key_identifier) {
    AuthorityKeyIdentifier found = read_authority_key_identifier(value);
    contents.authority_key_identifier = std::move(found.key_identifier);
    contents.authority_has_issuer_and_serial = found.has_issuer_and_serial;
  }
}

void read_crl_extensions(Reader& list, CrlContents& contents) {
  auto outer = list.enter_if(der::tag::constructed(0), "extensions");
  if (!outer)
    return;
  for (RawExtension& raw : read_extensions(*outer)) {
    interpret(contents, raw);
    contents.extensions.push_back(std::move(raw.extension));
  }
  outer->finish("extensions");
}

struct TbsParts {
  CrlContents contents;
  Bytes signature_algorithm; ///< the whole AlgorithmIdentifier
};

TbsParts read_tbs_cert_list(Reader& in) {
  Reader list = in.enter(der::tag::sequence, "revocation list");
  const bool has_version = list.next_is(der::tag::integer);
  if (has_version && list.small_number("version") != 1)
    list.fail("version", "not 2"); // which is written as 1
  FoundAlgorithm algorithm = read_algorithm(list, "signature algorithm");
  DistinguishedName issuer = read_name(list, "issuer");
  CrlContents contents{std::move(issuer), list.time("thisUpdate"), {}, {}, std::move(algorithm.oid), {}};
  contents.version = has_version ? 2 : 1;
  if (list.next_is(der::tag::utc_time) || list.next_is(der::tag::generalized_time))
    contents.next_update = list.time("nextUpdate");
  if (auto entries = list.enter_if(der::tag::sequence, "revoked certificates")) {
    contents.has_empty_revoked = entries->empty();
    while (!entries->empty())
      contents.revoked.push_back(read_revoked(entries->enter(der::tag::sequence, "revoked certificate")));
  }
  read_crl_extensions(list, contents);
  list.finish("revocation list");
  return {std::move(contents), algorithm.whole};
}

struct Parts {
  SignedParts frame;
  CrlContents contents;
};

Parts read_crl(Bytes der) {
  refuse_too_large(der);
  Reader in(der);
  SignedParts frame = read_signed(in, "revocation list");
  Reader inner = in.inside(frame.signed_part);
  TbsParts tbs = read_tbs_cert_list(inner);
  if (!std::equal(tbs.signature_algorithm.begin(), tbs.signature_algorithm.end(), frame.algorithm.whole.begin(),
                  frame.algorithm.whole.end()))
    throw der::Malformed("it names two signature algorithms, one inside and another outside");
  return {std::move(frame), std::move(tbs.contents)};
}

} // namespace

CrlContents parse_crl(Bytes der) {
  return der::reading(thing, {}, [&] { return read_crl(der).contents; });
}

CrlContents parse_tbs_cert_list(Bytes der) {
  return der::reading(thing, {}, [&] {
    Reader in(der);
    TbsParts parts = read_tbs_cert_list(in);
    in.finish({});
    return std::move(parts.contents);
  });
}

Crl Crl::from_der(Bytes der) {
  Parts parts = der::reading(thing, {}, [&] { return read_crl(der); });
  Crl crl(std::move(parts.contents));
  crl.der_.assign(der.begin(), der.end());
  crl.tbs_.assign(parts.frame.signed_part.begin(), parts.frame.signed_part.end());
  crl.signature_algorithm_ = parts.frame.algorithm.known;
  crl.signature_.assign(parts.frame.signature.begin(), parts.frame.signature.end());
  return crl;
}

Crl Crl::assemble(Bytes tbs, SignatureAlgorithm algorithm, Bytes signature) {
  return from_der(write_signed(tbs, algorithm, signature));
}

std::string Crl::pem() const {
  return write_pem("X509 CRL", der_);
}

bool Crl::is_signed_by(const PublicKey& key) const {
  return verifies_signature(key, tbs_, signature_, signature_algorithm_);
}

} // namespace dockpki::x509
