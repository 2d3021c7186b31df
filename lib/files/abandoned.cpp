#include <dockpki/files/abandoned.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "files/fd.hpp"

namespace dockpki::files {

void remove_abandoned_files(const Path& folder) {
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(folder, error); !error && entry != end(entry); entry.increment(error)) {
    struct stat status {};
    if (is_staging_name(entry->path().filename().string()) && ::lstat(entry->path().c_str(), &status) == 0 &&
        S_ISREG(status.st_mode) && status.st_uid == ::geteuid())
      ::unlink(entry->path().c_str());
  }
}

} // namespace dockpki::files
