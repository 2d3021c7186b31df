// Why: a variable that nobody remembers was set years ago, in one of the files that a login reads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/audited_machine.hpp"

namespace dockpki::app {

/// SetVariable is an assignment and where it stands.
struct SetVariable {
  std::string value;
  files::Path file; ///< as the machine sees it; empty: the caller's environment
};
using SetVariables = std::map<std::string, SetVariable>;

/// How a file is read: by a shell, by pam_env(8) (/etc/environment), or by environment.d(5).
enum class VariableSyntax { shell, pam, systemd };

/// assignments_in reads the lines `export NAME=value` (shell) or `NAME=value` (others) of one word each. What a shell would have
/// to run is left out. `home` is what ~ and $HOME stand for where they are expanded.
std::map<std::string, std::string> assignments_in(std::string_view text, VariableSyntax syntax, const std::string& home);

/// login_variables gives those of interest to Docker that a login of `user` sets, the last file wins. What cannot be read is
/// noted.
SetVariables login_variables(const AuditedMachine& machine, const LocalUser& user, AuditNotes& notes);

/// Does Docker, or what uses its API from Python, look at it?
bool is_of_interest(std::string_view name);

} // namespace dockpki::app
