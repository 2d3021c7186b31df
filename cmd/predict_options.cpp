#include "predict_options.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <sstream>

#include <unistd.h>

#include <dockpki/files/as_user.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "choice.hpp"
#include "input.hpp"
#include "shell_words.hpp"

namespace dockpki::cmd {
namespace {

constexpr std::array severities = {std::string_view("low"), std::string_view("medium"), std::string_view("high"),
                                   std::string_view("critical")};

void add_variable(docker::Environment& environment, const std::string& line) {
  if (const std::size_t equals = line.find('='); equals != std::string::npos && equals > 0)
    environment[line.substr(0, equals)] = line.substr(equals + 1);
}

docker::Environment read_environment(const std::string& file) {
  docker::Environment environment;
  std::istringstream lines{std::string(read_input(file, "environment").text())};
  for (std::string line; std::getline(lines, line);)
    add_variable(environment, line);
  return environment;
}

std::string home_in(const docker::Environment& environment) {
  const auto found = environment.find("HOME");
  return found == environment.end() ? "" : found->second;
}

docker::DaemonInput daemon_input(const PredictArguments& arguments, goverify::DockerVersion version) {
  const CommandLine line = parse_command_line(*arguments.dockerd, "--dockerd");
  docker::DaemonInput daemon{.arguments = line.arguments,
                             .environment = line.variables,
                             .home = home_in(line.variables),
                             .config = std::nullopt,
                             .release = version};
  if (daemon.home.empty())
    daemon.home = "/root"; // systemd starts services of the system so
  if (arguments.daemon_json) {
    daemon.config = read_input(*arguments.daemon_json, "daemon.json").text();
    return daemon;
  }
  docker::GoRead file = docker::read_as_go(docker::daemon_config_file(daemon.arguments, daemon.release));
  if (file.contents)
    daemon.config = file.contents->text();
  else if (!file.is_missing)
    throw Error(Errc::io, "failed to read dockerd's configuration: " + file.error, "give its contents with --daemon-json");
  return daemon;
}

docker::ClientInput client_input(const PredictArguments& arguments, goverify::DockerVersion version) {
  CommandLine line = parse_command_line(*arguments.docker, "--docker");
  docker::Environment environment = arguments.environment ? read_environment(*arguments.environment) : own_environment();
  line.variables.merge(environment);
  docker::ClientInput client{
      .arguments = std::move(line.arguments), .environment = std::move(line.variables), .home = {}, .release = version};
  client.home = home_in(client.environment);
  if (client.home.empty())
    client.home = !arguments.user.empty() ? files::home_folder(arguments.user) : home_in(own_environment());
  return client;
}

} // namespace

docker::Environment own_environment() {
  docker::Environment environment;
  for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable)
    add_variable(environment, *variable);
  return environment;
}

app::JudgedBy daemon_judged_by(const PredictArguments& arguments) {
  return app::judged_by(arguments.daemon_version, "dockerd", own_environment());
}

app::JudgedBy client_judged_by(const PredictArguments& arguments) {
  return app::judged_by(arguments.client_version, "docker", own_environment());
}

void add_predict_options(CLI::App& command, PredictArguments& arguments) {
  command
      .add_option("--fail-on", arguments.fail_on,
                  "Exit with 3 from this severity on, or if Docker refuses: low, medium, high, critical [high]")
      ->type_name("SEVERITY");
  command.add_option("--dockerd", arguments.dockerd, "How dockerd is started: 'NAME=VALUE dockerd --tlsverify ...'")
      ->type_name("COMMAND");
  command
      .add_option("--daemon-json", arguments.daemon_json, "What dockerd finds in its configuration file, whatever that is called")
      ->type_name("FILE");
  command.add_option("--docker", arguments.docker, "How docker is run: 'docker --tlsverify version'")->type_name("COMMAND");
  command.add_option("--environment", arguments.environment, "docker's variables, NAME=VALUE a line [those of this shell]")
      ->type_name("FILE");
  command.add_option("--as-user", arguments.user, "Who runs docker: may they read the files?")->type_name("USER");
  command.add_option("--hosts", arguments.hosts, "As on a machine with loopback alone and these names, as in hosts(5)")
      ->type_name("FILE");
  command
      .add_option("--daemon-version", arguments.daemon_version,
                  "20.10, 28 (for 23.0 to 28) or 29 [what is installed here, else 29]")
      ->type_name("VERSION");
  command
      .add_option("--client-version", arguments.client_version,
                  "20.10, 28 (for 23.0 to 28) or 29 [what is installed here, else 29]")
      ->type_name("VERSION");
}

ExitCode report_prediction(const app::Prediction& prediction, const PredictArguments& arguments, Invocation& run) {
  const auto fail_on = app::parse_severity(arguments.fail_on);
  if (!fail_on)
    refuse_choice("severity", arguments.fail_on, severities);
  run.report([&] { return report::text(prediction); }, [&] { return report::json(prediction); });
  const bool is_well = std::ranges::all_of(prediction.findings, [&](const app::Finding& finding) {
    return finding.blocks == app::Blocks::nothing && finding.severity < *fail_on;
  });
  return is_well ? ExitCode::done : ExitCode::findings;
}

ExitCode predict(const PredictArguments& arguments, Invocation& run) {
  const app::JudgedBy daemon = daemon_judged_by(arguments);
  app::Question question{
      .daemon = daemon_input(arguments, daemon.version), .client = std::nullopt, .client_user = arguments.user};
  std::optional<app::JudgedBy> client;
  if (arguments.docker) {
    client = client_judged_by(arguments);
    question.client = client_input(arguments, client->version);
  }
  std::unique_ptr<docker::World> world;
  if (arguments.hosts)
    world = std::make_unique<docker::QuietWorld>(std::string(read_input(*arguments.hosts, "hosts").text()));
  else
    world = std::make_unique<app::ThisMachine>();
  app::Prediction prediction = app::predict(question, *world, run.now());
  prediction.daemon_by = daemon;
  prediction.client_by = client;
  return report_prediction(prediction, arguments, run);
}

} // namespace dockpki::cmd
