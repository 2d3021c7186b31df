// restore: the way back from a backup.
#include <dockpki/app/backup.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/files/tar.hpp>
#include <dockpki/store/copy.hpp>
#include <dockpki/x509/cms.hpp>

#include "app/order.hpp"

namespace dockpki::app {
namespace {

/// What CMS and tar put around the files of a home as large as can be backed up.
constexpr std::size_t largest_backup = x509::largest_content + (1U << 20U);

/// The archive in the backup, every octet of it as it was written.
Secret open_backup(const files::Path& file, const std::function<Secret()>& passphrase) {
  const Secret sealed = files::read_file(file, "backup", largest_backup);
  try {
    return x509::read_enveloped(sealed.bytes(), "backup", file.string(), passphrase);
  } catch (const Error& error) {
    if (error.code() == Errc::wrong_passphrase)
      throw Error(error.code(), error.what(), "the backup has a passphrase of its own, which need not be the authority's");
    if (error.code() == Errc::invalid_input)
      throw Error(error.code(), error.what(), "it is no backup, or a damaged one: take another copy of it");
    throw;
  }
}

void describe(Restored& restored, store::Inventory& inventory, TimePoint now) {
  for (const store::AuthorityRecord& authority : inventory.authorities())
    if (store::is_trusted(authority.state))
      restored.authorities.push_back(authority.name);
  for (const store::CertificateRecord& record : inventory.certificates())
    if (record.state == store::CertificateState::issued && record.not_after >= now && record.kind != pki::Kind::authority)
      ++(record.kind == pki::Kind::client ? restored.clients : restored.servers);
}

std::vector<std::string> notes_on(const Context& context, const Restored& restored) {
  std::vector<std::string> notes = {"what was done after " + format_rfc3339(restored.taken) + " is lost",
                                    "what was issued since is valid: 'dockpki import DIR' takes it over",
                                    "what was revoked since is not revoked here: revoke it again",
                                    "an authority that was made since is not known, one that was retired since is trusted again",
                                    "use no other home of this authority beside this one"};
  if (restored.home != restored.former)
    notes.push_back("dockerd, timers and hooks that name " + restored.former.string() + " have to be told the new place");
  if (auto note = context.sudo_note())
    notes.push_back(std::move(*note));
  return notes;
}

/// A dry run proves the backup, also where the home is in use.
void note_standing(Restored& restored, const store::Home& home) {
  try {
    store::refuse_standing(home);
  } catch (const Error& error) {
    if (error.code() != Errc::already_exists)
      throw;
    restored.notes.emplace_back("this home is in use: to restore into another, give --home DIR");
  }
}

} // namespace

Restored restore(Context& context, const RestoreOptions& options) {
  Restored restored{.home = context.home.root(),
                    .file = absolute_folder(context, options.file),
                    .former = {},
                    .taken = {},
                    .files = 0,
                    .authorities = {},
                    .servers = 0,
                    .clients = 0,
                    .notes = {},
                    .next = {},
                    .dry_run = options.dry_run};
  if (options.dry_run == DryRun::no)
    store::refuse_standing(context.home);
  const Secret archive = open_backup(restored.file, options.passphrase);
  const std::vector<files::SetFile> files = files::read_tar(archive.bytes(), restored.file.string());
  const store::CopiedHome copied = store::read_copy(files, restored.file.string());
  restored.former = copied.former;
  restored.taken = copied.taken;
  restored.files = files.size();
  describe(restored, *copied.inventory, context.now);
  if (options.dry_run == DryRun::yes) {
    note_standing(restored, context.home);
    return restored;
  }
  const store::HomeRestored body{
      .file = restored.file.string(), .taken = copied.taken, .former = copied.former, .home = restored.home.string()};
  store::put_in_place(context.home, files, body, context.actor(), context.now);
  restored.notes = notes_on(context, restored);
  restored.next = {"dockpki status", "dockpki log"};
  if (!copied.inventory->crls().empty()) // of the list that went on meanwhile nothing is known
    restored.next.insert(restored.next.begin(), "dockpki make-crl");
  return restored;
}

} // namespace dockpki::app
