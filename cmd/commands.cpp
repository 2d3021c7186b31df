#include <set>
#include <sstream>

#include "command.hpp"
#include "console.hpp"

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

/// The help, no line of it wider than the terminal, in this program's own words.
class HelpFormatter : public CLI::Formatter {
public:
  HelpFormatter() {
    label("SUBCOMMAND", "COMMAND");
    label("Positionals", "Arguments");
  }

  [[nodiscard]] std::string make_description(const CLI::App* app) const override {
    return wrapped(app->get_description()) + '\n';
  }
  [[nodiscard]] std::string make_footer(const CLI::App* app) const override { return wrapped(app->get_footer()); }
  [[nodiscard]] std::string make_subcommand(const CLI::App* command) const override {
    constexpr std::size_t column = 21; // behind the longest name
    return row(command->get_name(), command->get_description(), column);
  }
  [[nodiscard]] std::string make_option(const CLI::Option* option, bool is_positional) const override {
    constexpr std::size_t column = 27; // behind "--passphrase-file FILE"
    std::string name = make_option_name(option, is_positional);
    if (!is_positional && option->get_items_expected_max() > 0)
      name += ' ' + option->get_type_name();
    std::string text = option->get_description();
    if (option->get_required())
      text += " (required)";
    std::set<std::string> others;
    for (const CLI::Option* other : option->get_excludes())
      others.insert(other->get_name());
    std::string before = " (not together with ";
    for (const std::string& other : others) {
      text += before + other;
      before = " or ";
    }
    if (!others.empty())
      text += ')';
    return row(name, text, column);
  }

private:
  /// Puts the words of a line into lines that fit, the further ones behind `column` blanks. What begins with a blank stands as
  /// it is: it is a command, to be copied.
  static std::string wrapped_line(const std::string& line, std::size_t column) {
    if (line.starts_with(' '))
      return line + '\n';
    const std::size_t width = text_width();
    std::istringstream words(line);
    std::string text;
    std::size_t used = column;
    for (std::string word; words >> word; used += word.size()) {
      if (used > column && used + 1 + word.size() > width) {
        text += '\n' + std::string(column, ' ');
        used = column;
      } else if (used > column) {
        text += ' ';
        ++used;
      }
      text += word;
    }
    return text + '\n';
  }

  static std::string wrapped(const std::string& text) {
    std::istringstream lines(text);
    std::string all;
    for (std::string line; std::getline(lines, line);)
      all += wrapped_line(line, 0);
    return all;
  }

  /// A name and, behind `column`, what it means; on a line of its own where the name is too long.
  static std::string row(const std::string& name, const std::string& meaning, std::size_t column) {
    std::string lead = "  " + name;
    if (lead.size() + 2 > column)
      lead += '\n' + std::string(column, ' ');
    else
      lead.resize(column, ' ');
    return lead + wrapped_line(meaning, column);
  }
};

} // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {init_ca_command(),
                                           issue_server_command(),
                                           issue_client_command(),
                                           make_request_command(),
                                           sign_request_command(),
                                           import_ca_command(),
                                           import_command(),
                                           status_command(),
                                           list_command(),
                                           show_command(),
                                           renew_command(),
                                           forget_command(),
                                           export_command(),
                                           schedule_command(),
                                           revoke_command(),
                                           make_crl_command(),
                                           rotate_ca_command(),
                                           configure_daemon_command(),
                                           configure_client_command(),
                                           env_command(),
                                           verify_command(),
                                           probe_command(),
                                           audit_command(),
                                           explain_command(),
                                           log_command(),
                                           change_passphrase_command(),
                                           backup_command(),
                                           restore_command(),
                                           repair_command(),
                                           version_command()};
  return all;
}

void build_app(CLI::App& app, Invocation& invocation, std::string_view wanted) {
  app.description("Makes and looks after the certificates of Docker mutual TLS.");
  app.formatter(std::make_shared<HelpFormatter>());
  app.fallthrough(); // both before the subcommands, which inherit them: global options may stand behind the command
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
