// Variables decide where docker goes, and some do not do what their names say.
#include <algorithm>
#include <array>
#include <set>

#include <dockpki/x509/names.hpp>

#include "app/audit_client_plan.hpp"
#include "app/audit_clients.hpp"
#include "app/audit_login_variables.hpp"
#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

class VariableAudit {
public:
  VariableAudit(const AuditedMachine& machine, AuditNotes& notes) : machine_(machine), notes_(notes) {}

  void look_at_caller(const LocalUser& user) {
    SetVariables variables;
    for (const auto& [name, value] : machine_.environment)
      if (is_of_interest(name))
        variables[name] = {value, {}};
    // Of the rest docker looks at the proxies, and Go at GODEBUG.
    judge(user, x509::printable(user.name) + ", this environment", variables, machine_.environment);
  }

  void look_at_login(const LocalUser& user) {
    SetVariables variables = login_variables(machine_, user, notes_);
    if (caller_of(machine_) != &user || !std::ranges::all_of(variables, [this](const auto& one) { return is_set(one); }))
      judge(user, x509::printable(user.name) + ", at login", std::move(variables), {});
  }

private:
  /// Does the caller's environment say the same?
  [[nodiscard]] bool is_set(const SetVariables::value_type& one) const {
    const auto found = machine_.environment.find(one.first);
    return found != machine_.environment.end() && found->second == one.second.value;
  }

  void judge(const LocalUser& user, const std::string& who, SetVariables variables, docker::Environment environment) {
    bundles(who, variables);
    folders(who, variables);
    for (const auto& [name, variable] : variables)
      environment[name] = variable.value;
    for (const char* folder : {"DOCKER_CONFIG", "DOCKER_CERT_PATH"})
      if (!environment[folder].starts_with('/'))
        environment.erase(folder); // told already; where docker would look depends on where it is started
    const files::Path file = variables.contains("DOCKER_HOST") ? variables["DOCKER_HOST"].file
                             : variables.empty()               ? files::Path()
                                                               : variables.begin()->second.file;
    judge_client(machine_,
                 {.user = &user,
                  .check = "env-host-form",
                  .who = who,
                  .file = file,
                  .config = {},
                  .context = {},
                  .environment = std::move(environment)},
                 notes_);
  }

  /// What stands in a file that everybody reads is told once.
  void fail(const char* id, const std::string& who, const std::string& name, const SetVariable& variable) {
    if (!variable.file.empty() && !told_.insert(variable.file.string() + name + id).second)
      return;
    notes_.fail(id, Side::client,
                (variable.file.empty() ? who : x509::printable(variable.file.string())) + ": " + name + '=' +
                    x509::printable(variable.value),
                variable.file);
  }

  void bundles(const std::string& who, const SetVariables& variables) {
    for (const char* name : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
      if (const auto found = variables.find(name); found != variables.end() && !found->second.value.empty())
        fail("env-requests-bundle", who, name, found->second);
  }

  void folders(const std::string& who, const SetVariables& variables) {
    for (const char* name : {"DOCKER_CERT_PATH", "DOCKER_CONFIG"})
      if (const auto found = variables.find(name);
          found != variables.end() && !found->second.value.empty() && !found->second.value.starts_with('/'))
        fail("env-certpath", who, name, found->second);
  }

  const AuditedMachine& machine_;
  AuditNotes& notes_;
  std::set<std::string> told_;
};

} // namespace

void audit_variables(const AuditedMachine& machine, AuditNotes& notes) {
  VariableAudit audit(machine, notes);
  if (const LocalUser* caller = caller_of(machine))
    audit.look_at_caller(*caller);
  for (const LocalUser& user : machine.users)
    audit.look_at_login(user);
}

} // namespace dockpki::app
