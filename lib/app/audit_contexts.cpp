// A context brings its own endpoint and its own TLS files, which nobody renews by accident.
#include <dockpki/docker/context_store.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/x509/names.hpp>

#include "app/audit_client_plan.hpp"
#include "app/audit_clients.hpp"
#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

class ContextAudit {
public:
  ContextAudit(const AuditedMachine& machine, AuditNotes& notes) : machine_(machine), notes_(notes) {}

  void look(const LocalUser& user) {
    const files::Path folder = config_folder_of(machine_, user);
    for (const docker::StoredName& context : docker::context_names(machine_.real(folder))) {
      ++count_;
      const files::Path file = machine_.shown(context.metadata);
      if (context.name.empty())
        notes_.unknown("env-context-parts", x509::printable(file.string()) + ": no metadata of a context");
      else
        judge_client(machine_,
                     {.user = &user,
                      .check = "env-context-parts",
                      .who = x509::printable(user.name) + ", context '" + x509::printable(context.name) + "'",
                      .file = file,
                      .config = folder,
                      .context = context.name,
                      .environment = {}},
                     notes_);
    }
  }

  [[nodiscard]] std::size_t count() const { return count_; }

private:
  const AuditedMachine& machine_;
  AuditNotes& notes_;
  std::size_t count_ = 0;
};

} // namespace

void audit_contexts(const AuditedMachine& machine, AuditNotes& notes) {
  ContextAudit audit(machine, notes);
  for (const LocalUser& user : machine.users) {
    audit.look(user);
    for (const files::Path& folder : client_folders_of(machine, user)) {
      note_ends(machine, folder / docker::client_layout.ca, "authority", notes);
      note_ends(machine, folder / docker::client_layout.certificate, "client", notes);
    }
  }
  if (audit.count() == 0)
    notes.not_applicable("env-context-parts", "nobody has a context");
}

} // namespace dockpki::app
