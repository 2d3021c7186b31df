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

Bytes octets_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
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
      refuse("it is signed by an algorithm that Docker refuses, such as SHA-1", "issue it anew");
    if (certificate.is_signed_by(issuer.contents().subject_public_key))
      return authority.name;
  }
  refuse("it was signed by '" + contents.issuer.text() + "', which is not an authority of this home",
         "'dockpki import-ca --home DIR' takes that authority over, in a home of its own");
}

/// Importer weighs one certificate after the other.
class Importer {
public:
  Importer(const Context& context, const ImportOptions& options, store::Inventory& inventory, store::WriteSession* session)
      : context_(context), options_(options), inventory_(inventory), session_(session) {}

  std::vector<ImportedSet> import_folder(const files::Path& given) {
    const files::Path folder = absolute_folder(context_, given);
    std::vector<ImportedSet> results;
    try {
      const ForeignFolder found = read_foreign_folder(folder);
      for (const FoundLeaf& leaf : found.leaves)
        results.push_back(import_leaf(folder, leaf, found.unopened_keys));
      if (found.leaves.empty())
        refuse("no certificate of a server or a client lies there", "give the folder that holds certificate and key");
    } catch (const Error& error) {
      results.push_back({.source = folder, .failure = error.what(), .hint = error.hint()});
    }
    return results;
  }

private:
  ImportedSet import_leaf(const files::Path& source, const FoundLeaf& leaf, const std::vector<std::string>& unopened) {
    ImportedSet result{.source = source, .certificate_path = leaf.certificate_files.front(), .certificate = leaf.certificate};
    result.name = name_of(leaf);
    try {
      result.kind = kind_of(leaf);
      const std::string authority = signer_of(inventory_, leaf.certificate);
      check_has_key(leaf, unopened);
      check_renewable(leaf.certificate.contents(), result.kind, result.name);
      const files::Path folder = options_.out ? absolute_folder(context_, *options_.out) / set_folder_name(result.name)
                                              : folder_in_layout(leaf, layout_of(result.kind));
      result.outcome = import_into(result, leaf, authority, folder);
      result.authority = authority;
      result.folder = folder;
    } catch (const Error& error) {
      result.failure = error.what();
      result.hint = error.hint();
    }
    return result;
  }

  Import import_into(ImportedSet& result, const FoundLeaf& leaf, const std::string& authority, const files::Path& folder) {
    if (is_known(leaf.certificate, authority, folder))
      return Import::known;
    add_notes(result, folder);
    if (options_.dry_run == DryRun::yes)
      return Import::planned;
    take(result, leaf, authority, folder);
    return Import::imported;
  }

  /// True if nothing is to be done. Throws Errc::refused if its serial number is another's, or it is no longer in force.
  bool is_known(const x509::Certificate& certificate, const std::string& authority, const files::Path& folder) {
    const auto record = inventory_.find_certificate(to_hex(certificate.fingerprint()));
    if (!record) {
      if (inventory_.knows_serial(authority, certificate.contents().serial_number.text()))
        refuse("its serial number is that of another certificate of " + authority, "issue it anew");
      return false;
    }
    if (record->state != store::CertificateState::issued)
      refuse("it is " + std::string(to_string(record->state)) + " here", "'dockpki list' shows what has taken its place");
    return std::ranges::any_of(inventory_.placements(), [&](const store::PlacementRecord& placement) {
      return placement.certificate_id == record->id && placement.folder == folder.string();
    });
  }

  void add_notes(ImportedSet& result, const files::Path& folder) const {
    result.notes = notes_on_leaf(result.certificate->contents(), result.kind, result.name, context_.now);
    if (!options_.out && !trusts(folder / layout_of(result.kind).ca, result.kind))
      result.notes.push_back("its " + layout_of(result.kind).ca + " does not hold the authority that signs the other side");
  }

  /// True if the file holds all of the authorities that the other side's certificates come from.
  [[nodiscard]] bool trusts(const files::Path& file, pki::Kind kind) const {
    const Secret pem = files::read_file(file, "authorities", docker::largest_set_file);
    const auto held = x509::Certificate::all_from_pem(pem.bytes(), file.string());
    const std::string wanted = trust_pem(inventory_, kind);
    return std::ranges::all_of(
        x509::Certificate::all_from_pem({reinterpret_cast<const std::uint8_t*>(wanted.data()), wanted.size()}, "ca.pem"),
        [&](const x509::Certificate& one) {
          return std::ranges::any_of(held,
                                     [&](const x509::Certificate& other) { return std::ranges::equal(one.der(), other.der()); });
        });
  }

  void take(ImportedSet& result, const FoundLeaf& leaf, const std::string& authority, const files::Path& folder) {
    if (options_.out)
      write_set(result, leaf, folder);
    const Bytes der = leaf.certificate.der();
    session_->record(store::CertificateIssued{.authority = authority,
                                              .kind = result.kind,
                                              .name = result.name,
                                              .serial = leaf.certificate.contents().serial_number.text(),
                                              .certificate = {der.begin(), der.end()},
                                              .folder = folder.string(),
                                              .layout = store_layout_of(result.kind),
                                              .owner = {},
                                              .origin = store::Origin::imported});
  }

  void write_set(ImportedSet& result, const FoundLeaf& leaf, const files::Path& folder) {
    const docker::SetLayout& layout = layout_of(result.kind);
    const files::Path& key_file = leaf.key_files.front();
    const Secret old_pem = files::read_file(key_file, "private key", largest_key_file);
    const Secret key = x509::read_foreign_key(old_pem.bytes(), key_file.string()).key.write_unencrypted_pem();
    const std::string ca = trust_pem(inventory_, result.kind);
    const std::string certificate = leaf.certificate.pem();
    const std::array set = {files::SetFile{layout.ca, octets_of(ca), files::certificate_mode},
                            files::SetFile{layout.certificate, octets_of(certificate), files::certificate_mode},
                            files::SetFile{layout.key, key.bytes(), files::private_key_mode}};
    files::StagedSet::stage(folder, set, files::Existing::refused, format_basic(context_.now)).commit();
    result.notes.push_back("the key still lies in '" + key_file.string() + "' as well");
  }

  const Context& context_;
  const ImportOptions& options_;
  store::Inventory& inventory_;
  store::WriteSession* session_;
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
  std::vector<ImportedSet> results;
  for (const files::Path& folder : options.folders)
    for (ImportedSet& result : importer.import_folder(folder))
      results.push_back(std::move(result));
  return results;
}

} // namespace dockpki::app
