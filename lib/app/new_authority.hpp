// Why: the first authority of a home and every later generation come into being in one way.
#pragma once

#include <dockpki/app/authority.hpp>
#include <dockpki/files/set.hpp>

namespace dockpki::app {

struct AuthorityOrder {
  std::string name; ///< in the home: "g2", "clients-g2"
  pki::Role role = pki::Role::all;
  int generation = 1;
  x509::DistinguishedName subject;
  Seconds lifetime = pki::default_authority_lifetime;
  x509::NameConstraints constraints;
};

/// StagedAuthority lies signed beside its place in the home.
struct StagedAuthority {
  AuthorityOrder order;
  x509::Certificate certificate;
  bool encrypted = true;
  files::StagedSet files;
};

/// stage_authority signs a certificate for `key` by itself. nullptr: the key is kept unencrypted. Throws as pki::make_authority
/// and StagedSet::stage do.
StagedAuthority stage_authority(const Context& context, AuthorityOrder order, x509::PrivateKey key, const Secret* passphrase,
                                store::Inventory& inventory);

/// commit_authority puts it in place and records it.
AuthorityCard commit_authority(const Context& context, store::WriteSession& session, StagedAuthority staged);

} // namespace dockpki::app
