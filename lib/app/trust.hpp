// Why: ca.pem says whom a set trusts. What of it is this home's follows from the rotation; what somebody added is theirs.
#pragma once

#include <string>
#include <vector>

#include <dockpki/store/inventory.hpp>

namespace dockpki::app {

/// trusts: a set of `kind` is to trust what authorities of `role` signed.
bool trusts(pki::Kind kind, pki::Role role);

/// is_same_authority: the two certificates are one authority's: same subject, same key.
bool is_same_authority(const x509::Certificate& left, const x509::Certificate& right);

/// Trust is what a ca.pem holds, and what it is to hold.
struct Trust {
  std::vector<std::string> found; ///< this home's authorities in it
  bool is_right = false;          ///< it holds the certificates of those to be trusted, and of no other one of this home
  std::string pem;                ///< what it is to hold: those, and whatever there is of others
};

/// HomeAuthorities are those of a home with their certificates.
class HomeAuthorities {
public:
  explicit HomeAuthorities(store::Inventory& inventory);
  /// The certificates that ca.pem of a set of `kind` is to hold. The authority that signs comes first: whoever takes the first
  /// alone (keytool, openssl x509) takes the one that most peers have.
  [[nodiscard]] std::string trust_pem(pki::Kind kind) const;
  /// `standing` is the ca.pem of a set of `kind`, empty if there is none. Throws Errc::invalid_input.
  [[nodiscard]] Trust weigh(pki::Kind kind, Bytes standing) const;
  /// The name of the authority of which `der` is a certificate; nullptr if it is none of this home's.
  [[nodiscard]] const std::string* find(Bytes der) const;

private:
  struct Authority {
    store::AuthorityRecord record;
    x509::Certificate certificate;
  };
  [[nodiscard]] std::vector<const Authority*> trusted_by(pki::Kind kind) const;
  std::vector<Authority> authorities_;
};

} // namespace dockpki::app
