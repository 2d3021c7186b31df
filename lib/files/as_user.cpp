#include <dockpki/files/as_user.hpp>

#include <cstdlib>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <dockpki/base/error.hpp>

namespace dockpki::files {
namespace {

const passwd& find_user(const std::string& user) {
  const passwd* found = ::getpwnam(user.c_str());
  if (found == nullptr)
    throw Error(Errc::usage, "failed to find user '" + user + "': there is no such user on this machine");
  return *found;
}

} // namespace

AsUser::AsUser(const std::string& user) {
  if (user.empty())
    return;
  const passwd& found = find_user(user);
  uid_ = ::geteuid();
  gid_ = ::getegid();
  if (found.pw_uid == uid_)
    return;
  const int count = ::getgroups(0, nullptr);
  groups_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (::getgroups(static_cast<int>(groups_.size()), groups_.data()) < 0 || ::initgroups(user.c_str(), found.pw_gid) != 0)
    throw Error(Errc::permission, "failed to write as user '" + user + "': only root can", "run it with sudo");
  active_ = true;
  if (::setegid(found.pw_gid) != 0 || ::seteuid(found.pw_uid) != 0) {
    restore();
    throw Error(Errc::permission, "failed to write as user '" + user + "': only root can", "run it with sudo");
  }
}

AsUser::~AsUser() {
  if (active_)
    restore();
}

void AsUser::restore() noexcept {
  // Going on with somebody else's rights would be worse than ending here.
  if (::seteuid(uid_) != 0 || ::setegid(gid_) != 0 || ::setgroups(groups_.size(), groups_.data()) != 0)
    std::abort();
}

std::string home_folder(const std::string& user) {
  return find_user(user).pw_dir;
}

} // namespace dockpki::files
