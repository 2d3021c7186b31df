// Why: most authorities for Docker were made by hand, by a recipe or by another program. They need not be thrown away to be
// looked after: dockpki takes them over, and the sets that they signed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/authority.hpp>

namespace dockpki::app {

struct ImportAuthorityOptions {
  files::Path certificate;                ///< PEM; text around the one certificate is skipped
  files::Path key;                        ///< PEM, in any of the usual forms
  pki::Role role = pki::Role::all;        ///< what it is to sign
  std::function<Secret()> old_passphrase; ///< called if the key is encrypted
  std::function<Secret()> new_passphrase; ///< called once the old key is open. Empty function: the key is kept unencrypted
  DryRun dry_run = DryRun::no;            ///< yes: the key is opened all the same
};

/// import_authority copies an authority that somebody else made into the home, which is made where it is missing; the files that
/// were given stay as they are. Notes tell what is weak about it. Throws Errc::already_exists where an authority that signs the
/// same, or is the same, stands, Errc::refused for one that must not sign or a key that is not its own, Errc::wrong_passphrase,
/// Errc::invalid_input.
InitResult import_authority(Context& context, const ImportAuthorityOptions& options);

struct ImportOptions {
  std::vector<files::Path> sources; ///< folders, or files that hold a certificate or its key
  std::optional<files::Path> out;   ///< write each set to a folder of its own below this one; none: they are taken where they lie
  DryRun dry_run = DryRun::no;
};

enum class Import {
  imported,
  planned, ///< in a dry run: it would be imported
  known,   ///< it was already
  refused
};
std::string_view to_string(Import outcome);

/// ImportedSet tells what became of one certificate that was found, or of a source where there is none.
struct ImportedSet {
  Import outcome = Import::refused;
  files::Path source;                           ///< the folder or file that was given
  files::Path certificate_path;                 ///< where the certificate was found; empty if none was
  std::optional<x509::Certificate> certificate; ///< none if none was found
  pki::Kind kind = pki::Kind::server;
  std::string name;
  std::string authority;                        ///< empty if refused
  files::Path folder;                           ///< where the set lies, and is renewed from now on; empty if refused
  store::Layout layout = store::Layout::server; ///< what its files are called there
  std::vector<std::string> notes;
  std::string failure; ///< if refused: why
  std::string hint;
};

/// import_sets takes the sets of servers and clients in `sources` that an authority of the home signed into the inventory, so
/// that they are renewed where they lie. Certificate and key are found by what they hold, whatever the files are called; but what
/// is not called as Docker's sets are can only be imported with ImportOptions::out. The key that belongs to a file is looked for
/// in the files that were given, and beside it. One that is refused does not stop the others. Throws Errc::not_found without a
/// home.
std::vector<ImportedSet> import_sets(Context& context, const ImportOptions& options);

} // namespace dockpki::app
