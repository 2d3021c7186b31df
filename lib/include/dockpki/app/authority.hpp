// Why: making an authority, and finding the one that signs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/pki/issuer.hpp>

namespace dockpki::app {

enum class Authorities { one, separate };

struct InitOptions {
  std::optional<x509::CommonName> name; ///< without the generation; "dockpki CA <host>" unless given
  std::optional<x509::KeyType> key;
  std::optional<Seconds> lifetime;
  x509::NameConstraints constraints;
  Authorities authorities = Authorities::one;
  /// Gives the new passphrase; called once, before anything is made. Empty function: the key is kept unencrypted.
  std::function<Secret()> new_passphrase;
  DryRun dry_run = DryRun::no;
};

/// AuthorityCard tells of one authority.
struct AuthorityCard {
  std::string name;
  pki::Role role = pki::Role::all;
  store::AuthorityState state = store::AuthorityState::active;
  x509::Certificate certificate;
  files::Path certificate_path;
  files::Path key_path;
  bool encrypted = true;
};

struct InitResult {
  store::Origin origin = store::Origin::made;
  files::Path home;
  std::vector<AuthorityCard> authorities; ///< empty in a dry run
  std::vector<std::string> planned;       ///< in a dry run: what would be made
  std::vector<std::string> notes;
  std::vector<std::string> next; ///< commands to run; empty in a dry run
};

/// init_authority makes the home and its authority, or the two of them. Throws Errc::already_exists if the home has one.
InitResult init_authority(Context& context, const InitOptions& options);

/// active_authority gives the one that signs `kind`. Throws Errc::not_found (hint: init-ca).
store::AuthorityRecord active_authority(store::Inventory& inventory, pki::Kind kind, const store::Home& home);

/// load_certificate reads ca.pem of `authority` from the home.
x509::Certificate load_certificate(const store::Home& home, const store::AuthorityRecord& authority);

/// load_issuer reads certificate and key of `authority`, asking for the passphrase if the key has one, and checks that they are
/// those the inventory knows. Throws Errc::wrong_passphrase, Errc::refused, Errc::not_found, Errc::permission.
pki::Issuer load_issuer(Context& context, const store::AuthorityRecord& authority);

/// load_key reads the key of `authority`, asking for the passphrase if it has one. Throws Errc::refused if it is not that of the
/// certificate which the inventory knows, and as load_issuer does.
x509::PrivateKey load_key(Context& context, const store::AuthorityRecord& authority);

/// trust_pem gives what goes into ca.pem of a set of `kind`: the certificates of those authorities that sign for the other side.
std::string trust_pem(store::Inventory& inventory, pki::Kind kind);

struct PassphraseOptions {
  std::function<Secret()> new_passphrase; ///< empty: the key becomes unencrypted
  DryRun dry_run = DryRun::no;
};

struct PassphraseResult {
  std::vector<files::Path> keys; ///< those that were (or would be) written anew
  bool encrypted = true;
};

/// change_passphrase writes the keys of all authorities of the home anew. A key that the new passphrase opens already is left as
/// it is, so that an interrupted change is completed by doing it again. Throws Errc::wrong_passphrase; then nothing has changed.
PassphraseResult change_passphrase(Context& context, const PassphraseOptions& options);

} // namespace dockpki::app
