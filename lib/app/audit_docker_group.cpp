#include <set>

#include <dockpki/x509/names.hpp>

#include "app/audit_groups.hpp"
#include "app/audit_host.hpp"

namespace dockpki::app {
namespace {

constexpr const char* id = "host-docker-group";

std::string names(const std::set<std::string>& all) {
  std::string text;
  for (const std::string& name : all)
    text += (text.empty() ? "" : ", ") + x509::printable(name);
  return text;
}

/// The groups that the daemons give their sockets to.
std::set<std::string> socket_groups(const AuditedMachine& machine) {
  std::set<std::string> all{"docker"};
  for (const AuditedDaemon& daemon : machine.daemons)
    if (daemon.user == 0 && !daemon.plan.group.empty())
      all.insert(daemon.plan.group);
  return all;
}

} // namespace

void audit_docker_group(const AuditedMachine& machine, AuditNotes& notes) {
  const Groups groups = read_groups(machine);
  if (!groups.trouble.empty())
    return notes.unknown(id, groups.trouble);
  for (const std::string& name : socket_groups(machine)) {
    const std::string shown = "group " + x509::printable(name);
    const auto group = groups.ids.find(name);
    if (group == groups.ids.end()) {
      notes.not_applicable(id, "there is no " + shown + " in /etc/group; a directory service was not asked");
      continue;
    }
    std::set<std::string> members =
        groups.members.contains(group->second) ? groups.members.at(group->second) : std::set<std::string>{};
    members.erase("root");
    if (members.empty())
      notes.pass(id, shown + ": nobody in /etc/group and /etc/passwd; a directory service was not asked");
    else
      notes.fail(id, Side::daemon, shown + ": " + names(members) + "; a directory service was not asked", "/etc/group");
  }
}

} // namespace dockpki::app
