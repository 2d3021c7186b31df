#include "app/audit_clients.hpp"

namespace dockpki::app {

void audit_clients(const AuditedMachine& machine, AuditNotes& notes) {
  audit_keys(machine, notes);
  audit_authority_keys(machine, notes);
  audit_contexts(machine, notes);
  audit_variables(machine, notes);
  audit_registries(machine, notes);
}

} // namespace dockpki::app
