#include <dockpki/store/copy.hpp>

#include <algorithm>
#include <array>

#include <dockpki/x509/cms.hpp>

#include "files/fd.hpp"
#include "store/sqlite_inventory.hpp"

namespace dockpki::store {
namespace {

constexpr const char* inventory_name = "inventory.db";
/// What belongs to processes that run just now.
constexpr std::array passing = {std::string_view("lock"), std::string_view("inventory.db-wal"),
                                std::string_view("inventory.db-shm")};

Secret read_home_file(const Home& home, const files::TreeFile& file) {
  // SQLite's own descriptor alone may be opened on its file: closing another one would drop its locks.
  if (file.name == inventory_name)
    return open_inventory(home.inventory(), Access::read)->image();
  return files::read_file(home.root() / file.name, "file", x509::largest_content, files::Symlinks::refused);
}

} // namespace

files::Tree copyable_files(const Home& home) {
  files::Tree tree = files::list_tree(home.root());
  std::erase_if(tree.files, [](const files::TreeFile& file) { return std::ranges::find(passing, file.name) != passing.end(); });
  return tree;
}

HomeCopy copy_home(const Home& home, const WriteSession& /*session*/) {
  files::Tree tree = copyable_files(home);
  HomeCopy copy{.files = {}, .left_out = std::move(tree.odd)};
  std::uint64_t total = 0;
  for (const files::TreeFile& file : tree.files) {
    total += file.size;
    if (total > x509::largest_content)
      throw Error(Errc::refused, "failed to back up " + files::quoted(home.root()) + ": it holds more than 1 GiB",
                  "move away what is not of dockpki, and set-aside files (*.damaged-*)");
    copy.files.push_back({file.name, file.mode, read_home_file(home, file)});
  }
  return copy;
}

} // namespace dockpki::store
