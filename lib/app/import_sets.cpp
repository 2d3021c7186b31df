// import: sets that an authority of the home signed before it came here are looked after from now on.
#include <dockpki/app/adopt.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/x509/foreign_key.hpp>

#include "app/foreign_leaf.hpp"
#include "app/order.hpp"
#include "app/placed_sets.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_key_file = 64U << 10U;

[[noreturn]] void refuse(const std::string& why, const std::string& hint) {
  throw Error(Errc::refused, why, hint);
}

/// The name of the authority of this home that signed it.
std::string signer_of(store::Inventory& inventory, const x509::Certificate& certificate) {
  const x509::CertificateContents& contents = certificate.contents();
  for (const store::AuthorityRecord& authority : inventory.authorities()) {
    if (authority.certificate.empty())
      continue;
    const auto issuer = x509::Certificate::from_der(authority.certificate);
    if (!(issuer.contents().subject == contents.issuer))
      continue;
    if (!certificate.signature_algorithm())
      refuse("it is signed by an algorithm that Docker refuses, such as SHA-1",
             "issue it anew: dockpki issue-server or issue-client");
    if (certificate.is_signed_by(issuer.contents().subject_public_key))
      return authority.name;
  }
  refuse("it was signed by '" + contents.issuer.text() + "', which is not an authority of this home",
         "'dockpki import-ca --home DIR' takes that authority over, in a home of its own");
}

bool is_folder(const files::Path& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

/// True if the first certificate of `file` is `certificate`.
bool holds(const files::Path& file, const x509::Certificate& certificate) {
  try {
    const Secret pem = files::read_file(file, "certificate", docker::largest_set_file, files::Symlinks::refused);
    const auto found = x509::Certificate::all_from_pem(pem.bytes(), file.string());
    return !found.empty() && std::ranges::equal(found.front().der(), certificate.der());
  } catch (const Error&) {
    return false;
  }
}

/// Importer weighs one certificate after the other.
class Importer {
public:
  Importer(const Context& context, const ImportOptions& options, store::Inventory& inventory, store::WriteSession* session)
      : context_(context), options_(options), inventory_(inventory), session_(session) {
    for (const files::Path& given : options.sources)
      if (files::Path path = absolute_folder(context, given); !is_folder(path))
        given_files_.push_back(std::move(path));
  }

  void import_source(const files::Path& given) {
    const files::Path source = absolute_folder(context_, given);
    try {
      const ForeignFolder found = is_folder(source) ? read_foreign_folder(source) : read_foreign_file(source, given_files_);
      for (const FoundLeaf& leaf : found.leaves)
        import_leaf(source, leaf, found.unopened_keys);
      if (found.leaves.empty())
        refuse("no certificate of a server or a client lies there", "give the folder that holds certificate and key");
    } catch (const Error& error) {
      results_.push_back({.source = source, .failure = error.what(), .hint = error.hint()});
    }
  }

  std::vector<ImportedSet> results() && { return std::move(results_); }

private:
  void import_leaf(const files::Path& source, const FoundLeaf& leaf, const std::vector<std::string>& unopened) {
    ImportedSet result{.source = source, .certificate_path = leaf.certificate_files.front(), .certificate = leaf.certificate};
    result.name = name_of(leaf);
    try {
      result.kind = kind_of(leaf);
      const std::string authority = signer_of(inventory_, leaf.certificate);
      check_has_key(leaf, unopened);
      const store::AuthorityRecord renewer = active_authority(inventory_, result.kind, context_.home);
      check_renewable(leaf.certificate.contents(), result.kind, result.name,
                      x509::Certificate::from_der(renewer.certificate).contents());
      if (trust_pem(inventory_, result.kind).empty())
        refuse("this home has no authority for the other side yet", "import that as well, with 'dockpki import-ca --role ROLE'");
      for (const SetPlace& place : places_for(result, leaf)) {
        ImportedSet one = result;
        one.outcome = import_into(one, leaf, authority, place);
        one.authority = authority;
        one.folder = place.folder;
        one.layout = place.layout;
        tell(std::move(one));
      }
    } catch (const Error& error) {
      result.failure = error.what();
      result.hint = error.hint();
      tell(std::move(result));
    }
  }

  /// Certificate and key may both be given, and lead to the same set. What holds of the certificate is said once.
  void tell(ImportedSet&& result) {
    for (const ImportedSet& one : results_) {
      if (!one.certificate || !std::ranges::equal(one.certificate->der(), result.certificate->der()))
        continue;
      if (one.folder == result.folder && one.layout == result.layout)
        return;
      std::erase_if(result.notes, [&](const std::string& note) { return std::ranges::find(one.notes, note) != one.notes.end(); });
    }
    results_.push_back(std::move(result));
  }

  [[nodiscard]] std::vector<SetPlace> places_for(const ImportedSet& set, const FoundLeaf& leaf) const {
    if (!options_.out)
      return places_of(leaf, set.kind);
    try {
      return {{absolute_folder(context_, *options_.out) / set_folder_name(set.name), layout_for(leaf, set.kind)}};
    } catch (const Error& error) { // its name is not what somebody typed
      refuse(error.what(), "call its files as Docker does, and import it where it lies, without --out");
    }
  }

  Import import_into(ImportedSet& result, const FoundLeaf& leaf, const std::string& authority, const SetPlace& place) {
    const bool placed = is_placed(leaf.certificate, authority, place);
    // One that an interrupted import wrote, or this one's own place.
    const bool stands = holds(place.folder / layout_of(place.layout).certificate, leaf.certificate);
    if (placed && stands)
      return Import::known;
    if (stands)
      check_place(place);
    add_notes(result, place, stands);
    if (options_.dry_run == DryRun::yes)
      return Import::planned;
    if (!stands)
      write_set(result, leaf, place);
    if (!placed)
      record(result, authority, place);
    return Import::imported;
  }

  /// True if the inventory knows it there. Throws Errc::refused if its serial number is another's, or it is no longer in force.
  bool is_placed(const x509::Certificate& certificate, const std::string& authority, const SetPlace& place) {
    const auto record = inventory_.find_certificate(to_hex(certificate.fingerprint()));
    if (!record) {
      if (inventory_.knows_serial(authority, certificate.contents().serial_number.text()))
        refuse("its serial number is that of another certificate of " + authority,
               "issue it anew: dockpki issue-server or issue-client");
      return false;
    }
    if (record->state != store::CertificateState::issued)
      refuse("it is " + std::string(to_string(record->state)) + " here", "'dockpki list' shows what has taken its place");
    return std::ranges::any_of(inventory_.placements(), [&](const store::PlacementRecord& placement) {
      return placement.certificate_id == record->id && placement.folder == place.folder.string() &&
             placement.layout == place.layout;
    });
  }

  void add_notes(ImportedSet& result, const SetPlace& place, bool stands) const {
    result.notes = notes_on_leaf(result.certificate->contents(), result.kind, result.name, context_.now);
    const std::string& ca = layout_of(place.layout).ca;
    if (stands && !trusts(place.folder / ca, result.kind))
      result.notes.push_back("its " + ca + " does not hold the authority that signs the other side");
  }

  /// True if the file holds all of the authorities that the other side's certificates come from.
  [[nodiscard]] bool trusts(const files::Path& file, pki::Kind kind) const {
    const Secret pem = files::read_file(file, "authorities", docker::largest_set_file);
    const auto held = x509::Certificate::all_from_pem(pem.bytes(), file.string());
    const std::string wanted = trust_pem(inventory_, kind);
    return std::ranges::all_of(x509::Certificate::all_from_pem(bytes_of(wanted), "ca.pem"), [&](const x509::Certificate& one) {
      return std::ranges::any_of(held,
                                 [&](const x509::Certificate& other) { return std::ranges::equal(one.der(), other.der()); });
    });
  }

  void record(const ImportedSet& set, const std::string& authority, const SetPlace& place) {
    const Bytes der = set.certificate->der();
    session_->record(store::CertificateIssued{.authority = authority,
                                              .kind = set.kind,
                                              .name = set.name,
                                              .serial = set.certificate->contents().serial_number.text(),
                                              .certificate = {der.begin(), der.end()},
                                              .folder = place.folder.string(),
                                              .layout = place.layout,
                                              .owner = {},
                                              .origin = store::Origin::imported});
  }

  void write_set(ImportedSet& result, const FoundLeaf& leaf, const SetPlace& place) {
    const docker::SetLayout& layout = layout_of(place.layout);
    const files::Path& key_file = leaf.key_files.front();
    const Secret old_pem = files::read_file(key_file, "private key", largest_key_file);
    const x509::PrivateKey old_key = x509::read_foreign_key(old_pem.bytes(), key_file.string()).key;
    if (!(old_key.public_key() == leaf.certificate.contents().subject_public_key))
      throw Error(Errc::busy, "failed to read key '" + key_file.string() + "': another process changed it meanwhile",
                  "try again");
    const Secret key = old_key.write_unencrypted_pem();
    const std::string ca = trust_pem(inventory_, result.kind);
    const std::string certificate = leaf.certificate.pem();
    const std::array set = {files::SetFile{layout.ca, bytes_of(ca), files::certificate_mode},
                            files::SetFile{layout.certificate, bytes_of(certificate), files::certificate_mode},
                            files::SetFile{layout.key, key.bytes(), files::private_key_mode}};
    files::StagedSet::stage(place.folder, set, files::Existing::refused, format_basic(context_.now)).commit();
    result.notes.push_back("the key still lies in '" + key_file.string() + "' as well");
    if (others_can_read(key_file))
      result.notes.push_back("others on this machine can read it there: make a new key with 'dockpki renew --rekey'");
  }

  const Context& context_;
  const ImportOptions& options_;
  store::Inventory& inventory_;
  store::WriteSession* session_;
  std::vector<files::Path> given_files_;
  std::vector<ImportedSet> results_;
};

} // namespace

std::string_view to_string(Import outcome) {
  switch (outcome) {
  case Import::imported:
    return "imported";
  case Import::planned:
    return "planned";
  case Import::known:
    return "known";
  case Import::refused:
    return "refused";
  }
  return "?";
}

std::vector<ImportedSet> import_sets(Context& context, const ImportOptions& options) {
  context.home.check();
  std::optional<store::ReadSession> reading;
  std::optional<store::WriteSession> writing;
  if (options.dry_run == DryRun::yes)
    reading.emplace(context.home);
  else
    writing.emplace(context.home, context.command, context.actor(), context.now, store::Create::no);
  Importer importer(context, options, reading ? reading->inventory() : writing->inventory(), writing ? &*writing : nullptr);
  for (const files::Path& source : options.sources)
    importer.import_source(source);
  return std::move(importer).results();
}

} // namespace dockpki::app
