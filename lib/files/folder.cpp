#include <dockpki/files/file.hpp>

#include <cerrno>

#include <unistd.h>

#include "files/fd.hpp"

namespace dockpki::files {
namespace {

[[noreturn]] void fail_to_make(const Path& path, int error) {
  fail("failed to make folder " + quoted(path), error);
}

std::string octal(mode_t mode) {
  std::string digits = "0000";
  for (std::size_t i = digits.size(); i-- > 0; mode >>= 3U)
    digits[i] = static_cast<char>('0' + (mode & 7U));
  return digits;
}

} // namespace

void make_folder(const Path& path, mode_t mode) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode))
      throw Error(Errc::already_exists,
                  "failed to make folder " + quoted(path) + ": " + std::string(type_of(status.st_mode)) + " stands there");
    return;
  }
  if (errno != ENOENT)
    fail_to_make(path, errno);
  const Path plain = path.has_filename() ? path : path.parent_path();
  const Path parent = plain.has_parent_path() ? plain.parent_path() : Path(".");
  make_folder(parent, mode);
  const std::optional<Fd> at = open_folder(parent);
  if (!at)
    fail_to_make(path, ENOENT);
  if (::mkdirat(at->get(), plain.filename().c_str(), mode) != 0) {
    // Somebody else may have made it meanwhile. What stands there and is no folder is a link to nothing.
    const int error = errno;
    if (error == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
      return;
    fail_to_make(path, error);
  }
  if (::fsync(at->get()) != 0) {
    const int error = errno;
    ::unlinkat(at->get(), plain.filename().c_str(), AT_REMOVEDIR);
    fail_to_make(path, error);
  }
}

void make_private_folder(const Path& path) {
  make_folder(path, private_folder_mode);
}

void check_private_folder(const Path& path, std::string_view what) {
  const std::string failed = "failed to use " + std::string(what) + ' ' + quoted(path);
  const Path plain = path.has_filename() ? path : path.parent_path();
  struct stat status {};
  if (::lstat(plain.c_str(), &status) != 0)
    fail(failed, errno);
  if (S_ISLNK(status.st_mode)) {
    if (status.st_uid != ::geteuid())
      throw Error(Errc::permission,
                  failed + ": it is reached through a link that belongs to user " + std::to_string(status.st_uid));
    if (::stat(plain.c_str(), &status) != 0)
      fail(failed, errno);
  }
  if (!S_ISDIR(status.st_mode))
    throw Error(Errc::invalid_input, failed + ": it is " + std::string(type_of(status.st_mode)) + ", not a folder");
  if (status.st_uid != ::geteuid())
    throw Error(Errc::permission, failed + ": it belongs to user " + std::to_string(status.st_uid));
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    throw Error(Errc::permission, failed + ": others may write to it (mode " + octal(status.st_mode & 07777U) + ')',
                (status.st_mode & S_ISVTX) != 0 ? "it is meant for everybody: choose a folder of your own" // /tmp
                                                : "run: chmod go-w " + quoted(path));
}

} // namespace dockpki::files
