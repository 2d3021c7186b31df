// Why: ca.pem, certificate and key belong together. They are switched as one, so that whoever looks, and whenever the
// machine stops, sees the old set or the new one and never a key that does not match. docs/decisions/0004 tells how.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <dockpki/files/file.hpp>

namespace dockpki::files {

/// SetFile is one file of a set. `contents` must outlive the call that takes it.
struct SetFile {
  std::string name; ///< a plain file name
  Bytes contents;
  mode_t mode;
};

enum class Existing {
  refused,  ///< any file of the set that stands already is an error
  replaced, ///< dockpki's own: replaced
  backed_up ///< somebody else's: kept beside, as NAME.backup-20261121T101500Z
};

/// StagedSet is a set that lies on the disk, durably, beside its destination, but is not in force yet.
/// All that is likely to fail (space, rights, odd things planted in the way) has happened once it exists.
class StagedSet {
public:
  /// Stages `files` for `folder`. A folder that does not exist is prepared whole and made 0700; one that holds nothing but files
  /// of this set is exchanged whole; one that is shared with others has its files switched in it (see the decision). `stamp` is
  /// what backups are marked with, "20261121T101500Z". An interrupted switch in `folder` is completed or undone first, and
  /// left-over staging removed. Throws Errc::already_exists (naming the file), Errc::permission (folder writable by others,
  /// planted link, FIFO or folder in a file's place), Errc::io, Errc::busy.
  /// `kept` are files of the set that stay as they are: beside them, too, the folder holds nothing but this set, and a folder
  /// that is exchanged has them still.
  static StagedSet stage(const Path& folder, std::span<const SetFile> files, Existing existing, const std::string& stamp,
                         std::span<const std::string> kept = {});

  StagedSet(StagedSet&&) noexcept;
  StagedSet& operator=(StagedSet&&) = delete;
  /// Discards what was not committed; nothing in force changes.
  ~StagedSet();

  /// Puts the set in force, durably, by one atomic step. Gives the paths of the backups that were kept.
  /// Throws Errc::io; then the old set is in force.
  std::vector<Path> commit();

  struct Impl;

private:
  explicit StagedSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// recover_set completes or undoes a switch of `names` in `folder` that was interrupted, and removes staging that was left over.
/// Does nothing where there is nothing to do (also where the folder does not exist). Gives true if it mended something.
bool recover_set(const Path& folder, std::span<const std::string> names);

/// standing_files gives those of `names` that exist in `folder` (as anything: a file, a link, a folder).
std::vector<std::string> standing_files(const Path& folder, std::span<const std::string> names);

} // namespace dockpki::files
