#include <dockpki/files/tree.hpp>

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "files/staging.hpp"

namespace dockpki::files {
namespace {

void add_below(int folder, const std::string& prefix, const Path& shown, Tree& tree) {
  for (const std::string& name : names_in(folder, shown)) {
    if (name.starts_with(staging_prefix))
      continue;
    const std::optional<struct stat> status = stat_at(folder, name, shown / name);
    if (!status)
      continue;
    const std::string path = prefix + name;
    if (S_ISREG(status->st_mode))
      tree.files.push_back({path, status->st_mode & 0777U, static_cast<std::uint64_t>(status->st_size)});
    else if (!S_ISDIR(status->st_mode))
      tree.odd.push_back(path + ": " + std::string(type_of(status->st_mode)));
    else if (const std::optional<Fd> inner = open_folder_at(folder, name, shown / name))
      add_below(inner->get(), path + '/', shown / name, tree);
  }
}

/// What a dead process staged under `name`; only what belongs to us is touched.
void remove_dead_tree(int parent, const std::string& name, const Path& path, const Path& shown) {
  const std::optional<struct stat> status = stat_at(parent, name, path);
  if (!status || !S_ISDIR(status->st_mode) || status->st_uid != ::geteuid())
    return;
  const std::optional<Fd> left = open_folder_at(parent, name, path);
  if (left && !lock_exclusively(left->get(), Patience::none, shown))
    throw Error(Errc::busy, "failed to write " + quoted(shown) + ": another process is writing to it");
  std::error_code error; // what stays is in nobody's way: another name is taken
  std::filesystem::remove_all(path, error);
}

/// Those of `below` that are missing in `folder`; they are synced with all else.
void make_folders(Path folder, const Path& below) {
  for (const Path& part : below) {
    folder /= part;
    if (::mkdir(folder.c_str(), private_folder_mode) != 0 && errno != EEXIST)
      fail("failed to make folder " + quoted(folder), errno);
  }
}

} // namespace

Tree list_tree(const Path& folder) {
  const std::optional<Fd> fd = open_folder(folder);
  if (!fd)
    fail("failed to read folder " + quoted(folder), ENOENT);
  Tree tree;
  add_below(fd->get(), {}, folder, tree);
  std::ranges::sort(tree.files, {}, &TreeFile::name);
  return tree;
}

struct StagedTree::Impl {
  Path target;
  Fd parent;
  StagingFolder folder;
  Path path;
  bool is_committed = false;
};

StagedTree::StagedTree(const Path& target) {
  const Place place = locate(target);
  make_private_folder(place.parent);
  std::optional<Fd> parent = open_folder(place.parent);
  if (!parent)
    fail_to_write(target, ENOENT);
  const std::string name = staging_name_for(place.name);
  remove_dead_tree(parent->get(), name, place.parent / name, target);
  StagingFolder folder = make_staging_folder(parent->get(), place.name, {}, target);
  Path path = place.parent / folder.name;
  impl_ = std::make_unique<Impl>(Impl{place.parent / place.name, std::move(*parent), std::move(folder), std::move(path)});
}

StagedTree::~StagedTree() {
  std::error_code error;
  if (!impl_->is_committed)
    std::filesystem::remove_all(impl_->path, error);
}

const Path& StagedTree::path() const noexcept {
  return impl_->path;
}

void StagedTree::write(std::span<const SetFile> files) const {
  for (const SetFile& file : files) {
    const Path path = impl_->path / file.name;
    make_folders(impl_->path, Path(file.name).parent_path());
    const std::optional<Fd> folder = open_folder(path.parent_path());
    if (!folder)
      fail_to_write(path, ENOENT);
    create_file(folder->get(), path.filename().string(), file.contents, file.mode, path);
  }
}

void StagedTree::commit() {
  if (::syncfs(impl_->folder.fd.get()) != 0)
    fail_to_write(impl_->target, errno);
  const std::string name = impl_->target.filename().string();
  // A folder replaces an empty one and nothing else.
  if (::renameat(impl_->parent.get(), impl_->folder.name.c_str(), impl_->parent.get(), name.c_str()) != 0)
    fail_to_write(impl_->target, errno, errno == EBUSY ? "something is mounted there: choose a folder in it" : "");
  impl_->is_committed = true;
  sync_fd(impl_->parent.get(), impl_->target);
}

} // namespace dockpki::files
