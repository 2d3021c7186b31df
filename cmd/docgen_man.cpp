// The manual: a page a command and one for the whole, in the format of scdoc(5).
#include <algorithm>
#include <array>

#include <dockpki/docker/set_layout.hpp>
#include <dockpki/store/home.hpp>

#include "docgen.hpp"

namespace dockpki::cmd {
namespace {

struct Entry {
  std::string_view name;
  std::string_view text;
};

/// What dockpki reads from the environment; a test compares the names with the source.
constexpr std::array<Entry, 10> environment = {{
    {"CREDENTIALS_DIRECTORY",
     "Set by systemd(1) for a service: its credential dockpki-passphrase is the passphrase, unless the above say another."},
    {"DOCKPKI_HOME", "The PKI home, unless --home is given."},
    {"DOCKPKI_PASSPHRASE_FILE", "File whose first line is the passphrase, unless --passphrase-file or --passphrase-fd is given."},
    {"DOCKER_CERT_PATH", "Folder where the docker client reads its set, and so where issue-client puts your own."},
    {"DOCKER_CONFIG", "The same, where DOCKER_CERT_PATH is not set; and where docker contexts lie."},
    {"DOCKER_CONTEXT", "The docker context that docker uses: configure-client tells if it goes before the one that it made."},
    {"DOCKER_HOST", "The daemon that docker uses, before every context: configure-client tells so."},
    {"HOME", "Your home folder: ~/.dockpki and ~/.docker lie in it."},
    {"SHELL", "The shell that env writes for, unless --shell is given."},
    {"SUDO_USER", "Set by sudo(8): named in the log, and in a note where a set lands in root's home folder instead of yours."},
}};

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\*_#`~").find(c) != std::string_view::npos)
      escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string bold(std::string_view text) {
  return "*" + escape(text) + "*";
}

std::string underlined(std::string_view text) {
  return "_" + escape(text) + "_";
}

/// A term and, indented below it, what it means.
std::string item(const std::string& term, std::string_view text) {
  return term + "\n\t" + escape(text) + "\n\n";
}

std::string heading(std::string_view text) {
  return "# " + std::string(text) + "\n\n";
}

/// Paragraphs as they stand, each one line.
std::string paragraphs(std::string_view text) {
  return escape(text) + "\n\n";
}

std::string page_begin(const std::string& name) {
  return name + "(1) \"dockpki " DOCKPKI_VERSION "\" \"dockpki manual\"\n\n";
}

std::string option_item(const OptionDoc& option) {
  std::string term;
  for (const std::string& name : option.names)
    term += (term.empty() ? "" : ", ") + (option.operand ? underlined(name) : bold(name));
  if (!option.value.empty())
    term += ' ' + underlined(option.value);
  std::string text = ends_sentence(option.text);
  if (option.required && !option.operand)
    text += " Required.";
  for (const std::string& other : option.excludes)
    text += " Not together with " + other + ".";
  return item(term, text);
}

std::string option_items(const std::vector<OptionDoc>& options) {
  std::string text;
  for (const OptionDoc& option : options)
    text += option_item(option);
  return text;
}

std::string example_items(const Command& command) {
  std::string text;
  for (const Example& example : command.examples)
    text += item(bold(example.command), example.what);
  return text;
}

std::string exit_status() {
  std::string text = heading("EXIT STATUS");
  for (const ExitCodeMeaning& entry : exit_codes)
    text += item(bold(std::to_string(static_cast<int>(entry.code))), entry.meaning);
  return text;
}

std::string synopsis(const CommandDoc& command) {
  std::string text = bold("dockpki " + std::string(command.command->name));
  for (const OptionDoc& option : command.options)
    if (option.required && !option.operand)
      text += ' ' + bold(option.names.front()) + ' ' + underlined(option.value);
  text += " [" + underlined("OPTION") + "]...";
  for (const OptionDoc& option : command.options)
    if (option.operand)
      text += ' ' + underlined(option.names.front()) + (option.repeatable ? "..." : "");
  return text + "\n\n";
}

std::string page_name(const Command& command) {
  return "dockpki-" + std::string(command.name);
}

/// The pages of the other commands of the same group.
std::string see_also(const Documentation& documentation, const Command& command) {
  std::string text = heading("SEE ALSO") + bold("dockpki") + "(1)";
  for (const CommandDoc& other : documentation.commands)
    if (other.command->group == command.group && other.command != &command)
      text += ", " + bold(page_name(*other.command)) + "(1)";
  return text + '\n';
}

Page command_page(const Documentation& documentation, const CommandDoc& doc) {
  const Command& command = *doc.command;
  std::string text = page_begin(page_name(command));
  text += heading("NAME") + escape(page_name(command)) + " - " + escape(command.summary) + "\n\n";
  text += heading("SYNOPSIS") + synopsis(doc);
  text += heading("DESCRIPTION") + paragraphs(command.description);
  if (!doc.options.empty())
    text += heading("OPTIONS") + option_items(doc.options);
  text += heading("OPTIONS OF EVERY COMMAND") + option_items(documentation.globals);
  text += heading("EXAMPLES") + example_items(command);
  text += exit_status() + see_also(documentation, command);
  return {page_name(command) + ".1.scd", text};
}

/// The commands by group, the groups in the order of their first command.
std::string command_list(const Documentation& documentation) {
  std::vector<std::string_view> groups;
  for (const CommandDoc& doc : documentation.commands)
    if (std::ranges::find(groups, doc.command->group) == groups.end())
      groups.push_back(doc.command->group);
  std::string text = heading("COMMANDS");
  for (const std::string_view group : groups) {
    text += "## " + std::string(group) + "\n\n";
    for (const CommandDoc& doc : documentation.commands)
      if (doc.command->group == group)
        text += item(bold(page_name(*doc.command)) + "(1)", doc.command->summary);
  }
  return text;
}

std::string files() {
  const store::Home home("~/.dockpki");
  const auto path = [](const std::filesystem::path& one) { return underlined(one.string()); };
  std::string text = heading("FILES");
  text += item(path(home.settings()), "Settings; see above. It need not exist.");
  text += item(path(home.authority("NAME")), "Certificate (ca.pem) and key (ca-key.pem) of an authority.");
  text += item(path(home.server("NAME")), "What a daemon is given: " + docker::server_layout.ca + ", " +
                                              docker::server_layout.certificate + ", " + docker::server_layout.key + ".");
  text += item(path(home.client("NAME")), "What a user of docker is given: " + docker::client_layout.ca + ", " +
                                              docker::client_layout.certificate + ", " + docker::client_layout.key +
                                              ". Your own lies in ~/.docker.");
  text += item(path(home.inventory()), "The inventory: every certificate that was issued and where it was put.");
  text += item(path(home.log()), "The log, in which every entry seals the one before. The inventory can be rebuilt from it.");
  text += item(path(home.lock_file()), "Held by the one command that is changing the home.");
  return text;
}

std::string settings() {
  std::string text = heading("SETTINGS");
  text += "What a team shares stands in " + bold("dockpki.toml") +
          " in the PKI home. Options beat the environment, which beats this file, which beats the "
          "defaults. A key that is not known is an error.\n\n";
  text += item(bold("[ca]") + ", " + bold("[server]") + ", " + bold("[client]"),
               "lifetime (such as \"90d\"), key (such as \"p384\") and organization (the O of the subject) of what is made.");
  text += item(bold("[renew]"), "before: how long before its end status calls a certificate due.");
  text += item(bold("[log]"), "file: append diagnostics to it, as --log-file does, relative to the home; level, for either file: "
                              "debug, info (the default), "
                              "warning or error.");
  return text;
}

std::string passphrases() {
  return heading("PASSPHRASES") + "The key of an authority is encrypted unless " + bold("--no-passphrase") + " was given to " +
         bold("init-ca") + ". Its passphrase comes from " + bold("--passphrase-fd") + ", " + bold("--passphrase-file") +
         " or the file that " + bold("DOCKPKI_PASSPHRASE_FILE") +
         " names (the first line, at most 1024 octets), else from a prompt where standard input is a terminal. "
         "No option and no variable holds a passphrase itself: others can see those.\n\n";
}

Page main_page(const Documentation& documentation) {
  std::string text = page_begin("dockpki");
  text += heading("NAME") + "dockpki - make and look after the certificates of Docker mutual TLS\n\n";
  text += heading("SYNOPSIS") + bold("dockpki") + ' ' + underlined("COMMAND") + " [" + underlined("OPTION") + "]...\n\n";
  text += heading("DESCRIPTION") + paragraphs(documentation.description);
  text += "Results go to standard output, everything else to standard error. No question is asked unless standard input is a "
          "terminal. Options may "
          "stand before or behind the command.\n\n";
  text += command_list(documentation);
  text += heading("OPTIONS OF EVERY COMMAND") + option_items(documentation.globals);
  text += passphrases() + settings();
  text += heading("ENVIRONMENT");
  for (const Entry& entry : environment)
    text += item(bold(entry.name), entry.text);
  text += files() + exit_status();
  text += heading("EXAMPLES");
  for (const CommandDoc& doc : documentation.commands)
    if (doc.command->group == documentation.commands.front().command->group && !doc.command->examples.empty())
      text += item(bold(doc.command->examples.front().command), doc.command->examples.front().what);
  text += heading("SEE ALSO") + bold("docker") + "(1), " + bold("dockerd") + "(8), " + bold("openssl") + "(1)\n";
  return {"dockpki.1.scd", text};
}

} // namespace

std::vector<Page> man_pages(const Documentation& documentation) {
  std::vector<Page> pages = {main_page(documentation)};
  for (const CommandDoc& doc : documentation.commands)
    pages.push_back(command_page(documentation, doc));
  return pages;
}

} // namespace dockpki::cmd
