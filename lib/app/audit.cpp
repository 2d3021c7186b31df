#include <dockpki/app/audit.hpp>

#include <algorithm>
#include <array>

#include <unistd.h>

#include <dockpki/base/error.hpp>

#include "app/audited_machine.hpp"

namespace dockpki::app {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

} // namespace

Audit audit(const AuditOptions& options, const docker::Environment& environment, TimePoint now) {
  std::error_code error;
  if (!std::filesystem::is_directory(options.root, error))
    throw Error(Errc::not_found, "failed to audit '" + options.root.string() + "': there is no such folder",
                "give --root the folder that holds the image's etc");
  AuditedMachine machine{
      .root = std::filesystem::canonical(options.root), .environment = {}, .now = now, .users = {}, .daemons = {}};
  if (machine.is_live())
    machine.environment = environment;
  machine.users = users_of(machine.root);
  machine.daemons = find_daemons(machine);
  AuditNotes notes;
  audit_daemons(machine, notes);
  audit_files(machine, notes);
  audit_clients(machine, notes);
  audit_host(machine, notes);
  audit_expiries(notes, now);
  Audit audit{.host = machine.is_live() ? host_name() : "",
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

std::vector<AppliedFix> apply(const std::vector<Fix>& fixes) {
  std::vector<AppliedFix> applied;
  for (const Fix& fix : fixes) {
    AppliedFix& one = applied.emplace_back(AppliedFix{.fix = fix, .failure = {}});
    try {
      files::change_standing(fix.file, fix.seen, {.permissions = fix.mode, .user = fix.owner, .group = fix.group});
    } catch (const Error& error) {
      one.failure = error.what();
    }
  }
  return applied;
}

} // namespace dockpki::app
