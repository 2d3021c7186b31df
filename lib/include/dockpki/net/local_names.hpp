// Why: `issue-server --local` means "this machine, by every name and address that it has".
#pragma once

#include <string>
#include <vector>

#include <dockpki/x509/certificate.hpp>

namespace dockpki::net {

/// LocalNames: host name and full host name (where they are valid DNS names), localhost; the addresses of all interfaces that are
/// up, 127.0.0.1, ::1. IPv6 link-local addresses are left out: they cannot be dialled without a zone, which a certificate cannot
/// carry.
struct LocalNames {
  x509::SubjectAlternativeName names;
  std::vector<std::string> notes; ///< what was left out, and why
};

/// local_names asks the kernel and the resolver. The host's own name comes first. Throws Errc::io.
LocalNames local_names();

/// host_name gives the kernel's name of this machine up to the first dot; "localhost" if there is none.
std::string host_name();

} // namespace dockpki::net
