#include <dockpki/base/error.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/shell.hpp>

#include "choice.hpp"
#include "command.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::optional<std::string> host;
  std::optional<std::string> certificate;
  std::optional<std::string> shell;
  bool unset = false;
};

/// The one that is named, else the user's.
report::Shell find_shell(const std::optional<std::string>& named, const files::Path& own) {
  if (named) {
    if (const auto shell = report::parse_shell(*named))
      return *shell;
    refuse_choice("shell", *named, report::shell_names);
  }
  const std::string program = own.filename().string();
  if (program.empty() || program == "sh" || program == "dash" || program == "ksh")
    return report::Shell::bash; // the same words
  if (const auto shell = report::parse_shell(program == "pwsh" ? "powershell" : program))
    return *shell;
  throw Error(Errc::usage, "failed to write for the shell '" + x509::printable(program) + "': its words are not known",
              "give --shell bash, zsh, fish or powershell");
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  auto* host =
      command.add_option("--host", arguments->host, "Where the daemon listens: tcp://docker.example.com:2376")->type_name("HOST");
  auto* certificate =
      command.add_option("--cert", arguments->certificate, "Folder with ca.pem, cert.pem and key.pem [the home's client set]")
          ->type_name("DIR");
  command.add_option("--shell", arguments->shell, "bash, zsh, fish or powershell [by SHELL]")->type_name("SHELL");
  command.add_flag("--unset", arguments->unset, "Write the lines that take the variables back")
      ->excludes(host)
      ->excludes(certificate);
  invocation.on(command, [arguments](Invocation& run) {
    const app::Context context = run.context();
    const report::Shell shell = find_shell(arguments->shell, context.caller.shell);
    std::optional<app::DockerEnvironment> environment;
    if (!arguments->unset) {
      app::DockerEnvironmentOptions options{.host = std::nullopt, .certificate = arguments->certificate};
      if (arguments->host)
        options.host = net::Endpoint::parse(*arguments->host);
      environment = app::docker_environment(context, options);
    }
    const auto lines = [&] { return environment ? report::shell_lines(*environment, shell) : report::unset_lines(shell); };
    run.report(lines, [&] { return report::json(environment); });
    return ExitCode::done;
  });
}

} // namespace

const Command& env_command() {
  static const Command command{
      .name = "env",
      .group = "Docker",
      .summary = "write the lines that point a shell's docker to a daemon",
      .description =
          "Writes lines for the shell to run: they set DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or take them back. "
          "Without --host, DOCKER_HOST is left as it is; docker then takes tcp://localhost:2376 if it is not set.\n\n"
          "DOCKER_HOST goes before every docker context. In a context, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH are of no "
          "effect.",
      .examples = {{"eval \"$(dockpki env --host tcp://docker.example.com:2376)\"", "in bash and zsh"},
                   {"dockpki env --host tcp://docker.example.com:2376 --shell fish | source", "in fish"},
                   {"dockpki env --shell powershell | Out-String | Invoke-Expression", "in PowerShell"},
                   {"eval \"$(dockpki env --unset)\"", "back to what it was without"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
