// One file alone: it takes the place of the old one in one step, and no reader is ever shown a link.
#include <cerrno>

#include <unistd.h>

#include "files/set_impl.hpp"

namespace dockpki::files {
namespace {

class OneFile : public StagedSet::Impl {
public:
  OneFile(Fd folder, const SetRequest& request)
      : folder_(std::move(folder)), shown_(request.shown), name_(request.names.front()), stands_(!request.standing.empty()) {}

  ~OneFile() override {
    if (!in_force_)
      clear_away();
  }

  void fill(const SetRequest& request) {
    incoming_ = make_switching_folder(folder_.get(), incoming_folder, shown_);
    write_set(incoming_.get(), request.files, shown_);
    if (stands_ && request.existing == Existing::backed_up)
      backups_.push_back(keep_backup(folder_.get(), name_, folder_.get(), request.stamp, shown_ / name_));
    sync_fd(folder_.get(), shown_);
  }

  std::vector<Path> commit() override {
    // The old file goes where the new one was: from there it can come back.
    const unsigned flags = stands_ ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (::renameat2(incoming_.get(), name_.c_str(), folder_.get(), name_.c_str(), flags) != 0)
      fail_to_write(shown_ / name_, errno);
    in_force_ = true;
    try {
      sync_fd(folder_.get(), shown_);
    } catch (const Error&) {
      in_force_ = ::renameat2(folder_.get(), name_.c_str(), incoming_.get(), name_.c_str(), flags) != 0;
      throw;
    }
    clear_away();
    std::vector<Path> kept;
    for (const std::string& name : backups_)
      kept.push_back(shown_ / name);
    return kept;
  }

private:
  /// Removes the staging folder, with what is in it; and the backup of a file that was not replaced.
  void clear_away() noexcept {
    try {
      recover_locked(folder_.get(), {}, shown_);
      if (!in_force_)
        for (const std::string& name : std::exchange(backups_, {}))
          ::unlinkat(folder_.get(), name.c_str(), 0);
    } catch (const Error&) {
      // Left for the next one who comes; by path one of the two files shows, whole.
    }
  }

  Fd folder_;
  Fd incoming_;
  Path shown_;
  std::string name_;
  bool stands_;
  std::vector<std::string> backups_;
  bool in_force_ = false;
};

} // namespace

std::unique_ptr<StagedSet::Impl> stage_one_file(Fd folder, const SetRequest& request) {
  auto staged = std::make_unique<OneFile>(std::move(folder), request);
  staged->fill(request);
  return staged;
}

} // namespace dockpki::files
