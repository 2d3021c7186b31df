#include "app/audited_machine.hpp"

namespace dockpki::app {

void audit_clients(const AuditedMachine& machine, AuditNotes& notes) {
  static_cast<void>(machine);
  static_cast<void>(notes);
}

} // namespace dockpki::app
