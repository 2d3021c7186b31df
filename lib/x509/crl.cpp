#include <dockpki/x509/crl.hpp>

#include "x509/distinguished_name.hpp"
#include "x509/extensions.hpp"
#include "x509/oid.hpp"
#include "x509/signed.hpp"

namespace dockpki::x509 {
namespace {

using der::Reader;

/// CRLReason (RFC 5280 5.3.1).
std::string reason_name(std::uint64_t reason) {
  constexpr std::string_view names[] = {"unspecified",   "keyCompromise",        "cACompromise",    "affiliationChanged",
                                        "superseded",    "cessationOfOperation", "certificateHold", "",
                                        "removeFromCRL", "privilegeWithdrawn",   "aACompromise"};
  if (reason < std::size(names) && !names[reason].empty())
    return std::string(names[reason]);
  return "reason " + std::to_string(reason);
}

RevokedCertificate read_revoked(Reader entry) {
  RevokedCertificate revoked{
      SerialNumber::from_octets(entry.integer("serial number of a revoked certificate")), entry.time("revocation date"), {}};
  if (!entry.empty())
    for (const RawExtension& raw : read_extensions(entry))
      if (raw.extension.oid == oid::crl_reason) {
        Reader value = raw.value;
        revoked.reason = reason_name(value.small_number("reasonCode", der::tag::enumerated));
        value.finish("reasonCode");
      }
  entry.finish("revoked certificate");
  return revoked;
}

void read_crl_extensions(Reader& list, CrlContents& contents) {
  auto outer = list.enter_if(der::tag::constructed(0), "extensions");
  if (!outer)
    return;
  for (const RawExtension& raw : read_extensions(*outer))
    if (raw.extension.oid == oid::crl_number) {
      Reader value = raw.value;
      contents.crl_number = SerialNumber::from_octets(value.integer("cRLNumber"));
      value.finish("cRLNumber");
    }
  outer->finish("extensions");
}

CrlContents read_crl(Bytes der) {
  refuse_too_large(der);
  Reader in(der);
  const SignedParts frame = read_signed(in, "revocation list");
  Reader outer = in.inside(frame.signed_part);
  Reader list = outer.enter(der::tag::sequence, "revocation list");
  if (list.next_is(der::tag::integer) && list.small_number("version") != 1)
    list.fail("version", "not 2"); // which is written as 1
  FoundAlgorithm algorithm = read_algorithm(list, "signature algorithm");
  DistinguishedName issuer = read_name(list, "issuer");
  CrlContents contents{std::move(issuer), list.time("thisUpdate"), {}, {}, std::move(algorithm.oid), {}};
  if (list.next_is(der::tag::utc_time) || list.next_is(der::tag::generalized_time))
    contents.next_update = list.time("nextUpdate");
  if (auto entries = list.enter_if(der::tag::sequence, "revoked certificates"))
    while (!entries->empty())
      contents.revoked.push_back(read_revoked(entries->enter(der::tag::sequence, "revoked certificate")));
  read_crl_extensions(list, contents);
  list.finish("revocation list");
  return contents;
}

} // namespace

CrlContents parse_crl(Bytes der) {
  return der::reading("certificate revocation list", {}, [&] { return read_crl(der); });
}

} // namespace dockpki::x509
