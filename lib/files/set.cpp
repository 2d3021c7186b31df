#include <dockpki/files/set.hpp>

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "files/set_impl.hpp"

namespace dockpki::files {
namespace {

constexpr const char* look_at_it = "look at it, and remove it if it should not be there";

void check_names(std::span<const SetFile> files) {
  for (const SetFile& file : files)
    if (file.name.empty() || file.name.front() == '.' || file.name.find('/') != std::string::npos)
      throw Error(Errc::usage, "failed to write '" + file.name + "': it is not a plain file name");
}

/// Opens `name` in `parent` and locks it; nullopt if it is another folder by then.
std::optional<Fd> open_locked(int parent, const std::string& name, const Path& shown) {
  std::optional<Fd> folder = open_folder_at(parent, name, shown);
  if (!folder)
    return std::nullopt;
  if (!lock_exclusively(folder->get(), Patience::bounded, shown))
    throw Error(Errc::busy, "failed to write " + quoted(shown) + ": another process is writing to it");
  struct stat opened {};
  struct stat named {};
  if (::fstat(folder->get(), &opened) != 0 || ::fstatat(parent, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0 ||
      opened.st_ino != named.st_ino || opened.st_dev != named.st_dev)
    return std::nullopt;
  return folder;
}

/// Gives those of `names` that stand as plain files. Throws for what may not be replaced.
std::vector<std::string> check_standing(int folder, std::span<const std::string> names, Existing existing, const Path& shown) {
  std::vector<std::string> standing;
  for (const std::string& name : names) {
    const std::optional<struct stat> status = stat_at(folder, name, shown / name);
    if (!status)
      continue;
    const std::string failed = "failed to write " + quoted(shown / name);
    if (!S_ISREG(status->st_mode))
      throw Error(Errc::permission, failed + ": " + std::string(type_of(status->st_mode)) + " stands there", look_at_it);
    if (existing == Existing::refused)
      throw Error(Errc::already_exists, failed + ": a file stands there already", "give --force to replace it");
    standing.push_back(name);
  }
  return standing;
}

/// What is no regular file is not ours to take along.
void keep_regular(std::vector<std::string>& names, int folder) {
  std::erase_if(names, [&](const std::string& name) {
    struct stat status {};
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode);
  });
}

bool holds_only(int folder, std::span<const std::string> names, const Path& shown) {
  const std::vector<std::string> found = names_in(folder, shown);
  return std::all_of(found.begin(), found.end(),
                     [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); });
}

/// A folder cannot be exchanged if something is mounted on it or its parent is not ours to change. It should not be if it is our
/// own working folder: the shell that started us would be left standing in the old one.
bool may_be_exchanged(int parent, int folder) {
  struct statx status {};
  if (::statx(folder, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) != 0 || (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0)
    return false;
  struct stat own {};
  struct stat working {};
  if (::fstat(folder, &own) != 0 || (::stat(".", &working) == 0 && own.st_dev == working.st_dev && own.st_ino == working.st_ino))
    return false;
  return ::faccessat(parent, ".", W_OK | X_OK, AT_EACCESS) == 0;
}

/// Opens the folder in which `request.place` lies, making it where it is missing.
Fd open_parent(SetRequest& request) {
  std::optional<Fd> parent = open_folder(request.place.parent);
  if (parent)
    return std::move(*parent);
  make_private_folder(request.place.parent);
  request.place = locate(request.shown);
  parent = open_folder(request.place.parent);
  if (!parent)
    fail_to_write(request.shown, ENOENT);
  return std::move(*parent);
}

/// Removes what a dead process left beside the folder `name`: a set that was staged, or the old one after a switch. True if it
/// did.
bool sweep_beside(int parent, const std::string& name, std::span<const std::string> names, const Path& shown) {
  const std::string staged = staging_name_for(name);
  return stat_at(parent, staged, shown) && remove_dead_staging(parent, staged, names, shown);
}

} // namespace

StagedSet::StagedSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StagedSet::StagedSet(StagedSet&&) noexcept = default;
StagedSet::~StagedSet() = default;

StagedSet StagedSet::stage(const Path& folder, std::span<const SetFile> files, Existing existing, const std::string& stamp,
                           std::span<const std::string> kept) {
  check_names(files);
  for (;;) {
    SetRequest request{folder, locate(folder), files, names_of(files), {}, {kept.begin(), kept.end()}, existing, stamp};
    Fd parent = open_parent(request);
    if (!stat_at(parent.get(), request.place.name, folder)) {
      if (std::unique_ptr<Impl> staged = stage_new_folder(std::move(parent), request))
        return StagedSet(std::move(staged));
      continue;
    }
    check_private_folder(folder, "folder");
    std::optional<Fd> old = open_locked(parent.get(), request.place.name, folder);
    if (!old)
      continue;
    recover_locked(old->get(), request.names, folder);
    request.standing = check_standing(old->get(), request.names, existing, folder);
    keep_regular(request.kept, old->get());
    if (holds_only(old->get(), whole_set(request), folder) && may_be_exchanged(parent.get(), old->get()))
      return StagedSet(stage_whole_folder(std::move(parent), std::move(*old), request));
    sweep_beside(parent.get(), request.place.name, request.names, folder);
    if (request.files.size() == 1)
      return StagedSet(stage_one_file(std::move(*old), request));
    return StagedSet(stage_in_shared_folder(std::move(*old), request));
  }
}

std::vector<Path> StagedSet::commit() {
  return impl_->commit();
}

bool recover_set(const Path& folder, std::span<const std::string> names) {
  const Place place = locate(folder);
  const std::optional<Fd> parent = open_folder(place.parent);
  if (!parent)
    return false;
  const bool mended = sweep_beside(parent->get(), place.name, names, folder);
  for (;;) {
    const std::optional<Fd> found = open_folder_at(parent->get(), place.name, folder);
    if (!found || !needs_recovery(found->get(), names))
      return mended;
    check_private_folder(folder, "folder");
    const std::optional<Fd> locked = open_locked(parent->get(), place.name, folder);
    if (locked)
      return recover_locked(locked->get(), names, folder) || mended;
  }
}

std::vector<std::string> standing_files(const Path& folder, std::span<const std::string> names) {
  std::vector<std::string> standing;
  const std::optional<Fd> at = open_folder(folder);
  if (at)
    for (const std::string& name : names)
      if (stat_at(at->get(), name, folder / name))
        standing.push_back(name);
  return standing;
}

} // namespace dockpki::files
