// Why: a folder with all that is below it is read as it stands, and put in place as one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dockpki/files/set.hpp>

namespace dockpki::files {

struct TreeFile {
  std::string name; ///< its path below the folder
  mode_t mode = 0;
  std::uint64_t size = 0;
};

struct Tree {
  std::vector<TreeFile> files;  ///< the regular ones, in the order of their paths
  std::vector<std::string> odd; ///< "servers/a: a symbolic link": what is neither file nor folder
};

/// list_tree looks at everything below `folder`. No link is followed, and staging of ours is passed over. Throws
/// Errc::permission, Errc::not_found, Errc::io.
Tree list_tree(const Path& folder);

/// StagedTree is a folder that is filled beside its place and put there by one rename.
class StagedTree {
public:
  /// Makes an empty folder, 0700, beside `target`. What a dead process left there for the same target is removed. Throws
  /// Errc::busy while a live one is at it, Errc::permission, Errc::io.
  explicit StagedTree(const Path& target);
  StagedTree(const StagedTree&) = delete;
  StagedTree& operator=(const StagedTree&) = delete;
  /// Removes what was not committed.
  ~StagedTree();

  [[nodiscard]] const Path& path() const noexcept;
  /// Writes `files`, whose names are paths below the folder, with their modes; folders are made 0700. Nothing is synced yet.
  void write(std::span<const SetFile> files) const;
  /// Makes all of it durable, then gives it its place, which must not exist or be an empty folder. Throws Errc::already_exists,
  /// Errc::io.
  void commit();

  struct Impl;

private:
  std::unique_ptr<Impl> impl_;
};

} // namespace dockpki::files
