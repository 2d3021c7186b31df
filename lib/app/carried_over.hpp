// Why: a renewal carries over what the old certificate said, as far as the profile has room for it, whoever made that one.
#pragma once

#include <optional>
#include <string>

#include <dockpki/pki/issuer.hpp>

namespace dockpki::app {

/// carried_over gives the order that renews `old`, a certificate of `kind` in the set `name`: its common name and organization,
/// its names and its lifetime. A client without a common name gets the set's; host names in a client's and addresses of people in
/// a server's, which dockpki never makes, are left out. Throws Errc::usage for a name that dockpki does not put into
/// certificates.
pki::LeafOrder carried_over(const x509::CertificateContents& old, pki::Kind kind, const std::string& name);

/// How long a certificate was issued for. What lives for no longer than the clock skew was made without it, or by an authority
/// that was no older itself.
Seconds issued_for(const x509::Validity& validity);

/// The O of a subject; none where there is none.
std::optional<x509::CommonName> organization_of(const x509::DistinguishedName& subject);

} // namespace dockpki::app
