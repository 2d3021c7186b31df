// Why: names that a stranger wrote are shown with their kind, and made harmless for a terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/x509/certificate.hpp>

namespace dockpki::report {

/// "DNS:a.example", "IP:10.0.0.1", "email:a@b.example", "URI:...", in that order.
inline std::vector<std::string> general_names(const std::optional<x509::GeneralNames>& names) {
  std::vector<std::string> list;
  if (!names)
    return list;
  for (const std::string& name : names->dns)
    list.push_back("DNS:" + x509::printable(name));
  for (const x509::IpAddress& address : names->ip)
    list.push_back("IP:" + address.text());
  for (const std::string& email : names->email)
    list.push_back("email:" + x509::printable(email));
  for (const std::string& uri : names->uri)
    list.push_back("URI:" + x509::printable(uri));
  for (const std::string& other : names->other)
    list.push_back(x509::printable(other));
  return list;
}

/// The common name; all of the subject where it has none, as authorities that others made may.
inline std::string authority_title(const x509::CertificateContents& authority) {
  const std::string name = authority.subject.common_name();
  return name.empty() ? authority.subject.text() : x509::printable(name);
}

} // namespace dockpki::report
