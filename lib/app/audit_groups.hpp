// Why: who may write a folder, or talk to dockerd, may be said by a group.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "app/audited_machine.hpp"

namespace dockpki::app {

/// Groups are those of the machine's own group and passwd; a directory service (LDAP, sssd) is not asked.
struct Groups {
  std::map<std::string, gid_t> ids;
  std::map<gid_t, std::set<std::string>> members; ///< those whose first group it is as well
  std::string trouble;                            ///< why they could not be read; ""

  /// Is nobody but `user` in that group?
  [[nodiscard]] bool is_private(gid_t group, const std::string& user) const;
};
Groups read_groups(const AuditedMachine& machine);

} // namespace dockpki::app
