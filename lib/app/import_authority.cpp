// import-ca: an authority that somebody else made signs on from the home.
#include <dockpki/app/adopt.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/pki/foreign_authority.hpp>
#include <dockpki/x509/foreign_key.hpp>

#include "app/authority_files.hpp"
#include "app/foreign_folder.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_key_file = 64U << 10U;

/// Where it goes in the home.
struct Place {
  std::string name; ///< "g1", "servers-g1", "clients-g2"
  pki::Role role = pki::Role::all;
  int generation = 1;
};

/// Two that share subject or key would be one to everybody else, with two lists of what is revoked.
void refuse_twin(const store::AuthorityRecord& authority, const x509::Certificate& certificate) {
  const auto standing = x509::Certificate::from_der(authority.certificate);
  const bool has_subject = standing.contents().subject.text() == certificate.contents().subject.text();
  if (has_subject || standing.contents().subject_public_key == certificate.contents().subject_public_key)
    throw Error(Errc::already_exists,
                "failed to import the authority: '" + authority.name + "' of this home has the same " +
                    (has_subject ? "subject" : "key"),
                "one that signs servers and clients is imported once, without --role, into a home of its own: --home DIR");
}

/// The next generation of `role` that the home does not have. Throws Errc::already_exists if one signs the same already.
Place find_place(const store::Home& home, store::Inventory& inventory, pki::Role role, const x509::Certificate& certificate) {
  Place place{.name = {}, .role = role};
  for (const store::AuthorityRecord& authority : inventory.authorities()) {
    if (!store::is_established(authority.state))
      continue;
    if (authority.state != store::AuthorityState::retired && overlap(authority.role, role))
      throw Error(Errc::already_exists,
                  "failed to import the authority into '" + home.root().string() + "': it has '" + authority.name + "' already",
                  "'dockpki status' shows it; choose another home with --home DIR");
    refuse_twin(authority, certificate);
    if (authority.role == role)
      place.generation = std::max(place.generation, authority.generation + 1);
  }
  const std::string prefix = role == pki::Role::all ? "" : std::string(to_string(role)) + '-';
  place.name = prefix + 'g' + std::to_string(place.generation);
  return place;
}

bool has_inventory(const store::Home& home) {
  std::error_code error;
  return std::filesystem::exists(home.inventory(), error) || std::filesystem::exists(home.log(), error) ||
         std::filesystem::exists(home.root() / "authorities", error);
}

/// Before anybody types a passphrase for nothing.
Place look_at_home(const store::Home& home, pki::Role role, const x509::Certificate& certificate) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(home.root(), error))) {
    home.check();
    if (has_inventory(home))
      return find_place(home, store::ReadSession(home).inventory(), role, certificate);
  }
  return {.name = role == pki::Role::all ? "g1" : std::string(to_string(role)) + "-g1", .role = role};
}

x509::Certificate read_certificate(const files::Path& path) {
  const Secret pem = files::read_file(path, "certificate", largest_key_file);
  std::vector<x509::Certificate> certificates = x509::Certificate::all_from_pem(pem.bytes(), path.string());
  if (certificates.size() != 1)
    throw Error(Errc::invalid_input,
                "failed to read certificate '" + path.string() +
                    "': " + (certificates.empty() ? "no certificate stands in it" : "more than one stands in it"),
                "give a file that holds the authority's own certificate alone");
  return std::move(certificates.front());
}

x509::ForeignKey read_key(const ImportAuthorityOptions& options, const x509::Certificate& certificate) {
  const Secret pem = files::read_file(options.key, "private key", largest_key_file);
  x509::ForeignKey read = x509::read_foreign_key(pem.bytes(), options.key.string(), options.old_passphrase);
  if (!(read.key.public_key() == certificate.contents().subject_public_key))
    throw Error(Errc::refused,
                "failed to import the authority: '" + options.key.string() + "' is not the key of '" +
                    options.certificate.string() + "'",
                "give the key that was made together with this certificate");
  return read;
}

/// Anything but what dockpki itself would have written is easier to guess.
std::optional<std::string> weak_protection(const std::optional<x509::Pkcs8Encryption>& encryption) {
  if (!encryption)
    return "its key was not encrypted";
  if (encryption->cipher.starts_with("AES-") && encryption->iterations >= x509::pbkdf2_iterations)
    return std::nullopt;
  std::string how = encryption->cipher;
  if (encryption->iterations > 0)
    how += ", " + encryption->prf + ", iterations: " + std::to_string(encryption->iterations);
  return "its key was weakly encrypted (" + how + "): whoever has a copy of the file can guess its passphrase";
}

std::vector<std::string> notes_on(const Context& context, const ImportAuthorityOptions& options,
                                  const x509::Certificate& certificate, const x509::ForeignKey& key) {
  std::vector<std::string> notes = pki::weaknesses_of(certificate, context.now);
  if (auto note = context.sudo_note())
    notes.insert(notes.begin(), std::move(*note));
  if (auto weak = weak_protection(key.encryption))
    notes.push_back(std::move(*weak));
  if (others_can_read(options.key))
    notes.push_back("others on this machine can read '" + options.key.string() +
                    "': whoever has a copy of it signs as this authority");
  notes.push_back("the key still lies in '" + options.key.string() + "' as well: destroy that copy once all is well here");
  if (!options.new_passphrase)
    notes.emplace_back(
        "the authority's key is not encrypted: whoever reads it can make themselves root on every host that trusts it");
  notes.emplace_back("which serial numbers it has used is not known; dockpki's are 16 random octets, so none comes twice");
  return notes;
}

/// The serial number is taken first, as for an authority made here: so what a crash leaves behind is found and removed. It may be
/// taken already, by an import that never ended.
void reserve_serial(store::Inventory& inventory, const Context& context, const Place& place,
                    const x509::Certificate& certificate) {
  inventory.reserve(certificate.contents().serial_number, {.authority = place.name,
                                                           .kind = pki::Kind::authority,
                                                           .name = place.name,
                                                           .folder = context.home.authority(place.name).string(),
                                                           .at = context.now});
}

void write_files(const Context& context, const Place& place, const x509::Certificate& certificate, const Secret& key_pem) {
  const std::string pem = certificate.pem();
  const std::array set = {files::SetFile{ca_certificate_name, bytes_of(pem), files::certificate_mode},
                          files::SetFile{ca_key_name, key_pem.bytes(), files::private_key_mode}};
  files::StagedSet::stage(context.home.authority(place.name), set, files::Existing::refused, format_basic(context.now)).commit();
}

} // namespace

InitResult import_authority(Context& context, const ImportAuthorityOptions& options) {
  x509::Certificate certificate = read_certificate(options.certificate);
  pki::weaknesses_of(certificate, context.now); // what must not sign is refused before a passphrase is asked for
  Place place = look_at_home(context.home, options.role, certificate);
  const x509::ForeignKey key = read_key(options, certificate);
  InitResult result{.origin = store::Origin::imported,
                    .home = context.home.root(),
                    .authorities = {},
                    .planned = {},
                    .notes = notes_on(context, options, certificate, key),
                    .next = {}};
  if (options.dry_run == DryRun::yes) {
    result.planned = {"authority '" + certificate.contents().subject.text() + "' into " +
                      context.home.authority(place.name).string()};
    return result;
  }
  const Secret key_pem =
      options.new_passphrase ? key.key.write_encrypted_pem(options.new_passphrase()) : key.key.write_unencrypted_pem();

  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::yes);
  place = find_place(context.home, session.inventory(), options.role, certificate); // another process may have been first
  reserve_serial(session.inventory(), context, place, certificate);
  write_files(context, place, certificate, key_pem);
  session.record(store::AuthorityCreated{.name = place.name,
                                         .role = place.role,
                                         .generation = place.generation,
                                         .serial = certificate.contents().serial_number.text(),
                                         .certificate = {certificate.der().begin(), certificate.der().end()},
                                         .origin = store::Origin::imported});
  result.authorities.push_back({.name = place.name,
                                .role = place.role,
                                .certificate = std::move(certificate),
                                .certificate_path = certificate_path(context.home, place.name),
                                .key_path = key_path(context.home, place.name),
                                .encrypted = static_cast<bool>(options.new_passphrase)});
  result.next = {"dockpki import DIR", "dockpki issue-server --dns NAME --ip ADDRESS"};
  return result;
}

} // namespace dockpki::app
