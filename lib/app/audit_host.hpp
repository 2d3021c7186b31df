// Why: root on a machine that runs Docker is whoever gets at its socket, its ports, its sshd, or its disk.
#pragma once

#include "app/audited_machine.hpp"

namespace dockpki::app {

/// KernelFolders is where the kernel tells of itself.
struct KernelFolders {
  files::Path processes = "/proc";
  files::Path devices = "/sys/dev/block";
};

/// Who is root by being in the group of the socket.
void audit_docker_group(const AuditedMachine& machine, AuditNotes& notes);
/// Passwords and root's login: by `sshd -T` on the machine that runs, by sshd_config in an image.
void audit_sshd(const AuditedMachine& machine, AuditNotes& notes);
/// Docker's ports that are open beyond this machine. Only on the machine that runs.
void audit_ports(const AuditedMachine& machine, const KernelFolders& kernel, AuditNotes& notes);
/// Is what lies below the data root encrypted? Only on the machine that runs.
void audit_disk(const AuditedMachine& machine, const KernelFolders& kernel, AuditNotes& notes);

} // namespace dockpki::app
