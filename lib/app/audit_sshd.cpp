// Whoever logs in as root, or as one of the group docker, needs no certificate.
#include <array>
#include <sstream>

#include <unistd.h>

#include "app/audit_host.hpp"
#include "app/audit_places.hpp"
#include "app/bounded_child.hpp"
#include "app/sshd_config.hpp"

namespace dockpki::app {
namespace {

constexpr std::array ids = {"host-sshd-password", "host-sshd-root"};
constexpr std::chrono::seconds patience{2};
constexpr const char* config_file = "/etc/ssh/sshd_config";

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

/// Is there a way in for which a key is not needed? A list of methods is one way, of which all are needed.
bool takes_password_alone(const std::string& methods) {
  std::istringstream ways(methods);
  for (std::string way; ways >> way;)
    if (way.find("publickey") == std::string::npos && way.find("hostbased") == std::string::npos &&
        way.find("gssapi") == std::string::npos)
      return true;
  return false;
}

/// What lets passwords in, as sshd prints it; "" if nothing does. PAM asks for one by way of keyboard-interactive, too.
std::string password_setting(const SshdSettings& settings) {
  if (!takes_password_alone(value_of(settings, "authenticationmethods", "any")))
    return {};
  if (value_of(settings, "passwordauthentication", "yes") == "yes")
    return "passwordauthentication yes";
  const std::string former = value_of(settings, "challengeresponseauthentication", "yes"); // its name until 8.7
  if (value_of(settings, "kbdinteractiveauthentication", former.c_str()) == "yes" && value_of(settings, "usepam", "no") == "yes")
    return "kbdinteractiveauthentication yes, usepam yes";
  return {};
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
  const std::string password = password_setting(settings);
  const std::string root = "permitrootlogin " + value_of(settings, "permitrootlogin", "prohibit-password");
  if (password.empty())
    notes.pass("host-sshd-password", evidence("no passwords"));
  else
    notes.fail("host-sshd-password", Side::daemon, evidence(password), config_file);
  if (root != "permitrootlogin yes")
    return notes.pass("host-sshd-root", evidence(root));
  Finding& finding =
      notes.fail("host-sshd-root", Side::daemon, evidence(root + (password.empty() ? "" : ", " + password)), config_file);
  if (!password.empty())
    finding.severity = Severity::high;
}

} // namespace dockpki::app
