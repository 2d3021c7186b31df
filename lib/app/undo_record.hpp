// Why: whoever changes files that belong to somebody else must be able to put back every octet of them, also much later.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include <dockpki/base/time.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/digest.hpp>

namespace dockpki::app {

/// UndoRecord is how files were before they were changed, in one archive (tar). Changed again, they are still as they were first.
class UndoRecord {
public:
  /// What `archive` says; nothing yet if it does not exist. Paths, its own too, are as the machine below `root` sees them.
  /// Throws Errc::damaged.
  UndoRecord(files::Path root, files::Path archive);

  [[nodiscard]] bool is_empty() const noexcept { return entries_.empty(); }
  /// What would be put back.
  [[nodiscard]] std::vector<files::Path> paths() const;
  /// To be called before `path` is written, made or not: what stands there is kept. Throws Errc::invalid_input for what is no
  /// file.
  void note(const files::Path& path, Bytes contents);
  /// The same for a folder that is made where it is missing, with its missing parents.
  void note_folder(const files::Path& path);
  /// Writes the archive, 0600, durably: to be called before anything is changed.
  void save(TimePoint now) const;

  /// Puts everything back, the last first, and removes the archive. Gives what was put back or removed. Throws Errc::refused,
  /// before anything is changed, if a file is neither as it was nor as it was written.
  std::vector<files::Path> put_back();
  /// The same as put_back, of what was never saved: whatever stands there is overwritten, and the archive left alone.
  std::vector<files::Path> take_back() const;

private:
  struct Entry {
    files::Path path;
    bool is_folder = false;
    bool existed = false;
    Secret contents; ///< of a file that existed
    mode_t mode = 0;
    uid_t owner = 0;
    gid_t group = 0;
    std::vector<std::string> written; ///< SHA-256 of what was written there
  };
  [[nodiscard]] Entry* find(const files::Path& path);
  [[nodiscard]] std::string index() const;
  void refuse_changed() const;
  void put_back(const Entry& entry) const;
  [[nodiscard]] files::Path real(const files::Path& path) const { return root_ / path.relative_path(); }

  files::Path root_;
  files::Path archive_;
  std::vector<Entry> entries_; ///< in the order in which they were written
};

} // namespace dockpki::app
