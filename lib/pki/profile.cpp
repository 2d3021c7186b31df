#include <dockpki/pki/profile.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>

namespace dockpki::pki {

x509::KeyUsage key_usage(Kind kind, x509::PublicKey::Algorithm algorithm) {
  if (kind == Kind::authority)
    return x509::key_cert_sign | x509::crl_sign;
  // An RSA server key may also be asked to decrypt in TLS 1.2 as some clients (NSS) check it; an EC or Edwards key cannot.
  if (kind != Kind::client && algorithm == x509::PublicKey::Algorithm::rsa)
    return x509::digital_signature | x509::key_encipherment;
  return x509::digital_signature;
}

std::vector<std::string> extended_key_usage(Kind kind) {
  switch (kind) {
  case Kind::authority:
    return {};
  case Kind::server:
    return {std::string(x509::server_auth_oid)};
  case Kind::client:
    return {std::string(x509::client_auth_oid)};
  case Kind::dual:
    return {std::string(x509::server_auth_oid), std::string(x509::client_auth_oid)};
  }
  return {};
}

std::optional<std::string> why_not_authority(const x509::CertificateContents& contents) {
  const bool cannot_say = contents.version < 3;
  if (!cannot_say && !(contents.basic_constraints && contents.basic_constraints->is_ca))
    return "its certificate is not an authority's: basicConstraints does not say CA:TRUE";
  if (contents.key_usage && (*contents.key_usage & x509::key_cert_sign) == 0)
    return "its certificate may not sign others: keyUsage lacks keyCertSign";
  return std::nullopt;
}

bool may_sign_lists(const x509::CertificateContents& authority) {
  return !authority.key_usage || (*authority.key_usage & x509::crl_sign) != 0;
}

std::vector<std::uint8_t> authority_key_identifier(const x509::CertificateContents& authority) {
  if (authority.subject_key_identifier)
    return *authority.subject_key_identifier;
  const x509::Sha1Digest identifier = authority.subject_public_key.key_identifier();
  return {identifier.begin(), identifier.end()};
}

x509::Validity authority_validity(TimePoint now, Seconds lifetime) {
  return {now - clock_skew, now + lifetime - Seconds(1)};
}

LeafValidity leaf_validity(TimePoint now, Seconds lifetime, const x509::Certificate& issuer) {
  const x509::Validity& bounds = issuer.contents().validity;
  const std::string subject = issuer.contents().subject.text();
  if (now > bounds.not_after)
    throw Error(Errc::refused,
                "failed to issue from authority '" + subject + "': it expired on " + format_rfc3339(bounds.not_after),
                "'dockpki rotate-ca --same-key' lets it live on");
  if (now < bounds.not_before)
    throw Error(Errc::refused,
                "failed to issue from authority '" + subject + "': it is not valid before " + format_rfc3339(bounds.not_before),
                "check this machine's clock: it says " + format_rfc3339(now));
  const x509::Validity wanted = authority_validity(now, lifetime);
  return {{std::max(wanted.not_before, bounds.not_before), std::min(wanted.not_after, bounds.not_after)},
          wanted.not_after > bounds.not_after};
}

} // namespace dockpki::pki
