// Why: one writer at a time in a PKI home, however many start at once; a lock that dies with its owner needs nobody to clean up.
#pragma once

#include <chrono>
#include <string>

#include <dockpki/files/file.hpp>

namespace dockpki::files {

/// Lock holds an exclusive flock(2) on a file. The kernel releases it when the process ends, however it ends.
class Lock {
public:
  /// Waits at most `patience` for the lock on `path` (made with 0600 where missing; never through a link). The file holds who has
  /// it, for the message: throws Errc::busy "failed to lock '<path>' within 60 s: held by process 4711 (issue-server, since
  /// 2026-11-21T10:00:00Z)". `holder` is one line without secrets, such as the command's name.
  Lock(const Path& path, const std::string& holder, std::chrono::milliseconds patience = std::chrono::seconds(60));
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&&) = delete;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock();

  /// True if the last owner ended without unlocking (killed, or the machine stopped): what it was doing may be half done.
  /// False does not prove the contrary after a power cut.
  [[nodiscard]] bool predecessor_died() const noexcept { return predecessor_died_; }

private:
  int fd_ = -1;
  bool predecessor_died_ = false;
};

} // namespace dockpki::files
