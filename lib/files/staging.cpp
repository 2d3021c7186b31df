#include "files/staging.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

#include <dockpki/base/hex.hpp>

namespace dockpki::files {
namespace {

constexpr std::string_view backup_mark = ".backup-";

bool is_same(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

bool is_known(const std::string& name, std::span<const std::string> known) {
  return std::any_of(known.begin(), known.end(), [&](const std::string& one) {
    return name == one || (name.starts_with(one) && std::string_view(name).substr(one.size()).starts_with(backup_mark));
  });
}

/// True if `fd` is what stands in `parent` under `name`.
bool stands_at(int fd, int parent, const std::string& name) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(fd, &opened) == 0 && ::fstatat(parent, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 && is_same(opened, named);
}

enum class Sweep { gone, foreign };

/// Removes what a dead process left in `parent` under `name`. Throws Errc::busy if its process lives.
Sweep sweep(int parent, const std::string& name, std::span<const std::string> known, const Path& shown) {
  for (;;) {
    const std::optional<struct stat> status = stat_at(parent, name, shown);
    if (!status)
      return Sweep::gone;
    if (!S_ISDIR(status->st_mode) || status->st_uid != ::geteuid())
      return Sweep::foreign;
    const std::optional<Fd> left = open_folder_at(parent, name, shown);
    if (!left)
      continue;
    if (!lock_exclusively(left->get(), Patience::bounded, shown))
      throw Error(Errc::busy, "failed to write " + quoted(shown) + ": another process is writing to it");
    if (!stands_at(left->get(), parent, name))
      continue; // the other process is done with it, and this is not what it was
    return remove_folder_of(parent, name, known, shown) ? Sweep::gone : Sweep::foreign;
  }
}

void copy_file(int from, const std::string& name, int to, const std::string& copy, const Path& shown) {
  const Fd source(::openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!source || ::fstat(source.get(), &status) != 0)
    fail("failed to copy " + quoted(shown), errno);
  const Fd target = create_file(to, copy, {}, status.st_mode & 0777U, shown);
  std::array<std::uint8_t, 16384> buffer{};
  try {
    for (;;) {
      const ssize_t got = ::read(source.get(), buffer.data(), buffer.size());
      if (got == 0)
        break;
      if (got < 0 && errno != EINTR)
        fail("failed to copy " + quoted(shown), errno);
      if (got > 0)
        write_all(target.get(), Bytes(buffer.data(), static_cast<std::size_t>(got)), shown);
    }
    sync_fd(target.get(), shown);
  } catch (...) {
    ::unlinkat(to, copy.c_str(), 0);
    wipe(buffer);
    throw;
  }
  wipe(buffer);
}

/// Where linkat has failed for want of such links; any other failure is told.
void copy_instead(int from, const std::string& name, int to, const std::string& copy, const Path& shown) {
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK && errno != EXDEV)
    fail("failed to copy " + quoted(shown), errno);
  copy_file(from, name, to, copy, shown);
}

} // namespace

std::string staging_name_for(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325U; // FNV-1a: short, and the same on every machine
  for (const char c : name)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
  std::array<std::uint8_t, 8> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(hash >> (8U * i));
  return std::string(staging_prefix) + to_hex(octets);
}

StagingFolder make_staging_folder(int parent, const std::string& name, std::span<const std::string> known, const Path& shown) {
  std::string staged = staging_name_for(name);
  for (;;) {
    // What somebody else put there is left alone.
    if (sweep(parent, staged, known, shown) == Sweep::foreign)
      staged = random_staging_name();
    if (::mkdirat(parent, staged.c_str(), private_folder_mode) != 0) {
      if (errno == EEXIST)
        continue;
      fail_to_write(shown, errno);
    }
    try {
      std::optional<Fd> fd = open_folder_at(parent, staged, shown);
      if (fd && lock_exclusively(fd->get(), Patience::none, shown) && stands_at(fd->get(), parent, staged))
        return {std::move(staged), std::move(*fd)};
    } catch (...) {
      ::unlinkat(parent, staged.c_str(), AT_REMOVEDIR);
      throw;
    }
    // It was taken for a left-over before it was locked.
  }
}

bool remove_dead_staging(int parent, const std::string& name, std::span<const std::string> known, const Path& shown) {
  return sweep(parent, name, known, shown) == Sweep::gone;
}

bool remove_folder_of(int parent, const std::string& name, std::span<const std::string> known, const Path& shown) {
  const std::optional<Fd> folder = open_folder_at(parent, name, shown);
  if (folder)
    for (const std::string& file : names_in(folder->get(), shown))
      if (is_known(file, known))
        ::unlinkat(folder->get(), file.c_str(), 0);
  return ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

void write_set(int at, std::span<const SetFile> files, const Path& shown) {
  std::vector<Fd> written;
  for (const SetFile& file : files) {
    written.push_back(create_file(at, file.name, file.contents, file.mode, shown / file.name));
    start_write_back(written.back().get());
  }
  for (std::size_t i = 0; i < files.size(); ++i)
    sync_fd(written[i].get(), shown / files[i].name);
  sync_fd(at, shown);
}

std::string keep_backup(int from, const std::string& name, int to, const std::string& stamp, const Path& shown) {
  const std::string first = name + std::string(backup_mark) + stamp;
  std::string backup = first;
  for (int number = 2;; ++number) {
    if (::linkat(from, name.c_str(), to, backup.c_str(), 0) == 0)
      return backup;
    if (errno != EEXIST)
      break;
    backup = first + '-' + std::to_string(number);
  }
  copy_instead(from, name, to, backup, shown);
  return backup;
}

void take_along(int from, const std::string& name, int to, const Path& shown) {
  if (::linkat(from, name.c_str(), to, name.c_str(), 0) != 0)
    copy_instead(from, name, to, name, shown);
}

void exchange(int at, const std::string& left, const std::string& right, const Path& shown) {
  if (::renameat2(at, left.c_str(), at, right.c_str(), RENAME_EXCHANGE) == 0)
    return;
  if (errno == EINVAL || errno == ENOSYS)
    throw Error(Errc::io, "failed to write " + quoted(shown) + ": its file system cannot exchange files in one step",
                "choose a folder on a local file system with --out");
  fail_to_write(shown, errno);
}

std::vector<std::string> names_of(std::span<const SetFile> files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const SetFile& file : files)
    names.push_back(file.name);
  return names;
}

} // namespace dockpki::files
