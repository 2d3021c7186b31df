// Why: a set is first written where nobody looks: a locked folder beside its destination. The lock tells a folder that is being
// filled from one that a dead process left.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dockpki/files/set.hpp>

#include "files/fd.hpp"

namespace dockpki::files {

struct StagingFolder {
  std::string name;
  Fd fd; ///< holds the lock
};

/// The name under which the set of folder `name` is staged beside it. Always the same, so that left-overs are found without a
/// search.
std::string staging_name_for(const std::string& name);

/// Makes a locked, empty folder (0700) in `parent` for the set of folder `name`; what a dead process left under that name is
/// removed. `known` are the names that may be in such a left-over. Throws Errc::busy while a live process stages for the same
/// folder.
StagingFolder make_staging_folder(int parent, const std::string& name, std::span<const std::string> known, const Path& shown);

/// Removes the staging folder `name` that a dead process left in `parent`. False if it is not ours or holds something else.
/// Throws Errc::busy while its process lives.
bool remove_dead_staging(int parent, const std::string& name, std::span<const std::string> known, const Path& shown);

/// Removes the files of `known`, and backups of them, from the folder `name` in `parent`, then the folder itself.
/// Nothing else is removed, and nothing followed. False if the folder still stands.
bool remove_folder_of(int parent, const std::string& name, std::span<const std::string> known, const Path& shown);

/// Writes `files` into the folder `at` and syncs them and the folder. `shown` is the folder that they are for.
void write_set(int at, std::span<const SetFile> files, const Path& shown);

/// Keeps the file `name` of the folder `from` in the folder `to` as NAME.backup-STAMP, and gives that name: a second link, or a
/// copy where there are no links. The caller syncs the folder `to`.
std::string keep_backup(int from, const std::string& name, int to, const std::string& stamp, const Path& shown);

/// Gives the file `name` of the folder `from` the same name in the folder `to`: a second link, or a copy where there are no
/// links. The caller syncs the folder `to`.
void take_along(int from, const std::string& name, int to, const Path& shown);

/// renameat2 with RENAME_EXCHANGE within `at`. Throws Errc::io, and says what to do on a file system that cannot.
void exchange(int at, const std::string& left, const std::string& right, const Path& shown);

std::vector<std::string> names_of(std::span<const SetFile> files);

} // namespace dockpki::files
