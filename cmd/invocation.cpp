#include "invocation.hpp"

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

#include <dockpki/net/local_names.hpp>

#include "command.hpp"
#include "console.hpp"
#include "diagnostics.hpp"

namespace dockpki::cmd {
namespace {

/// The value of an environment variable; none if it is unset or empty.
std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nothing writes the environment
  if (value == nullptr || *value == '\0')
    return std::nullopt;
  return value;
}

files::Path user_home(const passwd* user) {
  if (auto home = variable("HOME"))
    return *home;
  if (user == nullptr)
    throw Error(Errc::usage, "failed to find your home folder: HOME is not set", "say where the PKI home is: --home DIR");
  return user->pw_dir;
}

app::Caller find_caller() {
  const passwd* user = ::getpwuid(::geteuid());
  app::Caller caller;
  caller.user = user != nullptr ? user->pw_name : "uid-" + std::to_string(::geteuid());
  if (::geteuid() == 0)
    caller.sudo_user = variable("SUDO_USER").value_or("");
  if (caller.sudo_user == caller.user)
    caller.sudo_user.clear();
  caller.host = net::host_name();
  caller.working_folder = std::filesystem::current_path();
  caller.shell = variable("SHELL").value_or("");
  caller.docker = {.cert_path = variable("DOCKER_CERT_PATH"),
                   .config = variable("DOCKER_CONFIG"),
                   .home = user_home(user),
                   .host = variable("DOCKER_HOST"),
                   .context = variable("DOCKER_CONTEXT")};
  return caller;
}

/// As a shell reads it as one word.
std::string shell_word(const std::string& text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:=@%";
  if (text.find_first_not_of(plain) == std::string::npos)
    return text;
  std::string word = "'";
  for (const char c : text)
    word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

} // namespace

void Invocation::add_global_options(CLI::App& app) {
  app.add_option("--home", globals_.home, "The PKI home [DOCKPKI_HOME, else ~/.dockpki]")->type_name("DIR");
  app.add_option("--passphrase-file", globals_.passphrase.file,
                 "File whose first line is the passphrase [DOCKPKI_PASSPHRASE_FILE]")
      ->type_name("FILE");
  app.add_option("--passphrase-fd", globals_.passphrase.fd, "File descriptor to read the passphrase from")->type_name("N");
  app.add_flag("--json", globals_.json, "Report as one JSON document");
  app.add_flag("-v,--verbose", globals_.verbose, "Tell on standard error what happens");
  app.add_option("--log-file", globals_.log_file, "Append the same, and all failures, to this file")->type_name("FILE");
}

void Invocation::on(CLI::App& command, Action action) {
  command.callback([this, &command, action = std::move(action)] {
    command_ = command.get_name();
    action_ = action;
  });
}

ExitCode Invocation::run() {
  if (globals_.passphrase.file && globals_.passphrase.fd)
    throw Error(Errc::usage, "failed to read the command line: --passphrase-file and --passphrase-fd exclude each other",
                "give one of them");
  start_diagnostics({.verbose = globals_.verbose, .file = globals_.log_file, .level = "debug"});
  log_info("dockpki " DOCKPKI_VERSION " " + command_);
  try {
    return action_(*this);
  } catch (const Error& error) {
    const PassphraseSource source = passphrase_source();
    if (error.code() != Errc::wrong_passphrase || !source.file || !error.hint().empty())
      throw;
    throw Error(error.code(), error.what(),
                "it was read from '" + *source.file + "' (--passphrase-file or DOCKPKI_PASSPHRASE_FILE)");
  }
}

PassphraseSource Invocation::passphrase_source() const {
  PassphraseSource source = globals_.passphrase;
  if (!source.given())
    source.file = variable("DOCKPKI_PASSPHRASE_FILE");
  if (const auto credentials = variable("CREDENTIALS_DIRECTORY"); !source.given() && credentials) {
    const files::Path path = files::Path(*credentials) / "dockpki-passphrase";
    if (std::error_code error; std::filesystem::exists(path, error))
      source.file = path.string();
  }
  return source;
}

files::Path Invocation::home() const {
  if (globals_.home && globals_.home->empty())
    throw Error(Errc::usage, "failed to use the PKI home '': it is empty", "give --home DIR");
  const std::optional<std::string> named = globals_.home ? globals_.home : variable("DOCKPKI_HOME");
  const files::Path home = named ? files::Path(*named) : user_home(::getpwuid(::geteuid())) / ".dockpki";
  files::Path path = std::filesystem::absolute(home).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

std::string Invocation::repeat_home(std::string text) const {
  if (!globals_.home || globals_.home->empty())
    return text;
  const std::string option = " --home " + shell_word(*globals_.home);
  for (const Command& command : commands()) {
    if (command.name == "make-request")
      continue; // it runs on another machine, and needs no home
    const std::string words = "dockpki " + std::string(command.name);
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
      const std::string_view rest = std::string_view(text).substr(at + words.size());
      const bool is_command = rest.empty() || rest.front() == ' ' || rest.front() == '\'';
      if (is_command && !rest.starts_with(" --home") && !rest.starts_with(" --help"))
        text.insert(at + words.size(), option);
    }
  }
  return text;
}

app::Context Invocation::context() {
  store::Home opened(home());
  // Settings name files to write to: those of a home that others can write are not even read.
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(opened.root(), error)))
    opened.check();
  app::Settings settings = app::read_settings(opened.settings());
  if (globals_.log_file && settings.log_level)
    start_diagnostics({.verbose = globals_.verbose, .file = globals_.log_file, .level = *settings.log_level});
  else if (!globals_.log_file && settings.log_file)
    start_diagnostics({.verbose = globals_.verbose,
                       .file = (opened.root() / *settings.log_file).string(),
                       .level = settings.log_level.value_or("info")});
  log_info("home " + opened.root().string());
  app::Context context{.home = std::move(opened),
                       .now = now_,
                       .caller = find_caller(),
                       .settings = std::move(settings),
                       .command = command_,
                       .passphrase = {},
                       .tick = {},
                       .advance = {}};
  // A pipe can be read once only, and several authorities may ask: what did not come from the terminal is remembered.
  context.passphrase = [this, known = std::make_shared<std::optional<Secret>>()](const std::string& authority) {
    const PassphraseSource source = passphrase_source();
    if (!source.given())
      return read_passphrase(source, Prompt::once, "Passphrase of authority " + authority, "--passphrase");
    if (!*known)
      *known = read_passphrase(source, Prompt::once, {}, "--passphrase");
    return Secret::copy_of((*known)->bytes());
  };
  context.tick = [progress = std::make_shared<Progress>("generating an RSA key")] { progress->tick(); };
  context.advance = [progress = std::make_shared<Progress>("renewing")](std::size_t done, std::size_t total) {
    progress->advance(done, total);
  };
  return context;
}

Secret Invocation::new_passphrase() const {
  return read_passphrase(passphrase_source(), Prompt::twice, "New passphrase for the authority's key", "--passphrase");
}

void Invocation::write(const std::string& result) {
  write_result(result);
}

} // namespace dockpki::cmd
