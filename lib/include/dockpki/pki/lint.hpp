// Why: the rules of the profile, checked on the very bytes that are about to be signed, by the reader and not by the writer that
// made them. If anything in dockpki went wrong before this point, the authority's key is not used.
#pragma once

#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/pki/kind.hpp>
#include <dockpki/pki/profile.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::pki {

/// lint gives a sentence for every rule of the profile of `kind` that `contents` breaks; nothing if it may be signed.
/// `issuer` is the authority's own contents (`contents` itself when an authority signs itself); `now` is the time of issuing.
/// Does not check the names against the issuer's name constraints (Issuer does), nor any signature.
/// Source: RFC 5280 4.1 and 4.2, RFC 8813 3.
std::vector<std::string> lint(const x509::CertificateContents& contents, Kind kind, const x509::CertificateContents& issuer,
                              TimePoint now, LongLifetime long_lifetime = LongLifetime::refused);

} // namespace dockpki::pki
