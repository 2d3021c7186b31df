// Why: a crash between a file's writing and its naming leaves it under a name that nobody looks for.
#pragma once

#include <dockpki/files/file.hpp>

namespace dockpki::files {

/// remove_abandoned_files removes the temporary files that interrupted write_file calls of the effective user left in `folder`.
/// Not while another process may be writing there. Does nothing where there is no such folder, or it cannot be read.
void remove_abandoned_files(const Path& folder);

} // namespace dockpki::files
