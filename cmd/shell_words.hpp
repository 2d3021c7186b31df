// Why: a command line that was copied from a unit or a shell is to be read as it would be run, and not run.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dockpki::cmd {

/// CommandLine is a command as a shell has it: "NAME=VALUE ... program words".
struct CommandLine {
  std::map<std::string, std::string> variables; ///< that stand before the program
  std::string program;
  std::vector<std::string> arguments;
};

/// parse_command_line takes quotes and backslashes off; it expands nothing. Throws Errc::usage for an open quote and where
/// there is no program. `option` names it in messages.
CommandLine parse_command_line(std::string_view text, std::string_view option);

} // namespace dockpki::cmd
