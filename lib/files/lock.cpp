#include <dockpki/files/lock.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/file.h>
#include <unistd.h>

#include <dockpki/base/time.hpp>

#include "files/fd.hpp"

namespace dockpki::files {
namespace {

/// The file holds one line: "4711 2026-11-21T10:00:00Z issue-server".
std::string own_line(const std::string& holder) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return std::to_string(::getpid()) + ' ' + format_rfc3339(now) + ' ' + holder + '\n';
}

std::string read_line(int fd) {
  std::array<char, 256> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  const std::string_view line(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  return std::string(line.substr(0, line.find('\n')));
}

/// "process 4711 (issue-server, since ...)". What does not look like a line of ours is not shown.
std::string holder_of(const std::string& line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string::npos ? first : line.find(' ', first + 1);
  const bool printable = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (second == std::string::npos || !printable || line.find_first_not_of("0123456789") != first)
    return "another process";
  return "process " + line.substr(0, first) + " (" + line.substr(second + 1) + ", since " +
         line.substr(first + 1, second - first - 1) + ')';
}

std::string in_words(std::chrono::milliseconds patience) {
  return patience.count() % 1000 == 0 ? std::to_string(patience.count() / 1000) + " s" : std::to_string(patience.count()) + " ms";
}

bool is_still_at(int fd, const Path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

Fd open_lock(const Path& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  const std::string failed = "failed to open lock " + quoted(path);
  if (!fd && errno == ELOOP)
    throw Error(Errc::permission, failed + ": it is a symbolic link", "look at it, and remove it if it should not be there");
  if (!fd)
    fail(failed, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0)
    fail(failed, errno);
  if (!S_ISREG(status.st_mode))
    throw Error(Errc::invalid_input, failed + ": it is " + std::string(type_of(status.st_mode)) + ", not a file");
  return fd;
}

} // namespace

Lock::Lock(const Path& path, const std::string& holder, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  Fd fd = open_lock(path);
  for (int attempt = 0;; ++attempt) {
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
      if (is_still_at(fd.get(), path))
        break;
      fd = open_lock(path); // removed meanwhile: who comes after us would lock another file
      continue;
    }
    if (errno != EWOULDBLOCK && errno != EINTR)
      fail("failed to lock " + quoted(path), errno);
    if (std::chrono::steady_clock::now() >= deadline)
      throw Error(Errc::busy, "failed to lock " + quoted(path) + " within " + in_words(patience) + ": held by " +
                                  holder_of(read_line(fd.get())));
    pause_before_try(attempt);
  }
  predecessor_died_ = !read_line(fd.get()).empty();
  // For messages alone: a full disk must not keep anybody from locking.
  const std::string line = own_line(holder);
  if (::pwrite(fd.get(), line.data(), line.size(), 0) == static_cast<ssize_t>(line.size()))
    static_cast<void>(::ftruncate(fd.get(), static_cast<off_t>(line.size())) == 0);
  fd_ = fd.release();
}

Lock::Lock(Lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)), predecessor_died_(other.predecessor_died_) {}

Lock::~Lock() {
  if (fd_ < 0)
    return;
  // An empty file says that its last owner came to its end.
  static_cast<void>(::ftruncate(fd_, 0) == 0);
  ::close(fd_);
}

} // namespace dockpki::files
