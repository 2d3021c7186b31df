// Why: root that writes into another user's folder must not be led astray by what that user planted there: it writes as that
// user.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace dockpki::files {

/// AsUser makes file access act as another user, from construction to destruction, and back.
/// With an empty name it does nothing. Process-wide: not for programs whose other threads touch files meanwhile.
class AsUser {
public:
  /// Throws Errc::usage (no such user), Errc::permission (the caller may not become that user).
  explicit AsUser(const std::string& user);
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;
  ~AsUser();

private:
  void restore() noexcept;

  bool active_ = false;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  std::vector<gid_t> groups_;
};

/// home_folder gives the home folder of `user`. Throws Errc::usage if there is no such user.
std::string home_folder(const std::string& user);

} // namespace dockpki::files
