// Why: every command is described once, here, and help, man pages and shell completion all come from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "invocation.hpp"

namespace dockpki::cmd {

struct Example {
  std::string_view command;
  std::string_view what;
};

struct Command {
  std::string_view name;
  std::string_view group;
  std::string_view summary;     ///< one line, lower-case verb first, no full stop
  std::string_view description; ///< paragraphs
  std::vector<Example> examples;
  void (*configure)(CLI::App&, Invocation&); ///< adds the options and says what is done
};

/// All commands, in the order of the help.
const std::vector<Command>& commands();

const Command& init_ca_command();
const Command& issue_server_command();
const Command& issue_client_command();
const Command& make_request_command();
const Command& sign_request_command();
const Command& import_ca_command();
const Command& import_command();
const Command& status_command();
const Command& list_command();
const Command& show_command();
const Command& verify_command();
const Command& probe_command();
const Command& renew_command();
const Command& forget_command();
const Command& export_command();
const Command& schedule_command();
const Command& log_command();
const Command& revoke_command();
const Command& rotate_ca_command();
const Command& make_crl_command();
const Command& change_passphrase_command();
const Command& backup_command();
const Command& restore_command();
const Command& repair_command();
const Command& configure_daemon_command();
const Command& configure_client_command();
const Command& audit_command();
const Command& env_command();
const Command& explain_command();
const Command& version_command();

/// build_app makes the whole command line. Only `wanted` gets its options, or every command if it is empty: what is not used
/// costs nothing.
void build_app(CLI::App& app, Invocation& invocation, std::string_view wanted);

} // namespace dockpki::cmd
