// Why: the one place where an authority's key is used. Whatever a certificate is made for, it passes through here:
// request -> checks -> lint of the bytes to be signed -> serial reserved -> signed -> read back and compared.
// A revocation list does, too: plan -> lint -> signed -> read back and compared.
#pragma once

#include <optional>
#include <string>

#include <dockpki/pki/crl.hpp>
#include <dockpki/pki/ledger.hpp>
#include <dockpki/pki/profile.hpp>
#include <dockpki/x509/request.hpp>

namespace dockpki::pki {

/// LeafOrder is what a leaf is to carry besides the public key, which comes from a request.
struct LeafOrder {
  Kind kind = Kind::server;
  std::optional<x509::CommonName> common_name; ///< none: an empty subject, and subjectAltName becomes critical
  std::optional<x509::CommonName> organization;
  x509::SubjectAlternativeName names;
  Seconds lifetime = default_leaf_lifetime;
  LongLifetime long_lifetime = LongLifetime::refused;
};

/// leaf_subject gives the subject that `order` leads to: O where given, CN; or an empty name without CN.
x509::DistinguishedName leaf_subject(const LeafOrder& order);

struct IssuedLeaf {
  x509::Certificate certificate;
  bool shortened = false; ///< the authority ends before the lifetime asked for does
};

/// NewAuthority is a self-signed certificate and its key.
struct NewAuthority {
  x509::Certificate certificate;
  x509::PrivateKey key;
};

/// make_authority signs a certificate for `key` by itself. The serial number is reserved in `ledger` first.
/// Throws Errc::refused if the lint objects, Errc::crypto, and what the ledger throws.
NewAuthority make_authority(x509::PrivateKey key, const x509::DistinguishedName& subject, Seconds lifetime,
                            const x509::NameConstraints& constraints, Ledger& ledger, const Reservation& reservation);
NewAuthority make_authority(x509::PrivateKey key, const x509::CommonName& common_name,
                            const std::optional<x509::CommonName>& organization, Seconds lifetime,
                            const x509::NameConstraints& constraints, Ledger& ledger, const Reservation& reservation);

/// Issuer is an authority that may sign: its certificate and the key that matches it.
class Issuer {
public:
  /// Throws Errc::refused if the certificate may not sign others (see why_not_authority) or if `key` does not match it.
  /// `name` is what messages call it.
  Issuer(x509::Certificate certificate, x509::PrivateKey key, const std::string& name);

  /// Issues a leaf for the key of `request`, of which nothing else is looked at but its signature.
  /// Throws Errc::refused: the request is not signed by its own key, the key is weak, a name lies outside the authority's name
  /// constraints, the authority is not valid now, or the lint objects. Errc::crypto if what was signed does not read back as it
  /// was asked for.
  IssuedLeaf issue(const x509::Request& request, const LeafOrder& order, Ledger& ledger, const Reservation& reservation) const;

  /// Signs the revocation list that plan_crl planned. Throws Errc::refused if the lint objects; Errc::crypto if what was signed
  /// does not read back as it was asked for.
  [[nodiscard]] x509::Crl sign_crl(const x509::CrlFields& fields, const std::optional<LastCrl>& last, TimePoint now) const;

  [[nodiscard]] const x509::Certificate& certificate() const noexcept { return certificate_; }

private:
  x509::Certificate certificate_;
  x509::PrivateKey key_;
};

/// constraints_of gives what `authority` may sign for; empty: anything. Throws Errc::refused for constraints that dockpki does
/// not weigh.
x509::NameConstraints constraints_of(const x509::Certificate& authority);

/// check_names refuses the first of `names` that `authority`'s name constraints do not permit. Throws Errc::refused.
void check_names(const x509::Certificate& authority, const x509::SubjectAlternativeName& names);

} // namespace dockpki::pki
