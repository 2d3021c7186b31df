#include "app/audit_host.hpp"

namespace dockpki::app {

void audit_host(const AuditedMachine& machine, AuditNotes& notes) {
  const KernelFolders kernel;
  audit_docker_group(machine, notes);
  audit_sshd(machine, notes);
  audit_ports(machine, kernel, notes);
  audit_disk(machine, kernel, notes);
}

} // namespace dockpki::app
