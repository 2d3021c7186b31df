#include <dockpki/app/audit.hpp>

#include <dockpki/base/error.hpp>

#include "app/audited_machine.hpp"

namespace dockpki::app {

Audit audit(const AuditOptions& options, const docker::Environment& environment, TimePoint now) {
  std::error_code error;
  if (!std::filesystem::is_directory(options.root, error))
    throw Error(Errc::not_found, "failed to audit '" + options.root.string() + "': there is no such folder");
  AuditedMachine machine{
      .root = std::filesystem::canonical(options.root), .environment = environment, .now = now, .users = {}, .daemons = {}};
  AuditNotes notes;
  audit_daemons(machine, notes);
  audit_files(machine, notes);
  audit_clients(machine, notes);
  audit_host(machine, notes);
  Audit audit{.host = {},
              .root = machine.root,
              .when = now,
              .daemons = std::move(machine.daemons),
              .checks = {},
              .findings = {},
              .expiries = {},
              .fixes = {}};
  notes.move_to(audit);
  return audit;
}

} // namespace dockpki::app
