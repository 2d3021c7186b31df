#include <dockpki/files/file.hpp>

#include <cerrno>

#include <unistd.h>

#include "files/fd.hpp"

namespace dockpki::files {
namespace {

constexpr std::size_t first_capacity = 16U << 10U;

std::string in_words(std::size_t octets) {
  constexpr std::size_t mebi = 1U << 20U;
  constexpr std::size_t kibi = 1U << 10U;
  if (octets >= mebi && octets % mebi == 0)
    return std::to_string(octets / mebi) + " MiB";
  if (octets >= kibi && octets % kibi == 0)
    return std::to_string(octets / kibi) + " KiB";
  return std::to_string(octets) + " bytes";
}

[[noreturn]] void refuse_type(const std::string& failed, mode_t mode) {
  throw Error(Errc::invalid_input, failed + ": it is " + std::string(type_of(mode)) + ", not a file");
}

struct OpenFile {
  Fd fd;
  struct stat status;
};

/// Opens a regular file for reading; whatever else stands there is refused before it is opened, because opening can wait or have
/// effects.
OpenFile open_regular(const Path& path, const std::string& failed, Symlinks symlinks) {
  OpenFile file{};
  struct stat& status = file.status;
  const int follow = symlinks == Symlinks::refused ? AT_SYMLINK_NOFOLLOW : 0;
  if (::fstatat(AT_FDCWD, path.c_str(), &status, follow) != 0)
    fail(failed, errno);
  if (!S_ISREG(status.st_mode))
    refuse_type(failed, status.st_mode);
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (symlinks == Symlinks::refused ? O_NOFOLLOW : 0);
  file.fd = Fd(::open(path.c_str(), flags));
  if (!file.fd || ::fstat(file.fd.get(), &status) != 0)
    fail(failed, errno);
  if (!S_ISREG(status.st_mode))
    refuse_type(failed, status.st_mode);
  return file;
}

Secret read_bounded(const OpenFile& file, const std::string& failed, std::size_t limit) {
  const auto too_large = [&] { return Error(Errc::invalid_input, failed + ": it is larger than " + in_words(limit)); };
  const auto announced = static_cast<std::size_t>(file.status.st_size);
  if (announced > limit)
    throw too_large();
  // One octet more than there should be, so that the end is seen by the first read; files that announce nothing (/proc) grow.
  Secret buffer(announced > 0 ? announced + 1 : first_capacity);
  std::size_t filled = 0;
  for (;;) {
    if (filled == buffer.size()) {
      Secret larger(2 * buffer.size());
      std::copy(buffer.bytes().begin(), buffer.bytes().end(), larger.writable().begin());
      buffer = std::move(larger);
    }
    const ssize_t got = ::read(file.fd.get(), buffer.writable().data() + filled, buffer.size() - filled);
    if (got == 0)
      break;
    if (got < 0 && errno != EINTR)
      fail(failed, errno);
    filled += got > 0 ? static_cast<std::size_t>(got) : 0;
    if (filled > limit)
      throw too_large();
  }
  buffer.truncate(filled);
  return buffer;
}

/// Renames `from` to `to`, which must not exist.
void rename_to_new(int at, const std::string& from, const std::string& to, const Path& shown) {
  if (::renameat2(at, from.c_str(), at, to.c_str(), RENAME_NOREPLACE) == 0)
    return;
  if (errno != EINVAL && errno != ENOSYS)
    fail_to_write(shown, errno);
  // Not every file system knows RENAME_NOREPLACE; a second name is refused just as surely where one stands.
  if (::linkat(at, from.c_str(), at, to.c_str(), 0) != 0)
    fail_to_write(shown, errno);
  ::unlinkat(at, from.c_str(), 0);
}

/// Writes a new file that has no name until it is whole: a process that dies leaves nothing behind. False where that cannot be.
bool write_unnamed(int at, const std::string& name, Bytes contents, mode_t mode, const Path& shown) {
  const Fd fd(::openat(at, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, mode));
  if (!fd && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
    return false; // not every file system knows O_TMPFILE
  if (!fd)
    fail_to_write(shown, errno);
  write_all(fd.get(), contents, shown);
  if (::fchmod(fd.get(), mode) != 0) // the umask may have taken more away than asked
    fail_to_write(shown, errno);
  sync_fd(fd.get(), shown);
  const std::string self = "/proc/self/fd/" + std::to_string(fd.get());
  if (::linkat(AT_FDCWD, self.c_str(), at, name.c_str(), AT_SYMLINK_FOLLOW) == 0)
    return true;
  if (errno == ENOENT || errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) // no /proc, or no second links
    return false;
  fail_to_write(shown, errno);
}

/// Writes a file under another name first, and then gives it its own.
void write_renamed(int at, const std::string& name, Bytes contents, mode_t mode, Overwrite overwrite, const Path& shown) {
  const std::string staged = random_staging_name();
  const Fd fd = create_file(at, staged, contents, mode, shown);
  try {
    sync_fd(fd.get(), shown);
    if (overwrite == Overwrite::no)
      rename_to_new(at, staged, name, shown);
    else if (::renameat(at, staged.c_str(), at, name.c_str()) != 0)
      fail_to_write(shown, errno);
  } catch (...) {
    ::unlinkat(at, staged.c_str(), 0);
    throw;
  }
}

} // namespace

Secret read_file(const Path& path, std::string_view what, std::size_t limit, Symlinks symlinks) {
  const std::string failed = "failed to read " + std::string(what) + ' ' + quoted(path);
  return read_bounded(open_regular(path, failed, symlinks), failed, limit);
}

Secret read_private_key_file(const Path& path, std::size_t limit) {
  const std::string failed = "failed to read private key " + quoted(path);
  const OpenFile file = open_regular(path, failed, Symlinks::refused);
  const struct stat& status = file.status;
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    throw Error(Errc::permission, failed + ": it belongs to user " + std::to_string(status.st_uid));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Error(Errc::permission, failed + ": others may read or write it", "run: chmod 0400 " + quoted(path));
  return read_bounded(file, failed, limit);
}

void write_file(const Path& path, Bytes contents, mode_t mode, Overwrite overwrite) {
  const Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
  const std::string name = path.filename().string();
  const std::optional<Fd> at = open_folder(folder);
  if (!at)
    fail_to_write(path, ENOENT);
  // Said before anything is written; the name that is given in the end is what makes it certain.
  if (overwrite == Overwrite::no && stat_at(at->get(), name, path))
    fail_to_write(path, EEXIST);
  if (overwrite == Overwrite::yes || !write_unnamed(at->get(), name, contents, mode, path))
    write_renamed(at->get(), name, contents, mode, overwrite, path);
  sync_fd(at->get(), path);
}

} // namespace dockpki::files
