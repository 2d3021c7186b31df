// Why: what a certificate of each kind looks like, in one place: lifetimes, usages and the arithmetic of dates.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/pki/kind.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::pki {

inline constexpr Seconds default_authority_lifetime = std::chrono::hours(24) * 3650;
inline constexpr Seconds default_leaf_lifetime = std::chrono::hours(24) * 365;
/// Apple and others refuse server certificates that live longer; dockpki does so for every leaf unless told otherwise.
inline constexpr Seconds longest_leaf_lifetime = std::chrono::hours(24) * 825;
/// LongLifetime: may a leaf live longer than longest_leaf_lifetime?
enum class LongLifetime { refused, allowed };
/// not_before lies this much before now, because clocks differ.
inline constexpr Seconds clock_skew = std::chrono::hours(1);

/// key_usage gives the bits for `kind` with a key of `algorithm` (RFC 5280 4.2.1.3, RFC 8813 3, RFC 8410 5).
x509::KeyUsage key_usage(Kind kind, x509::PublicKey::Algorithm algorithm);

/// extended_key_usage gives the purposes for `kind`: none for an authority, exactly one for a server or a client.
std::vector<std::string> extended_key_usage(Kind kind);

/// why_not_authority says why a certificate must not sign others, as Docker (Go) and OpenSSL judge it; nullopt if it may.
/// One that dockpki made has keyUsage; one that was imported may lack it, which restricts nothing (RFC 5280 4.2.1.3), and one of
/// version 1 cannot say what it is for.
std::optional<std::string> why_not_authority(const x509::CertificateContents& contents);

/// True unless keyUsage keeps the authority from signing revocation lists.
bool may_sign_lists(const x509::CertificateContents& authority);

/// authority_key_identifier gives what a leaf, or a list, of `authority` carries: the authority's subjectKeyIdentifier, or, where
/// it has none, that of its key (RFC 5280 4.2.1.2 method 1, as Go does).
std::vector<std::uint8_t> authority_key_identifier(const x509::CertificateContents& authority);

/// LeafValidity is a validity and whether the issuer's end cut it short.
struct LeafValidity {
  x509::Validity validity;
  bool shortened = false;
};

/// authority_validity starts clock_skew before `now` and ends one second before `now + lifetime`: not_after is the last valid
/// second.
x509::Validity authority_validity(TimePoint now, Seconds lifetime);

/// leaf_validity does the same, within the issuer's validity at both ends.
/// Throws Errc::refused if `now` lies outside the issuer's validity: an expired authority signs nothing, and neither does a clock
/// that runs before its begin.
LeafValidity leaf_validity(TimePoint now, Seconds lifetime, const x509::Certificate& issuer);

} // namespace dockpki::pki
