// What a crash left of a switch in a shared folder: the names are links of ours, or staging folders stand there.
#include <algorithm>
#include <cerrno>
#include <set>

#include <unistd.h>

#include "files/set_impl.hpp"

namespace dockpki::files {
namespace {

/// Whose the folder is: it was checked when the switch began that this is who we act for (root may act for another user by then).
uid_t owner_of(int folder, const Path& shown) {
  struct stat status {};
  if (::fstat(folder, &status) != 0)
    fail("failed to look at " + quoted(shown), errno);
  return status.st_uid;
}

/// A link is ours only if it says exactly what we write and belongs to the folder's owner. Any other link was put there by
/// somebody.
bool is_link_of_ours(int folder, const std::string& name) {
  struct stat own {};
  struct stat status {};
  if (::fstat(folder, &own) != 0 || ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISLNK(status.st_mode) || status.st_uid != own.st_uid)
    return false;
  const std::string expected = link_text(name);
  std::string text(expected.size() + 1, '\0');
  const ssize_t length = ::readlinkat(folder, name.c_str(), text.data(), text.size());
  return length == static_cast<ssize_t>(expected.size()) && text.starts_with(expected);
}

/// Opens one of the two staging folders; nullopt if it does not stand. Throws Errc::permission if it is not ours.
std::optional<Fd> open_staging(int folder, const char* name, const Path& shown) {
  const std::optional<struct stat> status = stat_at(folder, name, shown / name);
  if (!status)
    return std::nullopt;
  if (!S_ISDIR(status->st_mode) || status->st_uid != owner_of(folder, shown))
    throw Error(Errc::permission,
                "failed to write " + quoted(shown / name) + ": " + std::string(type_of(status->st_mode)) +
                    " that is not dockpki's stands there",
                "look at it, and remove it if it should not be there");
  return open_folder_at(folder, name, shown / name);
}

bool is_regular(int folder, const std::string& name) {
  struct stat status {};
  return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

/// Turns the link `name` into the file that it shows; a link to nothing goes. Where the file system has second links, the file
/// stays where the link showed it, too: a reader may have read the link just before, and come there only now.
void settle(int folder, const std::optional<Fd>& switched, const std::string& name, const Path& shown) {
  if (!switched || !is_regular(switched->get(), name)) {
    if (::unlinkat(folder, name.c_str(), 0) != 0)
      fail_to_write(shown / name, errno);
    return;
  }
  const std::string second = "." + name;
  const bool is_linked = ::linkat(switched->get(), name.c_str(), switched->get(), second.c_str(), 0) == 0 || errno == EEXIST;
  if (::renameat(switched->get(), (is_linked ? second : name).c_str(), folder, name.c_str()) != 0)
    fail_to_write(shown / name, errno);
}

void remove_staging(int folder, const char* name, const std::optional<Fd>& fd, const Path& shown) {
  if (!fd)
    return;
  for (const std::string& file : names_in(fd->get(), shown / name))
    if (::unlinkat(fd->get(), file.c_str(), 0) != 0)
      fail("failed to remove " + quoted(shown / name / file), errno);
  if (::unlinkat(folder, name, AT_REMOVEDIR) != 0)
    fail("failed to remove " + quoted(shown / name), errno);
}

} // namespace

std::string link_text(const std::string& name) {
  return std::string(switched_folder) + '/' + name;
}

bool needs_recovery(int folder, std::span<const std::string> names) {
  const auto stands = [&](const char* name) { return ::faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0; };
  return stands(switched_folder) || stands(incoming_folder) ||
         std::any_of(names.begin(), names.end(), [&](const std::string& name) { return is_link_of_ours(folder, name); });
}

bool recover_locked(int folder, std::span<const std::string> names, const Path& shown) {
  const std::optional<Fd> switched = open_staging(folder, switched_folder, shown);
  const std::optional<Fd> incoming = open_staging(folder, incoming_folder, shown);
  std::set<std::string> all(names.begin(), names.end());
  for (const std::optional<Fd>* staging : {&switched, &incoming})
    if (*staging)
      all.merge([&] {
        const std::vector<std::string> found = names_in((*staging)->get(), shown);
        return std::set<std::string>(found.begin(), found.end());
      }());
  bool mended = switched || incoming;
  // Every link first, then the folders that they need.
  for (const std::string& name : all)
    if (is_link_of_ours(folder, name)) {
      settle(folder, switched, name, shown);
      mended = true;
    }
  if (mended)
    sync_fd(folder, shown);
  remove_staging(folder, switched_folder, switched, shown);
  remove_staging(folder, incoming_folder, incoming, shown);
  return mended;
}

} // namespace dockpki::files
