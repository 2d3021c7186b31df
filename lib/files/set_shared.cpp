// A folder that others use as well: its files are switched in it, by way of links that exist only during the switch.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>

#include <unistd.h>

#include "files/set_impl.hpp"

namespace dockpki::files {
namespace {

class SharedFolder : public StagedSet::Impl {
public:
  SharedFolder(Fd folder, const SetRequest& request)
      : folder_(std::move(folder)), shown_(request.shown), names_(request.names), standing_(request.standing) {}

  ~SharedFolder() override {
    if (!in_force_)
      undo();
  }

  void fill(const SetRequest& request) {
    const Fd incoming = make_switching_folder(folder_.get(), incoming_folder, shown_);
    const Fd links = make_switching_folder(folder_.get(), switched_folder, shown_);
    exchange(folder_.get(), incoming_folder, switched_folder, shown_); // can this file system do it at all?
    exchange(folder_.get(), incoming_folder, switched_folder, shown_);
    for (const std::string& name : names_)
      make_link(links.get(), name);
    write_set(incoming.get(), request.files, shown_);
    if (request.existing == Existing::backed_up)
      for (const std::string& name : standing_)
        backups_.push_back(keep_backup(folder_.get(), name, folder_.get(), request.stamp, shown_ / name));
    sync_fd(links.get(), shown_);
    sync_fd(folder_.get(), shown_);
  }

  std::vector<Path> commit() override {
    try {
      turn_names_into_links();
      sync_fd(folder_.get(), shown_);
      // The one step: every name shows the new set.
      exchange(folder_.get(), incoming_folder, switched_folder, shown_);
      switched_ = true;
      sync_fd(folder_.get(), shown_);
    } catch (const Error&) {
      undo();
      throw;
    }
    in_force_ = true;
    turn_links_into_files();
    std::vector<Path> kept;
    for (const std::string& name : backups_)
      kept.push_back(shown_ / name);
    return kept;
  }

private:
  /// A link that was read already, as far as its times tell: else who follows it first writes that down, and waits for the disk
  /// between the link and the file that it shows.
  void make_link(int links, const std::string& name) const {
    constexpr std::array<timespec, 2> times = {timespec{std::numeric_limits<std::int32_t>::max(), 0}, timespec{0, UTIME_OMIT}};
    if (::symlinkat(link_text(name).c_str(), links, name.c_str()) != 0)
      fail_to_write(shown_ / name, errno);
    static_cast<void>(::utimensat(links, name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW)); // where that cannot be, they wait
  }

  /// Each name becomes a link to the very file that it was; one that did not stand becomes a link to nothing, and so does not
  /// stand.
  void turn_names_into_links() {
    for (const std::string& name : names_) {
      const bool stands = std::find(standing_.begin(), standing_.end(), name) != standing_.end();
      const std::string link = std::string(switched_folder) + '/' + name;
      const unsigned flags = stands ? RENAME_EXCHANGE : RENAME_NOREPLACE;
      if (::renameat2(folder_.get(), link.c_str(), folder_.get(), name.c_str(), flags) != 0)
        fail_to_write(shown_ / name, errno);
    }
  }

  /// The set is in force, and durably so: what fails here is mended by the next one who comes.
  void turn_links_into_files() noexcept {
    for (int attempt = 0; attempt < 2; ++attempt) {
      try {
        recover_locked(folder_.get(), names_, shown_); // syncs what it settles
        return;
      } catch (const Error&) {
        continue;
      }
    }
  }

  void undo() noexcept {
    if (switched_ && ::renameat2(folder_.get(), incoming_folder, folder_.get(), switched_folder, RENAME_EXCHANGE) == 0)
      switched_ = false;
    try {
      recover_locked(folder_.get(), names_, shown_);
      if (!switched_)
        for (const std::string& name : std::exchange(backups_, {}))
          ::unlinkat(folder_.get(), name.c_str(), 0);
    } catch (const Error&) {
      // Left for the next one who comes; by path the old set shows, whole.
    }
  }

  Fd folder_;
  Path shown_;
  std::vector<std::string> names_;
  std::vector<std::string> standing_;
  std::vector<std::string> backups_;
  bool switched_ = false;
  bool in_force_ = false;
};

} // namespace

Fd make_switching_folder(int folder, const char* name, const Path& shown) {
  struct stat status {};
  if (::fstat(folder, &status) != 0)
    fail_to_write(shown, errno);
  if (::mkdirat(folder, name, private_folder_mode) != 0)
    fail_to_write(shown / name, errno);
  std::optional<Fd> fd = open_folder_at(folder, name, shown / name);
  if (!fd || ::fchmod(fd->get(), (status.st_mode & 0755U) | S_IRWXU) != 0)
    fail_to_write(shown / name, errno);
  return std::move(*fd);
}

std::unique_ptr<StagedSet::Impl> stage_in_shared_folder(Fd folder, const SetRequest& request) {
  auto staged = std::make_unique<SharedFolder>(std::move(folder), request);
  staged->fill(request);
  return staged;
}

} // namespace dockpki::files
