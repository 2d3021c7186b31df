// Why: a lost home is a lost authority. All of it goes into one encrypted file, and comes back from it whole.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>

namespace dockpki::app {

struct BackupOptions {
  files::Path out;
  DryRun dry_run = DryRun::no;
  std::function<Secret()> passphrase; ///< of the backup, not of an authority; called once all else is known to be well
};

struct Backup {
  files::Path home;
  files::Path out;
  std::size_t files = 0;
  std::uint64_t size = 0; ///< of all files together, in octets
  std::vector<std::string> notes;
  DryRun dry_run = DryRun::no;
};

/// back_up writes all that is in the home to one file, 0600, that opens with a passphrase of its own: a tar archive in CMS
/// (docs/format.md). The home is locked while it is read, and nothing lies on the disk in the clear on the way. The log tells of
/// it. Throws Errc::already_exists (a file is never replaced), Errc::refused (a place in the home itself; more than 1 GiB),
/// Errc::not_found, Errc::permission, Errc::io.
Backup back_up(Context& context, const BackupOptions& options);

struct RestoreOptions {
  files::Path file;
  DryRun dry_run = DryRun::no; ///< opens the backup and reads it through; where the home would go may be occupied
  std::function<Secret()> passphrase;
};

struct Restored {
  files::Path home;
  files::Path file;
  files::Path former; ///< where the home lay when the backup was made
  TimePoint taken;
  std::size_t files = 0;
  std::vector<std::string> authorities; ///< that are trusted
  std::size_t servers = 0;              ///< issued and not expired
  std::size_t clients = 0;
  std::vector<std::string> notes;
  std::vector<std::string> next; ///< commands to run
  DryRun dry_run = DryRun::no;
};

/// restore puts a home in place as it was when the backup was made, by one rename, once every octet is known to be as it was
/// written. Sets that lay in the home are looked after in its new place from then on. Throws Errc::already_exists (the home is
/// there already), Errc::invalid_input (cut off, changed, or no backup), Errc::wrong_passphrase, Errc::refused, Errc::io; then
/// nothing is there.
Restored restore(Context& context, const RestoreOptions& options);

} // namespace dockpki::app
