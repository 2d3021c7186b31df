#include "app/audit_clients.hpp"

#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

/// The machine without those whose homes are closed to us, which is noted.
AuditedMachine readable_part(const AuditedMachine& machine, AuditNotes& notes) {
  AuditedMachine part = machine;
  std::erase_if(part.users, [&](const LocalUser& user) {
    const std::string trouble = list_folder(machine, user.home / ".docker").trouble;
    if (trouble.empty())
      return false;
    for (const char* id : {"perm-world", "perm-ca-key", "env-context-parts", "env-host-form", "registry-pair"})
      notes.unknown(id, trouble);
    return true;
  });
  return part;
}

} // namespace

void audit_clients(const AuditedMachine& machine, AuditNotes& notes) {
  const AuditedMachine part = readable_part(machine, notes);
  audit_keys(part, notes);
  audit_authority_keys(part, notes);
  audit_contexts(part, notes);
  audit_variables(part, notes);
  audit_registries(part, notes);
}

} // namespace dockpki::app
