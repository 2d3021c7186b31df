// Why: who may read or change a file is its owner, group and mode. They are looked at, and put right, without following a link
// that somebody planted meanwhile.
#pragma once

#include <optional>

#include <dockpki/files/file.hpp>

namespace dockpki::files {

/// Standing is what the disk says of a file.
struct Standing {
  dev_t device = 0;
  ino_t inode = 0;
  mode_t mode = 0; ///< type and permissions
  uid_t user = 0;
  gid_t group = 0;
  bool operator==(const Standing&) const = default;

  [[nodiscard]] mode_t permissions() const { return mode & 07777U; }
};

/// standing_of looks at a file, not through a link. None: there is no such file. Throws Errc::permission, Errc::io.
std::optional<Standing> standing_of(const Path& path);

/// May somebody besides root, `user` and the members of `group` put another file in place of one in this folder?
bool is_open_to_others(const Standing& folder, uid_t user, gid_t group);

struct NewStanding {
  mode_t permissions = 0;
  std::optional<uid_t> user;
  std::optional<gid_t> group;
};

/// change_standing changes owner and permissions of a file that still stands as it was `seen`. Every folder on the way, of which
/// none may be a link, has to belong to root, to the caller, or, where only the mode changes, to the file's owner, and must not
/// be open to others. Throws Errc::refused if one of that does not hold, Errc::not_found, Errc::permission, Errc::io.
void change_standing(const Path& path, const Standing& seen, const NewStanding& wanted);

} // namespace dockpki::files
