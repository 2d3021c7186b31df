#include "app/carried_over.hpp"

namespace dockpki::app {
Seconds issued_for(const x509::Validity& validity) {
  const Seconds all = validity.not_after + Seconds(1) - validity.not_before;
  return all > pki::clock_skew ? all - pki::clock_skew : all;
}

std::optional<x509::CommonName> organization_of(const x509::DistinguishedName& subject) {
  for (const x509::DistinguishedName::Attribute& attribute : subject.attributes())
    if (attribute.type == "O")
      return x509::CommonName::parse(attribute.value);
  return std::nullopt;
}

namespace {

x509::SubjectAlternativeName names_of(const x509::GeneralNames& old, pki::Kind kind) {
  x509::SubjectAlternativeName names;
  if (kind == pki::Kind::client) {
    for (const std::string& email : old.email)
      names.email.push_back(x509::EmailAddress::parse(email));
    return names;
  }
  for (const std::string& name : old.dns)
    names.add(x509::DnsName::parse(name));
  for (const x509::IpAddress& address : old.ip)
    names.add(address);
  return names;
}

} // namespace

pki::LeafOrder carried_over(const x509::CertificateContents& old, pki::Kind kind, const std::string& name) {
  pki::LeafOrder order;
  order.kind = kind;
  if (const std::string common_name = old.subject.common_name(); !common_name.empty())
    order.common_name = x509::CommonName::parse(common_name);
  else if (kind == pki::Kind::client)
    order.common_name = x509::CommonName::parse(name);
  order.organization = organization_of(old.subject);
  if (old.subject_alternative_name)
    order.names = names_of(*old.subject_alternative_name, kind);
  order.lifetime = issued_for(old.validity);
  order.long_lifetime = pki::LongLifetime::allowed; // one that lives longer was allowed to when it was issued
  return order;
}

} // namespace dockpki::app
