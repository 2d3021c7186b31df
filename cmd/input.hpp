// Why: a file argument may be "-", and is never read without bound.
#pragma once

#include <string>

#include <dockpki/base/secret.hpp>

namespace dockpki::cmd {

/// read_input reads a file, or standard input for "-", of at most 4 MiB. `what` names it in messages. Throws as files::read_file
/// does.
Secret read_input(const std::string& file, const std::string& what);

} // namespace dockpki::cmd
