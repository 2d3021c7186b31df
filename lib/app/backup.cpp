// backup: all of the home, in one encrypted file.
#include <dockpki/app/backup.hpp>

#include <algorithm>
#include <numeric>

#include <dockpki/base/error.hpp>
#include <dockpki/files/tar.hpp>
#include <dockpki/store/copy.hpp>
#include <dockpki/x509/cms.hpp>
#include <dockpki/x509/key.hpp>

#include "app/order.hpp"
#include "app/sealed_log.hpp"

namespace dockpki::app {
namespace {

constexpr mode_t backup_mode = 0600;

/// Also by another name for the same folder.
bool lies_in(const files::Path& path, const files::Path& folder) {
  const files::Path inner = std::filesystem::weakly_canonical(path.parent_path());
  const files::Path outer = std::filesystem::weakly_canonical(folder);
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

void refuse_place(const store::Home& home, const files::Path& out) {
  const std::string failed = "failed to write '" + out.string() + "': ";
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(out, error)))
    throw Error(Errc::already_exists, failed + "it exists already", "choose another name with --out: no backup is ever replaced");
  if (!std::filesystem::is_directory(out.parent_path(), error))
    throw Error(Errc::not_found, failed + "there is no folder '" + out.parent_path().string() + "'");
  if (lies_in(out, home.root()))
    throw Error(Errc::refused, failed + "it lies in the PKI home itself, and would be lost with it",
                "choose a place outside with --out, best on another disk");
}

std::vector<std::string> trusted_authorities(store::Inventory& inventory) {
  std::vector<std::string> names;
  for (const store::AuthorityRecord& authority : inventory.authorities())
    if (store::is_trusted(authority.state))
      names.push_back(authority.name);
  return names;
}

bool is_encrypted(const Secret& key_pem) {
  try {
    return x509::describe_encryption(key_pem.bytes()).has_value();
  } catch (const Error&) {
    return false; // what is damaged is backed up as it stands: 'status' tells of it
  }
}

/// What whoever restores it has to have besides.
std::vector<std::string> notes_on_keys(const store::HomeCopy& copy, const std::vector<std::string>& authorities) {
  std::vector<std::string> notes;
  for (const std::string& authority : authorities) {
    const auto key = std::ranges::find(copy.files, "authorities/" + authority + "/ca-key.pem", &store::HomeFile::name);
    if (key == copy.files.end())
      notes.push_back("the key of authority " + authority + " is not in the home, and so not in the backup");
    else if (is_encrypted(key->contents))
      notes.push_back("the key of authority " + authority + " opens with its own passphrase alone: keep that one, too");
  }
  return notes;
}

std::vector<std::string> notes_on_odd(const std::vector<std::string>& left_out) {
  std::vector<std::string> notes;
  for (const std::string& odd : left_out)
    notes.push_back("left out: " + odd);
  return notes;
}

/// What is damaged would come back damaged, and be refused then.
void require_sound(const Context& context) {
  store::ReadSession session(context.home);
  session.inventory().check();
  read_sealed_log(context, session, [](const store::Event&, const store::LogHead&) {});
}

/// The entry in the log comes first: a copy of all keys that the log does not know must never exist.
store::HomeCopy take_copy(const Context& context, const files::Path& out, std::vector<std::string>& notes) {
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  session.record(store::BackupMade{.home = context.home.root().string(), .file = out.string()});
  store::HomeCopy copy = store::copy_home(context.home, session);
  for (std::string& note : notes_on_keys(copy, trusted_authorities(session.inventory())))
    notes.push_back(std::move(note));
  return copy;
}

Secret archive_of(const store::HomeCopy& copy, TimePoint at) {
  std::vector<files::SetFile> files;
  for (const store::HomeFile& file : copy.files)
    files.push_back({file.name, file.contents.bytes(), file.mode});
  return files::write_tar(files, at);
}

} // namespace

Backup back_up(Context& context, const BackupOptions& options) {
  context.home.check();
  Backup backup{.home = context.home.root(),
                .out = absolute_folder(context, options.out),
                .files = 0,
                .size = 0,
                .notes = {},
                .dry_run = options.dry_run};
  refuse_place(context.home, backup.out);
  require_sound(context);
  if (options.dry_run == DryRun::yes) {
    const files::Tree tree = store::copyable_files(context.home);
    backup.files = tree.files.size();
    for (const files::TreeFile& file : tree.files)
      backup.size += file.size;
    backup.notes = notes_on_odd(tree.odd);
    return backup;
  }
  const Secret passphrase = options.passphrase();
  const store::HomeCopy copy = take_copy(context, backup.out, backup.notes);
  backup.files = copy.files.size();
  for (const store::HomeFile& file : copy.files)
    backup.size += file.contents.size();
  for (std::string& note : notes_on_odd(copy.left_out))
    backup.notes.push_back(std::move(note));
  const Secret archive = archive_of(copy, context.now);
  files::write_file(backup.out, x509::write_enveloped(archive.bytes(), passphrase), backup_mode, files::Overwrite::no);
  return backup;
}

} // namespace dockpki::app
