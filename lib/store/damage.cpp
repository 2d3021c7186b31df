#include "store/damage.hpp"

#include <dockpki/base/error.hpp>

#include "files/fd.hpp"

namespace dockpki::store {
namespace {

constexpr const char* repair_hint = "run 'dockpki repair'";

} // namespace

void throw_damaged_inventory(const files::Path& path, const std::string& why) {
  throw Error(Errc::damaged, "the inventory " + files::quoted(path) + " is damaged: " + why, repair_hint);
}

void throw_damaged_log(const files::Path& path, const std::string& why) {
  throw Error(Errc::damaged, "the audit log " + files::quoted(path) + " is damaged: " + why, repair_hint);
}

} // namespace dockpki::store
