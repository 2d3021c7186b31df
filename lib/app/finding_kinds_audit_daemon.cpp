// What an audit finds in the daemon's configuration, and in the owners and modes of its files: CIS sections 2 and 3.
#include "app/finding_kinds.hpp"

namespace dockpki::app {

std::span<const FindingKind> audit_daemon_kinds() {
  return {};
}

} // namespace dockpki::app
