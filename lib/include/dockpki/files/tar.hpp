// Why: a set travels to another host as one file that every system unpacks, with the modes that its files must have.
#pragma once

#include <span>

#include <dockpki/base/time.hpp>
#include <dockpki/files/set.hpp>

namespace dockpki::files {

/// write_tar gives a POSIX ustar archive of `files`, in their order: owner and group root, every time `at`. The same files give
/// the same octets. Names are plain file names of at most 100 octets.
Secret write_tar(std::span<const SetFile> files, TimePoint at);

} // namespace dockpki::files
