// A folder for one test, gone with all that is in it when the test ends; and what stands in folders.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

#include <sys/stat.h>

#include <dockpki/base/secret.hpp>

namespace dockpki::test {

class TemporaryFolder {
public:
  TemporaryFolder() : TemporaryFolder(std::filesystem::temp_directory_path()) {}
  explicit TemporaryFolder(const std::filesystem::path& parent) {
    std::string name = (parent / "dockpki-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary folder");
    path_ = std::filesystem::canonical(name);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

/// Where a sync costs nothing, for tests that sync thousands of times.
inline std::filesystem::path memory_folder() {
  return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

inline std::string contents_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return "(missing)";
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

inline void put(const std::filesystem::path& path, std::string_view text, mode_t mode = 0644) {
  std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
  ::chmod(path.c_str(), mode);
}

inline mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0)
    throw std::runtime_error("missing: " + path.string());
  return status.st_mode & 07777U;
}

/// Every name below `folder` (hidden ones as well) with its type, mode and contents: "-0400 text".
inline std::map<std::string, std::string> listing(const std::filesystem::path& folder) {
  std::map<std::string, std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::ostringstream text;
    text << (entry.is_symlink() ? 'l' : entry.is_directory() ? 'd' : '-') << std::oct << mode_of(entry.path());
    if (entry.is_symlink())
      text << ' ' << std::filesystem::read_symlink(entry.path()).string();
    else if (entry.is_regular_file())
      text << ' ' << contents_of(entry.path());
    found[std::filesystem::relative(entry.path(), folder).string()] = text.str();
  }
  return found;
}

} // namespace dockpki::test
