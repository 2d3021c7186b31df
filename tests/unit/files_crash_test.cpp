// A switch is killed at each of its system calls in turn. Whoever looks by path must see the old set or the new one, whole; and
// the next one who comes must be able to finish.
#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/folder.hpp"

#include <algorithm>

#include <sys/stat.h>

#include <dockpki/files/set.hpp>

using namespace dockpki;
using namespace dockpki::files;
using test::contents_of;
using test::Ending;
using test::put;
using test::TemporaryFolder;

namespace {

constexpr const char* stamp = "20261121T101500Z";
const std::vector<std::string> names = {"ca.pem", "cert.pem", "key.pem"};

void switch_to(const Path& folder, const std::string& text, Existing existing) {
  const std::vector<SetFile> files = {
      {"ca.pem", bytes_of(text), 0444}, {"cert.pem", bytes_of(text), 0444}, {"key.pem", bytes_of(text), 0400}};
  StagedSet::stage(folder, files, existing, stamp).commit();
}

struct Scene {
  const char* title;
  std::vector<std::string> standing; ///< of the set, before
  bool has_folder;
  bool is_shared;
  Existing existing;
};

const std::vector<Scene> scenes = {
    {"no folder", {}, false, false, Existing::refused},
    {"an empty folder", {}, true, false, Existing::refused},
    {"a folder of the set", names, true, false, Existing::replaced},
    {"a folder of the set, backed up", names, true, false, Existing::backed_up},
    {"a shared folder", names, true, true, Existing::replaced},
    {"a shared folder, backed up", names, true, true, Existing::backed_up},
    {"a shared folder with part of a set", {"ca.pem", "key.pem"}, true, true, Existing::replaced},
    {"a shared folder without a set", {}, true, true, Existing::refused},
};

std::map<std::string, std::string> by_path(const Path& folder) {
  std::map<std::string, std::string> found;
  for (const std::string& name : names)
    if (std::filesystem::exists(folder / name))
      found[name] = contents_of(folder / name);
  return found;
}

std::map<std::string, std::string> all_saying(const std::vector<std::string>& which, const std::string& text) {
  std::map<std::string, std::string> files;
  for (const std::string& name : which)
    files[name] = text;
  return files;
}

void set_up(const Scene& scene, const Path& folder) {
  if (scene.has_folder)
    std::filesystem::create_directory(folder);
  for (const std::string& name : scene.standing)
    put(folder / name, "old", 0600);
  if (scene.is_shared)
    put(folder / "config.json", "{}");
}

/// Everything below the folder is a plain file, and none is staging.
bool is_tidy(const Path& home) {
  for (const auto& [name, what] : test::listing(home))
    if (name.find(".dockpki") != std::string::npos || what.front() == 'l')
      return false;
  return true;
}

/// Who follows a link that seems unread writes the time down (relatime), and may wait for the disk between it and its file.
void check_links_seem_read(const Path& folder) {
  for (const std::string& name : names) {
    struct stat status {};
    if (::lstat((folder / name).c_str(), &status) == 0 && S_ISLNK(status.st_mode))
      CHECK(status.st_atim.tv_sec > std::max(status.st_mtim.tv_sec, status.st_ctim.tv_sec));
  }
}

void check_backups(const Scene& scene, const Path& folder) {
  if (scene.existing == Existing::backed_up)
    for (const std::string& name : scene.standing)
      CHECK(contents_of(folder / (name + ".backup-" + stamp)) == "old");
}

} // namespace

TEST_CASE("StagedSet: killed at every system call", "[files][crash]") {
  for (const Scene& scene : scenes) {
    bool saw_old = false;
    bool saw_new = false;
    for (unsigned call = 1;; ++call) {
      INFO(scene.title << ", killed at call " << call);
      const TemporaryFolder home(test::memory_folder());
      const Path folder = home / "d";
      set_up(scene, folder);
      const auto old_set = all_saying(scene.standing, "old");
      const auto new_set = all_saying(names, "new");
      const Ending ending = test::killed_at_call(call, [&] { switch_to(folder, "new", scene.existing); });
      REQUIRE(ending != Ending::failed);
      check_links_seem_read(folder);
      const auto seen = by_path(folder);
      const bool is_new = seen == new_set;
      CHECK((is_new || seen == old_set));
      (is_new ? saw_new : saw_old) = true;
      if (is_new)
        check_backups(scene, folder);
      if (call % 2 == 0) {
        recover_set(folder, names);
        CHECK(by_path(folder) == seen);
      } else {
        switch_to(folder, "newer", Existing::replaced);
        CHECK(by_path(folder) == all_saying(names, "newer"));
      }
      CHECK(is_tidy(home.path()));
      if (scene.is_shared)
        CHECK(contents_of(folder / "config.json") == "{}");
      if (ending == Ending::finished)
        break;
    }
    CHECK(saw_old);
    CHECK(saw_new);
  }
}
