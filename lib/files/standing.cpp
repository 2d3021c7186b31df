#include <dockpki/files/standing.hpp>

#include <cerrno>

#include <unistd.h>

#include "files/fd.hpp"

namespace dockpki::files {
namespace {

Standing standing_from(const struct stat& status) {
  return {.device = status.st_dev, .inode = status.st_ino, .mode = status.st_mode, .user = status.st_uid, .group = status.st_gid};
}

[[noreturn]] void refuse(const Path& path, const std::string& why, const std::string& hint) {
  throw Error(Errc::refused, "failed to change " + quoted(path) + ": " + why, hint);
}

Standing standing_at(const Fd& fd, const Path& shown) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0)
    fail("failed to change " + quoted(shown), errno);
  return standing_from(status);
}

/// Opens one name in a folder for looking alone; a link is refused.
Fd step_into(const Fd& folder, const std::string& name, const Path& shown) {
  Fd next(::openat(folder.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!next)
    fail("failed to change " + quoted(shown), errno);
  if (S_ISLNK(standing_at(next, shown).mode))
    refuse(shown, "a part of its path is a link now", "audit again");
  return next;
}

void check_folder(const Standing& folder, uid_t owner, const Path& shown, const Path& path) {
  if ((folder.user != 0 && folder.user != ::geteuid() && folder.user != owner) || is_open_to_others(folder, owner, 0))
    refuse(path, "others than its owner may write to " + quoted(shown), "put that right first: ls -ld " + shown.string());
}

} // namespace

std::optional<Standing> standing_of(const Path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0)
    return standing_from(status);
  if (errno == ENOENT || errno == ENOTDIR)
    return std::nullopt;
  fail("failed to look at " + quoted(path), errno);
}

bool is_open_to_others(const Standing& folder, uid_t user, gid_t group) {
  if (folder.user != 0 && folder.user != user)
    return true;
  if ((folder.mode & S_ISVTX) != 0) // in such a folder nobody removes what is another's
    return false;
  return (folder.mode & S_IWOTH) != 0 || ((folder.mode & S_IWGRP) != 0 && folder.group != 0 && folder.group != group);
}

void change_standing(const Path& path, const Standing& seen, const NewStanding& wanted) {
  const bool stays_his = !wanted.user && !wanted.group;
  const uid_t owner = stays_his ? seen.user : ::geteuid();
  Fd at(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!at)
    fail("failed to change " + quoted(path), errno);
  Path shown = "/";
  for (const Path& part : path.relative_path()) {
    check_folder(standing_at(at, path), owner, shown, path);
    at = step_into(at, part.string(), path);
    shown /= part;
  }
  struct stat status {};
  if (::fstat(at.get(), &status) != 0 || standing_from(status) != seen)
    refuse(path, "it is no longer what was looked at", "audit again");
  if (!S_ISREG(status.st_mode) && !S_ISSOCK(status.st_mode) && !S_ISDIR(status.st_mode))
    refuse(path, "it is neither file, socket nor folder", "look what it is: ls -l " + path.string());
  if (S_ISREG(status.st_mode) && status.st_nlink != 1)
    refuse(path, "it has more than one name", "find the others: find / -xdev -inum " + std::to_string(status.st_ino));
  const std::string failed = "failed to change " + quoted(path);
  if (!stays_his &&
      ::fchownat(at.get(), "", wanted.user.value_or(seen.user), wanted.group.value_or(seen.group), AT_EMPTY_PATH) != 0)
    fail(failed, errno, "run it as root");
  // fchmod(2) does not take a descriptor that is only for looking.
  if (::chmod(("/proc/self/fd/" + std::to_string(at.get())).c_str(), wanted.permissions) != 0)
    fail(failed, errno, "run it as root, or as its owner");
}

} // namespace dockpki::files
