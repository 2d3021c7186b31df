// Why: in an image, a link to /etc/docker means the image's folder and not ours. Where a path of another machine lies is found by
// following its links as that machine would.
#pragma once

#include <vector>

#include <dockpki/files/file.hpp>

namespace dockpki::files {

/// Way is where a path leads.
struct Way {
  Path target;               ///< seen from here; no part of it is a link. What is not there is taken as it is written.
  std::vector<Path> folders; ///< every folder that is passed, those of links included, the root first
};

/// way_below follows `path`, as the machine below `root` sees it; neither ".." nor a link leads out of it. After forty links the
/// rest is taken as it is written.
Way way_below(const Path& root, const Path& path);

} // namespace dockpki::files
