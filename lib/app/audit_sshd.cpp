// Whoever logs in as root, or as one of the group docker, needs no certificate.
#include <array>

#include <unistd.h>

#include "app/audit_host.hpp"
#include "app/audit_places.hpp"
#include "app/bounded_child.hpp"
#include "app/sshd_config.hpp"

namespace dockpki::app {
namespace {

constexpr std::array ids = {"host-sshd-password", "host-sshd-root"};
constexpr std::chrono::seconds patience{2};

std::string program_of(const AuditedMachine& machine) {
  for (const char* path : {"/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"})
    if (!look_at(machine, path).is_missing)
      return path;
  return {};
}

/// What sshd makes of its files is best asked of itself. It refuses those who may not read its keys, and without /run/sshd.
SshdSettings settings_of(const AuditedMachine& machine, const std::string& program) {
  if (machine.is_live() && ::geteuid() == 0)
    if (const auto output = BoundedChild({program, "-T"}).finish(patience); output && output->exit_code == 0)
      return parse_sshd_output(output->text);
  return read_sshd_config(machine);
}

std::string value_of(const SshdSettings& settings, const std::string& keyword, const char* standard) {
  const auto found = settings.values.find(keyword);
  return found == settings.values.end() ? standard : found->second;
}

} // namespace

void audit_sshd(const AuditedMachine& machine, AuditNotes& notes) {
  const std::string program = program_of(machine);
  const SshdSettings settings = program.empty() ? SshdSettings{} : settings_of(machine, program);
  for (const char* id : ids) {
    if (program.empty())
      notes.not_applicable(id, "there is no sshd");
    else if (!settings.trouble.empty())
      notes.unknown(id, settings.trouble);
  }
  if (program.empty() || !settings.trouble.empty())
    return;
  const auto evidence = [&](const std::string& what) { return settings.source + ": " + what; };
  const std::string password = value_of(settings, "passwordauthentication", "yes");
  const std::string root = value_of(settings, "permitrootlogin", "prohibit-password");
  if (password == "yes")
    notes.fail("host-sshd-password", Side::daemon, evidence("passwordauthentication yes"), "/etc/ssh/sshd_config");
  else
    notes.pass("host-sshd-password", evidence("passwordauthentication " + password));
  if (root == "yes" && password == "yes")
    notes
        .fail("host-sshd-root", Side::daemon, evidence("permitrootlogin yes, passwordauthentication yes"), "/etc/ssh/sshd_config")
        .severity = Severity::high;
  else if (root == "yes")
    notes.fail("host-sshd-root", Side::daemon, evidence("permitrootlogin yes"), "/etc/ssh/sshd_config");
  else
    notes.pass("host-sshd-root", evidence("permitrootlogin " + root));
}

} // namespace dockpki::app
