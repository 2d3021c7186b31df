#include "files/fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>
#include <thread>

#include <dirent.h>
#include <sys/file.h>
#include <unistd.h>

#include <dockpki/base/hex.hpp>
#include <dockpki/base/random.hpp>

namespace dockpki::files {
namespace {

constexpr std::size_t random_octets = 8;
constexpr std::chrono::seconds folder_patience{10};

} // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool is_staging_name(std::string_view name) {
  if (name.size() != staging_prefix.size() + 2 * random_octets || !name.starts_with(staging_prefix))
    return false;
  name.remove_prefix(staging_prefix.size());
  return name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string random_staging_name() {
  std::array<std::uint8_t, random_octets> octets{};
  fill_random(octets);
  return std::string(staging_prefix) + to_hex(octets);
}

std::string quoted(const Path& path) {
  return '\'' + path.string() + '\'';
}

Errc error_of(int error) noexcept {
  switch (error) {
  case EACCES:
  case EPERM:
  case EROFS:
    return Errc::permission;
  case ENOENT:
    return Errc::not_found;
  case EEXIST:
  case ENOTEMPTY:
    return Errc::already_exists;
  case ENOTDIR:
  case ENAMETOOLONG:
  case ELOOP:
    return Errc::invalid_input;
  default:
    return Errc::io;
  }
}

std::string reason_of(int error) {
  return std::system_category().message(error);
}

void fail(const std::string& failed, int error, const std::string& hint) {
  throw Error(error_of(error), failed + ": " + reason_of(error), hint);
}

void fail_to_write(const Path& path, int error, const std::string& hint) {
  fail("failed to write " + quoted(path), error, hint);
}

std::optional<struct stat> stat_at(int at, const std::string& name, const Path& shown) {
  struct stat status {};
  if (::fstatat(at, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    return status;
  if (errno == ENOENT)
    return std::nullopt;
  fail("failed to look at " + quoted(shown), errno);
}

std::string_view type_of(mode_t mode) {
  switch (mode & S_IFMT) {
  case S_IFREG:
    return "a file";
  case S_IFDIR:
    return "a folder";
  case S_IFLNK:
    return "a symbolic link";
  case S_IFIFO:
    return "a FIFO";
  case S_IFSOCK:
    return "a socket";
  default:
    return "a device";
  }
}

std::optional<Fd> open_folder(const Path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd)
    return fd;
  if (errno == ENOENT)
    return std::nullopt;
  fail("failed to open folder " + quoted(path), errno);
}

std::optional<Fd> open_folder_at(int at, const std::string& name, const Path& shown) {
  Fd fd(::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (fd)
    return fd;
  if (errno == ENOENT)
    return std::nullopt;
  fail("failed to open folder " + quoted(shown), errno);
}

Fd create_file(int at, const std::string& name, Bytes contents, mode_t mode, const Path& shown) {
  Fd fd(::openat(at, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd)
    fail_to_write(shown, errno);
  try {
    write_all(fd.get(), contents, shown);
    // The process's umask may have taken more away than asked.
    if (::fchmod(fd.get(), mode) != 0)
      fail_to_write(shown, errno);
  } catch (...) {
    ::unlinkat(at, name.c_str(), 0);
    throw;
  }
  return fd;
}

void start_write_back(int fd) noexcept {
  // Only a head start: where it is not supported, fsync does the whole work.
  static_cast<void>(::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE));
}

void write_all(int fd, Bytes contents, const Path& shown) {
  while (!contents.empty()) {
    const ssize_t written = ::write(fd, contents.data(), contents.size());
    if (written >= 0)
      contents = contents.subspan(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      fail_to_write(shown, errno);
  }
}

void sync_fd(int fd, const Path& shown) {
  while (::fsync(fd) != 0)
    if (errno != EINTR)
      fail_to_write(shown, errno);
}

std::vector<std::string> names_in(int folder, const Path& shown) {
  // A descriptor of its own: reading moves its offset, and closedir closes it.
  const int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    fail("failed to read folder " + quoted(shown), errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd), &::closedir);
  if (!stream) {
    const int error = errno;
    ::close(fd);
    fail("failed to read folder " + quoted(shown), error);
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..")
      names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0)
    fail("failed to read folder " + quoted(shown), errno);
  std::sort(names.begin(), names.end());
  return names;
}

void pause_before_try(int attempt) {
  std::array<std::uint8_t, 2> random{};
  fill_random(random);
  const unsigned longest = std::min(20000U, 1000U << static_cast<unsigned>(std::min(attempt, 5)));
  const unsigned part = (static_cast<unsigned>(random[0]) << 8U | random[1]) % (longest / 2);
  std::this_thread::sleep_for(std::chrono::microseconds(longest / 2 + part));
}

bool lock_exclusively(int fd, Patience patience, const Path& shown) {
  const auto deadline = std::chrono::steady_clock::now() + folder_patience;
  for (int attempt = 0;; ++attempt) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
      return true;
    if (errno != EWOULDBLOCK && errno != EINTR)
      fail("failed to lock " + quoted(shown), errno);
    if (patience == Patience::none || std::chrono::steady_clock::now() >= deadline)
      return false;
    pause_before_try(attempt);
  }
}

Place locate(const Path& folder) {
  std::error_code error;
  Path path = std::filesystem::absolute(folder, error).lexically_normal();
  if (!path.has_filename())
    path = path.parent_path();
  // A link to a folder is looked through once, here; from then on its target is addressed without following anything.
  const Path target = std::filesystem::canonical(path, error);
  if (!error)
    path = target;
  else if (error != std::errc::no_such_file_or_directory)
    fail("failed to use folder " + quoted(folder), error.value());
  if (!path.has_filename())
    throw Error(Errc::usage, "failed to use folder " + quoted(folder) + ": it is the root folder");
  Path parent = error ? std::filesystem::canonical(path.parent_path(), error) : path.parent_path();
  if (error)
    parent = path.parent_path(); // made later
  return {std::move(parent), path.filename().string()};
}

} // namespace dockpki::files
