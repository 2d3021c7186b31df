// certs.d: with half a pair dockerd refuses the registry, whatever else is right.
#include <algorithm>

#include <dockpki/goverify/verify.hpp>
#include <dockpki/x509/names.hpp>

#include "app/audit_clients.hpp"
#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

class RegistryAudit {
public:
  RegistryAudit(const AuditedMachine& machine, AuditNotes& notes) : machine_(machine), notes_(notes) {}

  void look(const files::Path& certs_d) {
    const ListedFolder registries = list_folder(machine_, certs_d);
    if (!registries.trouble.empty())
      notes_.unknown("registry-pair", registries.trouble);
    for (const std::string& registry : registries.names)
      look_at_registry(certs_d / registry);
  }

  [[nodiscard]] bool has_looked() const { return has_looked_; }

private:
  void look_at_registry(const files::Path& folder) {
    const ListedFolder listed = list_folder(machine_, folder);
    if (!listed.trouble.empty())
      notes_.unknown("registry-pair", listed.trouble);
    for (const std::string& name : listed.names) {
      const files::Path file = folder / name;
      const std::string extension = file.extension().string();
      if (extension == ".cert")
        pair(file, ".key", listed);
      else if (extension == ".key")
        pair(file, ".cert", listed);
      if (extension == ".cert" || extension == ".crt")
        certificate(file, extension == ".crt");
    }
  }

  void pair(const files::Path& file, const char* other, const ListedFolder& listed) {
    has_looked_ = true;
    const files::Path partner = files::Path(file).replace_extension(other);
    const std::string evidence = x509::printable(file.string());
    if (std::ranges::find(listed.names, partner.filename().string()) != listed.names.end())
      notes_.pass("registry-pair", evidence);
    else
      notes_.fail("registry-pair", Side::daemon, evidence + " without " + x509::printable(partner.filename().string()), file);
  }

  void certificate(const files::Path& file, bool is_authority) {
    has_looked_ = true;
    note_ends(machine_, file, "registry", notes_);
    const ReadText text = is_authority ? read_text(machine_, file) : ReadText{};
    if (!text.trouble.empty())
      notes_.unknown("registry-crt", text.trouble);
    if (text.contents)
      judge_crt(file, text.contents->bytes());
  }

  /// Every *.crt is taken for an authority; a registry's own certificate, pinned, is one that names it.
  void judge_crt(const files::Path& file, Bytes pem) {
    const goverify::Pool pool = goverify::read_pool(pem, goverify::rules_of_daemon(goverify::DockerVersion::v28));
    const auto is_clients = [](const goverify::CertificatePtr& certificate) {
      const auto& usages = certificate->extended_key_usage;
      return !certificate->is_ca && std::ranges::find(usages, goverify::ExtendedKeyUsage::client_auth) != usages.end() &&
             std::ranges::find(usages, goverify::ExtendedKeyUsage::server_auth) == usages.end();
    };
    const std::string evidence = x509::printable(file.string());
    if (std::ranges::any_of(pool.certificates, is_clients))
      notes_.fail("registry-crt", Side::daemon, evidence, file,
                  "mv " + shell_word(machine_.real(file)) + ' ' +
                      shell_word(files::Path(machine_.real(file)).replace_extension(".cert")));
    else
      notes_.pass("registry-crt", evidence);
  }

  const AuditedMachine& machine_;
  AuditNotes& notes_;
  bool has_looked_ = false;
};

} // namespace

namespace {

/// dockerd's own files have no business there.
void audit_own_files(const AuditedMachine& machine, AuditNotes& notes) {
  for (const AuditedDaemon& daemon : machine.daemons)
    for (const std::string& file : {daemon.plan.ca, daemon.plan.certificate, daemon.plan.key}) {
      if (file.empty())
        continue;
      const std::string evidence = daemon.origin + ": " + x509::printable(file);
      if (files::Path(file).lexically_normal().string().starts_with("/etc/docker/certs.d/"))
        notes.fail("perm-certsd", Side::daemon, evidence, file);
      else
        notes.pass("perm-certsd", evidence);
    }
}

} // namespace

void audit_registries(const AuditedMachine& machine, AuditNotes& notes) {
  audit_own_files(machine, notes);
  RegistryAudit audit(machine, notes);
  audit.look("/etc/docker/certs.d");
  for (const LocalUser& user : machine.users)
    for (const char* folder : {".docker/certs.d", ".config/docker/certs.d"})
      audit.look(user.home / folder);
  if (!audit.has_looked())
    for (const char* id : {"registry-pair", "registry-crt"})
      notes.not_applicable(id, "there is no certificate for a registry (certs.d)");
}

} // namespace dockpki::app
