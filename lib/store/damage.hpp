// Why: damage is told in the same words wherever it shows.
#pragma once

#include <string>

#include <dockpki/files/file.hpp>

namespace dockpki::store {

/// Throws Errc::damaged "the inventory '<path>' is damaged: <why>", hint: run 'dockpki repair'.
[[noreturn]] void throw_damaged_inventory(const files::Path& path, const std::string& why);
/// Throws Errc::damaged "the audit log '<path>' is damaged: <why>", with the same hint.
[[noreturn]] void throw_damaged_log(const files::Path& path, const std::string& why);

} // namespace dockpki::store
