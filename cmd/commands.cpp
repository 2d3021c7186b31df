#include "command.hpp"

namespace dockpki::cmd {
namespace {

std::string footer_of(const Command& command) {
  std::string text;
  if (!command.examples.empty())
    text += "Examples:\n";
  for (const Example& example : command.examples)
    text += "  " + std::string(example.command) + "\n      " + std::string(example.what) + '\n';
  return text;
}

std::string exit_code_text() {
  std::string text = "Exit codes:\n";
  for (const ExitCodeMeaning& entry : exit_codes) {
    std::string code = std::to_string(static_cast<int>(entry.code));
    code.resize(5, ' ');
    text += "  " + code + std::string(entry.meaning) + '\n';
  }
  return text;
}

} // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {init_ca_command(),
                                           issue_server_command(),
                                           issue_client_command(),
                                           make_request_command(),
                                           sign_request_command(),
                                           status_command(),
                                           list_command(),
                                           show_command(),
                                           verify_command(),
                                           log_command(),
                                           change_passphrase_command(),
                                           repair_command(),
                                           version_command()};
  return all;
}

void build_app(CLI::App& app, Invocation& invocation, std::string_view wanted) {
  app.description("Makes and looks after the certificates of Docker mutual TLS.");
  app.fallthrough(); // must come before the subcommands, which inherit it: global options may stand behind the command
  app.require_subcommand(1);
  invocation.add_global_options(app);
  app.set_help_flag("-h,--help", "Show this help");
  for (const Command& command : commands()) {
    CLI::App* sub =
        app.add_subcommand(std::string(command.name), std::string(command.summary))->group(std::string(command.group));
    if (!wanted.empty() && wanted != command.name)
      continue;
    command.configure(*sub, invocation);
    if (wanted.empty())
      continue; // the list of all commands needs no more than a line each
    sub->description(std::string(command.summary) + ".\n\n" + std::string(command.description));
    sub->footer(footer_of(command) +
                "\nEvery command also takes --home, --passphrase-file, --passphrase-fd, --json, --verbose and --log-file: see "
                "'dockpki --help'.");
  }
  app.footer(exit_code_text() + "\nA word on each command: dockpki COMMAND --help");
}

} // namespace dockpki::cmd
