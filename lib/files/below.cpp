#include <dockpki/files/below.hpp>

#include <algorithm>
#include <deque>

namespace dockpki::files {

Way way_below(const Path& root, const Path& path) {
  constexpr int most_links = 40; // as Linux has it
  std::deque<Path> ahead(path.begin(), path.end());
  Way way{.target = root, .folders = {}};
  int links = 0;
  while (!ahead.empty()) {
    const Path part = ahead.front();
    ahead.pop_front();
    if (part.empty() || part == "." || part == "/")
      continue;
    if (part == "..") {
      if (way.target != root)
        way.target = way.target.parent_path();
      continue;
    }
    if (std::ranges::find(way.folders, way.target) == way.folders.end())
      way.folders.push_back(way.target);
    std::error_code error;
    const Path next = way.target / part;
    const Path link = std::filesystem::read_symlink(next, error);
    if (error || ++links > most_links) {
      way.target = next;
      continue;
    }
    if (link.is_absolute())
      way.target = root;
    ahead.insert(ahead.begin(), link.begin(), link.end());
  }
  return way;
}

} // namespace dockpki::files
