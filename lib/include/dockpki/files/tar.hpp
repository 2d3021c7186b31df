// Why: files travel to another host, or into a backup, as one file that every system unpacks, with the modes that they must have.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/files/set.hpp>

namespace dockpki::files {

/// write_tar gives a POSIX ustar archive of `files`, in their order: owner and group root, every time `at`. The same files give
/// the same octets. A name may be a path; one of more than 100 octets stands in an extended header (pax).
Secret write_tar(std::span<const SetFile> files, TimePoint at);

/// read_tar gives the files of what write_tar wrote; their contents are octets of `archive`. It takes regular files alone, under
/// names that lead nowhere but below the folder where they are unpacked: a link, a device, an absolute path, '..', the same name
/// twice and anything behind the end are refused. `name` is what messages call it. Throws Errc::invalid_input.
std::vector<SetFile> read_tar(Bytes archive, std::string_view name);

} // namespace dockpki::files
