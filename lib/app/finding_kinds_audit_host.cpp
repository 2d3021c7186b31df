// What an audit finds with the users of Docker, and around it on the host.
#include "app/finding_kinds.hpp"

namespace dockpki::app {

std::span<const FindingKind> audit_host_kinds() {
  return {};
}

} // namespace dockpki::app
