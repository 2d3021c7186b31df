// export: a set in force, in one file.
#include <dockpki/app/export.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/docker/context.hpp>
#include <dockpki/docker/context_store.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/files/tar.hpp>

#include "app/order.hpp"
#include "app/placed_sets.hpp"
#include "app/renew_contexts.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_key_file = 64U << 10U;

[[noreturn]] void refuse_several(const std::string& which, const std::vector<Candidate>& found) {
  const bool in_one_folder =
      std::ranges::all_of(found, [&](const Candidate& one) { return one.placement.folder == found.front().placement.folder; });
  throw Error(Errc::refused,
              "failed to export '" + x509::printable(which) + "': " + std::to_string(found.size()) + " sets are meant",
              in_one_folder ? "give a serial number, such as " + found.front().record.serial
                            : "give the folder of one, such as " + found.front().placement.folder);
}

Candidate find_set(const Context& context, store::Inventory& inventory, const std::string& which) {
  const std::string folder = absolute_folder(context, which).string();
  const std::vector<store::CertificateRecord> records = inventory.certificates();
  std::vector<Candidate> found;
  std::vector<std::string_view> known;
  for (const store::PlacementRecord& placement : inventory.placements()) {
    const auto record = std::ranges::find(records, placement.certificate_id, &store::CertificateRecord::id);
    if (record == records.end() || record->state != store::CertificateState::issued)
      continue;
    known.push_back(record->name);
    if (record->name == which || record->serial == which || placement.folder == folder)
      found.push_back({*record, placement});
  }
  if (found.size() > 1)
    refuse_several(which, found);
  if (found.size() == 1)
    return found.front();
  const auto meant = nearest(which, known);
  throw Error(Errc::not_found, "failed to export '" + x509::printable(which) + "': no set of this name is in force",
              meant ? "did you mean '" + std::string(*meant) + "'?" : "'dockpki list' shows all of them");
}

/// What the three files of the set hold.
struct Contents {
  x509::Certificate certificate;
  x509::PrivateKey key;
  std::vector<x509::Certificate> authorities; ///< of ca.pem
};

void refuse_astray(store::Inventory& inventory, const store::PlacementRecord& placement) {
  const PlacementState state = placement_state(inventory, placement);
  if (state != PlacementState::current)
    throw Error(Errc::refused,
                "failed to export the set in '" + placement.folder +
                    "': " + (state == PlacementState::gone ? "it lies there no more" : "another certificate lies there"),
                "'dockpki status' tells what to do");
}

Contents read_contents(store::Inventory& inventory, const Candidate& set) {
  const files::AsUser as_owner(set.placement.owner);
  refuse_astray(inventory, set.placement);
  const docker::SetLayout& layout = layout_of(set.placement.layout);
  const files::Path folder = set.placement.folder;
  const std::array names = {layout.key};
  if (files::standing_files(folder, names).empty())
    throw Error(Errc::not_found, "failed to export the set in '" + folder.string() + "': its key does not lie there",
                "its certificate was signed for a request: the key is where that was made");
  x509::Certificate certificate = x509::Certificate::from_der(inventory.certificate(set.record.id));
  const files::Path path = folder / layout.key;
  x509::PrivateKey key = x509::PrivateKey::from_pem(files::read_private_key_file(path, largest_key_file).bytes(), path.string());
  if (!(key.public_key() == certificate.contents().subject_public_key))
    throw Error(Errc::refused, "failed to export the set in '" + folder.string() + "': " + layout.key + " is not its key",
                "'dockpki renew --rekey' makes a new one");
  const Secret ca = files::read_file(folder / layout.ca, "authorities", docker::largest_set_file);
  return {std::move(certificate), std::move(key), x509::Certificate::all_from_pem(ca.bytes(), (folder / layout.ca).string())};
}

bool holds(const std::vector<x509::Certificate>& certificates, Bytes der) {
  return std::ranges::any_of(certificates, [&](const x509::Certificate& one) { return std::ranges::equal(one.der(), der); });
}

/// The authority that signed it first: a chain that is complete. Then those of ca.pem, which sign the other side.
std::vector<x509::Certificate> chain_of(store::Inventory& inventory, const Candidate& set, const Contents& contents) {
  std::vector<x509::Certificate> chain;
  for (const store::AuthorityRecord& authority : inventory.authorities())
    if (authority.name == set.record.authority)
      chain.push_back(x509::Certificate::from_der(authority.certificate));
  for (const x509::Certificate& authority : contents.authorities)
    if (!holds(chain, authority.der()))
      chain.push_back(authority);
  return chain;
}

std::string pem_of(const std::vector<x509::Certificate>& certificates) {
  std::string pem;
  for (const x509::Certificate& certificate : certificates)
    pem += certificate.pem();
  return pem;
}

/// Certificate, key, authorities: the order that HAProxy and its like read.
Secret write_pem(const Contents& contents, const std::vector<x509::Certificate>& chain) {
  const std::string certificate = contents.certificate.pem();
  const Secret key = contents.key.write_unencrypted_pem();
  const std::string authorities = pem_of(chain);
  Secret pem(certificate.size() + key.size() + authorities.size());
  auto out = std::ranges::copy(bytes_of(certificate), pem.writable().begin()).out;
  out = std::ranges::copy(key.bytes(), out).out;
  std::ranges::copy(bytes_of(authorities), out);
  return pem;
}

/// Dated as the certificate is: the same set gives the same archive.
Secret write_tar(const Contents& contents, const docker::SetLayout& layout) {
  const std::string ca = pem_of(contents.authorities);
  const std::string certificate = contents.certificate.pem();
  const Secret key = contents.key.write_unencrypted_pem();
  const std::array set = {files::SetFile{layout.ca, bytes_of(ca), files::certificate_mode},
                          files::SetFile{layout.certificate, bytes_of(certificate), files::certificate_mode},
                          files::SetFile{layout.key, key.bytes(), files::private_key_mode}};
  return files::write_tar(set, contents.certificate.contents().validity.not_before);
}

/// As docker exports a context (docker/cli cli/context/store): these names, not a "./" before them, and nothing else.
Secret write_context_archive(const Contents& contents, const std::string& metadata) {
  constexpr mode_t metadata_mode = 0644;
  constexpr mode_t set_file_mode = 0600;
  const docker::SetLayout& layout = docker::client_layout;
  const std::string ca = pem_of(contents.authorities);
  const std::string certificate = contents.certificate.pem();
  const Secret key = contents.key.write_unencrypted_pem();
  const std::array set = {files::SetFile{"meta.json", bytes_of(metadata), metadata_mode},
                          files::SetFile{"tls/docker/" + layout.ca, bytes_of(ca), set_file_mode},
                          files::SetFile{"tls/docker/" + layout.certificate, bytes_of(certificate), set_file_mode},
                          files::SetFile{"tls/docker/" + layout.key, key.bytes(), set_file_mode}};
  return files::write_tar(set, contents.certificate.contents().validity.not_before);
}

/// What the caller's own context of that name holds; empty if there is none.
std::string metadata_of(const files::Path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    return {};
  return std::string(files::read_file(file, "context", docker::largest_set_file).text());
}

/// The docker context that is to be exported: the host that was given, and what the caller's context of that name says else.
std::string describe_context(const Context& context, const ExportOptions& options, ExportedSet& set) {
  const std::string failed = "failed to export '" + x509::printable(set.name) + "' as a docker context: ";
  if (set.layout != store::Layout::client)
    throw Error(Errc::refused, failed + "it is a server's set", "a docker context is for a client");
  const files::Path config = docker::config_folder(context.caller.docker, context.caller.working_folder);
  set.context = *options.context;
  const files::Path file = docker::context_place(config, set.context).metadata;
  const std::string old = metadata_of(file);
  if (old.empty() && !options.host)
    throw Error(Errc::usage, failed + "docker has no context '" + set.context + "' that would say where the daemon listens",
                "give it: --host tcp://docker.example.com:2376");
  set.host = options.host ? options.host->text() : docker::context_host(old, file.string());
  return docker::context_metadata(set.context, set.host, old, file.string());
}

/// True if the authorities stand in it as ca.pem, and not behind the certificate.
bool holds_ca_file(ExportFormat format) {
  return format == ExportFormat::tar || format == ExportFormat::context;
}

std::vector<std::string> notes_on(const ExportOptions& options) {
  std::vector<std::string> notes;
  if (options.format != ExportFormat::pkcs12)
    notes.emplace_back("the key in it is not encrypted: whoever reads the file has it");
  if (options.format == ExportFormat::pkcs12 && options.protection == x509::Pkcs12Protection::legacy)
    notes.emplace_back("--legacy: triple DES and SHA-1, for readers that know nothing else; take a long passphrase");
  notes.emplace_back("it is a copy that no renewal reaches: export it again after each");
  return notes;
}

void refuse_standing(const ExportOptions& options, const files::Path& out) {
  std::error_code error;
  if (options.force == Force::no && std::filesystem::exists(std::filesystem::symlink_status(out, error)))
    throw Error(Errc::already_exists, "failed to write '" + out.string() + "': it exists already", "--force replaces it");
}

/// Java's PBES2 takes no other (seen with Java 17).
bool is_ascii(const Secret& passphrase) {
  return std::ranges::all_of(passphrase.bytes(), [](std::uint8_t octet) { return octet < 0x80; });
}

std::vector<std::uint8_t> write_pkcs12(const ExportOptions& options, ExportedSet& set, const Contents& contents,
                                       const std::vector<x509::Certificate>& chain) {
  const Secret passphrase = options.passphrase();
  if (options.protection == x509::Pkcs12Protection::modern && !is_ascii(passphrase))
    set.notes.emplace_back("the passphrase is not plain ASCII: Java does not open this file");
  return x509::write_pkcs12(contents.key, contents.certificate, chain, set.name, passphrase, options.protection);
}

void write(const ExportOptions& options, ExportedSet& set, const Contents& contents, const std::vector<x509::Certificate>& chain,
           const std::string& metadata) {
  const files::Overwrite overwrite = options.force == Force::yes ? files::Overwrite::yes : files::Overwrite::no;
  const auto put = [&](Bytes bytes) { files::write_file(set.out, bytes, files::private_key_mode, overwrite); };
  switch (options.format) {
  case ExportFormat::pkcs12:
    return put(write_pkcs12(options, set, contents, chain));
  case ExportFormat::pem:
    return put(write_pem(contents, chain).bytes());
  case ExportFormat::tar:
    return put(write_tar(contents, layout_of(set.layout)).bytes());
  case ExportFormat::context:
    return put(write_context_archive(contents, metadata).bytes());
  }
}

} // namespace

std::string_view to_string(ExportFormat format) {
  switch (format) {
  case ExportFormat::pkcs12:
    return "p12";
  case ExportFormat::pem:
    return "pem";
  case ExportFormat::tar:
    return "tar";
  case ExportFormat::context:
    return "context";
  }
  return "?";
}

ExportedSet export_set(Context& context, const ExportOptions& options) {
  context.home.check();
  const files::Path out = absolute_folder(context, options.out);
  store::ReadSession session(context.home);
  const Candidate set = find_set(context, session.inventory(), options.which);
  const Contents contents = read_contents(session.inventory(), set);
  const std::vector<x509::Certificate> chain = chain_of(session.inventory(), set, contents);
  refuse_standing(options, out);
  ExportedSet result{.kind = set.record.kind,
                     .name = set.record.name,
                     .serial = set.record.serial,
                     .not_after = set.record.not_after,
                     .folder = set.placement.folder,
                     .out = out,
                     .format = options.format,
                     .protection = options.protection,
                     .layout = set.placement.layout,
                     .authorities = holds_ca_file(options.format) ? contents.authorities.size() : chain.size(),
                     .notes = notes_on(options),
                     .dry_run = options.dry_run};
  const std::string metadata = options.format == ExportFormat::context ? describe_context(context, options, result) : "";
  if (options.dry_run == DryRun::no)
    write(options, result, contents, chain, metadata);
  return result;
}

} // namespace dockpki::app
