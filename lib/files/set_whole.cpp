// A folder that holds nothing but the set: it appears, or is exchanged, whole.
#include <cerrno>

#include <unistd.h>

#include "files/set_impl.hpp"

namespace dockpki::files {
namespace {

enum class Way { appear, exchange };

class WholeFolder : public StagedSet::Impl {
public:
  WholeFolder(Way way, Fd parent, Fd old, const SetRequest& request)
      : way_(way), parent_(std::move(parent)), old_(std::move(old)), shown_(request.shown), name_(request.place.name),
        names_(whole_set(request)), staging_(make_staging_folder(parent_.get(), name_, names_, shown_)) {}

  ~WholeFolder() override {
    if (in_force_)
      return;
    try {
      remove_folder_of(parent_.get(), staging_.name, names_, shown_);
    } catch (const Error&) {
      // Left for the next one who stages here.
    }
  }

  void fill(const SetRequest& request) {
    if (request.existing == Existing::backed_up)
      for (const std::string& name : request.standing)
        backups_.push_back(shown_ / keep_backup(old_.get(), name, staging_.fd.get(), request.stamp, shown_ / name));
    if (way_ == Way::exchange)
      take_over_rights();
    for (const std::string& name : request.kept)
      take_along(old_.get(), name, staging_.fd.get(), shown_ / name);
    write_set(staging_.fd.get(), request.files, shown_);
    if (way_ == Way::exchange && request.files.size() > 1)
      probe_exchange(request.files[0].name, request.files[1].name);
  }

  std::vector<Path> commit() override {
    switch_folders();
    in_force_ = true;
    try {
      sync_fd(parent_.get(), shown_);
    } catch (const Error&) {
      switch_back();
      throw;
    }
    if (way_ == Way::exchange)
      clear_away_old();
    return backups_;
  }

private:
  /// The folder stays open to whom it was open before (never to writers: that was refused).
  void take_over_rights() {
    struct stat old {};
    struct stat fresh {};
    if (::fstat(old_.get(), &old) != 0 || ::fstat(staging_.fd.get(), &fresh) != 0)
      fail_to_write(shown_, errno);
    if (old.st_gid != fresh.st_gid && ::fchown(staging_.fd.get(), static_cast<uid_t>(-1), old.st_gid) != 0)
      return; // then its group gets nothing
    if (::fchmod(staging_.fd.get(), (old.st_mode & 07755U) | S_IRWXU) != 0)
      fail_to_write(shown_, errno);
  }

  /// Finds out now, with files that are not in force, whether the file system can do what commit() needs.
  void probe_exchange(const std::string& left, const std::string& right) {
    exchange(staging_.fd.get(), left, right, shown_);
    exchange(staging_.fd.get(), left, right, shown_);
  }

  void switch_folders() {
    if (way_ == Way::exchange) {
      exchange(parent_.get(), staging_.name, name_, shown_);
      return;
    }
    if (::renameat2(parent_.get(), staging_.name.c_str(), parent_.get(), name_.c_str(), RENAME_NOREPLACE) == 0)
      return;
    // Where RENAME_NOREPLACE is not known a plain rename will do: of folders it replaces none but an empty one.
    if (errno != EINVAL && errno != ENOSYS)
      fail_to_write(shown_, errno);
    if (::renameat(parent_.get(), staging_.name.c_str(), parent_.get(), name_.c_str()) != 0)
      fail_to_write(shown_, errno);
  }

  /// The switch could not be made durable: the old set is put in force again, as far as that is possible.
  void switch_back() noexcept {
    const unsigned flags = way_ == Way::exchange ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (::renameat2(parent_.get(), name_.c_str(), parent_.get(), staging_.name.c_str(), flags) == 0)
      in_force_ = false;
  }

  /// The old folder now has the staging folder's name. What somebody put into it at the last moment goes with the name.
  void clear_away_old() noexcept {
    try {
      if (remove_folder_of(parent_.get(), staging_.name, names_, shown_))
        return;
      for (const std::string& file : names_in(old_.get(), shown_))
        static_cast<void>(::renameat2(old_.get(), file.c_str(), staging_.fd.get(), file.c_str(), RENAME_NOREPLACE) == 0);
      static_cast<void>(::unlinkat(parent_.get(), staging_.name.c_str(), AT_REMOVEDIR) == 0);
    } catch (const Error&) {
      // The set is in force; what is left is cleared away by the next one who stages here.
    }
  }

  Way way_;
  Fd parent_;
  Fd old_;
  Path shown_;
  std::string name_;
  std::vector<std::string> names_;
  StagingFolder staging_;
  std::vector<Path> backups_;
  bool in_force_ = false;
};

} // namespace

std::vector<std::string> whole_set(const SetRequest& request) {
  std::vector<std::string> names = request.names;
  names.insert(names.end(), request.kept.begin(), request.kept.end());
  return names;
}

std::unique_ptr<StagedSet::Impl> stage_new_folder(Fd parent, const SetRequest& request) {
  const int at = parent.get();
  auto staged = std::make_unique<WholeFolder>(Way::appear, std::move(parent), Fd(), request);
  // Whoever staged here before us, and was waited for, may have put the folder there.
  if (stat_at(at, request.place.name, request.shown))
    return nullptr;
  staged->fill(request);
  return staged;
}

std::unique_ptr<StagedSet::Impl> stage_whole_folder(Fd parent, Fd old, const SetRequest& request) {
  auto staged = std::make_unique<WholeFolder>(Way::exchange, std::move(parent), std::move(old), request);
  staged->fill(request);
  return staged;
}

} // namespace dockpki::files
