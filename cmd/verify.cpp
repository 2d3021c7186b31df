#include <algorithm>
#include <array>
#include <filesystem>

#include <dockpki/app/verify.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "choice.hpp"
#include "command.hpp"
#include "predict_options.hpp"

namespace dockpki::cmd {
namespace {

constexpr std::array sides = {std::string_view("client"), std::string_view("server"), std::string_view("both")};

struct Arguments {
  std::vector<std::string> paths;
  std::string client;
  std::string server;
  std::string host;
  std::optional<std::string> side; ///< one of `sides`
  PredictArguments predict;
};

/// The sets in a folder, those that are asked about.
void look_into(const files::Path& folder, const std::optional<std::string>& side, app::SetQuestion& question) {
  const bool has_client = app::holds_set(folder, docker::client_layout);
  const bool has_server = app::holds_set(folder, docker::server_layout);
  if (side != "server" && has_client)
    question.client = app::files_in(folder, docker::client_layout);
  if (side == "client" || question.server)
    return;
  if (has_server)
    question.server = app::files_in(folder, docker::server_layout);
  else if (side == "server" && has_client) // a server's set under a client's names, as docker-in-docker writes it
    question.server = app::files_in(folder, docker::client_layout);
}

/// The set that the files are.
void recognize(const Arguments& arguments, app::SetQuestion& question) {
  const app::RecognizedSet set = app::recognize_set({arguments.paths.begin(), arguments.paths.end()});
  const std::string& side = arguments.side.value_or("");
  if (side == "client" || side == "both" || (side.empty() && set.is_of_client && (question.server || question.host.empty())) ||
      (side.empty() && !set.is_of_server))
    question.client = set.files;
  if (!question.server && (side == "server" || side == "both" || (side.empty() && !question.client)))
    question.server = set.files;
}

std::string nothing_found(const std::optional<std::string>& side) {
  return side == "client" ? "no cert.pem lies there" : "neither cert.pem nor server-cert.pem lies there";
}

ExitCode verify_sets(const Arguments& arguments, Invocation& run) {
  if (arguments.side && std::ranges::find(sides, *arguments.side) == sides.end())
    refuse_choice("side", *arguments.side, sides);
  const app::JudgedBy daemon = daemon_judged_by(arguments.predict);
  const app::JudgedBy client = client_judged_by(arguments.predict);
  app::SetQuestion question{
      .server = {}, .client = {}, .host = arguments.host, .daemon_version = daemon.version, .client_version = client.version};
  if (!arguments.server.empty())
    question.server = app::files_in(arguments.server, docker::server_layout);
  const std::string& first = arguments.paths.front();
  if (arguments.paths.size() == 1 && !std::filesystem::is_regular_file(first))
    look_into(first, arguments.side, question);
  else
    recognize(arguments, question);
  if (!question.client && !question.server)
    throw Error(Errc::not_found, "failed to verify '" + first + "': " + nothing_found(arguments.side),
                "name the folder of a set, or give whole command lines with --dockerd and --docker");
  if (question.server && question.host.empty())
    throw Error(Errc::usage, "failed to verify a server's set: for which host?", "--host NAME, as clients dial it");
  app::Prediction prediction = app::verify_sets(question, run.now());
  prediction.daemon_by = daemon;
  prediction.client_by = client;
  return report_prediction(prediction, arguments.predict, run);
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("DIR_OR_FILES", arguments->paths,
                     "Folder of a client's or a server's set, or of both; or the three files of a set, in any order");
  command.add_option("--host", arguments->host, "The name or address by which clients dial the server")->type_name("HOST");
  command.add_option("--handshake", arguments->client, "Folder with the client's set: ca.pem, cert.pem, key.pem")
      ->type_name("DIR");
  command.add_option("--server", arguments->server, "Folder with the server's set: ca.pem, server-cert.pem, server-key.pem")
      ->type_name("DIR");
  command
      .add_option(
          "--as", arguments->side,
          "Whose verdict: client, server or both [of a folder, of what lies in it; of files, what the certificate is for]")
      ->type_name("SIDE");
  add_predict_options(command, arguments->predict);
  invocation.on(command, [arguments](Invocation& run) {
    const int ways =
        (arguments->paths.empty() ? 0 : 1) + (arguments->predict.dockerd ? 1 : 0) + (arguments->client.empty() ? 0 : 1);
    if (ways > 1)
      throw Error(Errc::usage, "failed to verify: a folder or files, --handshake and --dockerd are three questions",
                  "ask one at a time");
    if (arguments->side && arguments->paths.empty())
      throw Error(Errc::usage, "failed to verify: --as is about a folder or files", "name them, or leave it out");
    if (!arguments->paths.empty())
      return verify_sets(*arguments, run);
    if (arguments->predict.dockerd)
      return predict(arguments->predict, run);
    if (arguments->client.empty() || arguments->server.empty())
      throw Error(Errc::usage, "failed to verify: two sets, or a set-up, are wanted",
                  "name a folder and --host, give --handshake and --server, or --dockerd");
    const std::vector<app::Check> checks = app::verify_handshake(arguments->client, arguments->server, run.now());
    run.report([&] { return report::text(checks); }, [&] { return report::json(checks); });
    return std::ranges::all_of(checks, &app::Check::ok) ? ExitCode::done : ExitCode::findings;
  });
}

} // namespace

const Command& verify_command() {
  static const Command command{
      .name = "verify",
      .group = "Docker",
      .summary = "prove that two sets fit together, or predict a set-up",
      .description =
          "With a folder, or with the files of a set, says whether Docker takes it for this host: by the rules of Docker's Go in "
          "the versions that are named, else in those that are installed here, else in 29, with Docker's words and a remedy. "
          "With "
          "the sets of both sides (--server DIR), whether the client gets in.\n"
          "With --handshake, runs both sides of mutual TLS handshakes in this process, with the files and over no network: "
          "the client must get in by every name of the server; no certificate, a client of a foreign authority and the "
          "server's own certificate must not. OpenSSL does the handshakes; Docker's own Go is stricter in some points that "
          "certificates made by dockpki never touch.\n"
          "With --dockerd, and --docker, predicts what Docker would do: would dockerd start with these flags, variables and "
          "this daemon.json, on which port and with which TLS, and would docker get in? The verdict is that of Docker's Go, for "
          "the versions that are named, and comes with Docker's words and a remedy. Nothing is started, and no connection is "
          "made. "
          "Variables are written before the program, as for a shell; docker has those of this shell unless "
          "--environment says otherwise.\n"
          "Exit code 3 if Docker refuses, or something is wrong of the severity of --fail-on or above.",
      .examples = {{"dockpki verify ~/.docker --server /etc/docker/tls --host docker.example.com", "would Docker let it in?"},
                   {"dockpki verify /etc/docker/tls --host 10.0.0.1 --client-version 20.10", "the server's set alone"},
                   {"dockpki verify ca.pem server.crt server.key --host 10.0.0.1", "files, whatever they are called"},
                   {"dockpki verify --handshake ~/.docker --server /etc/docker/tls", "own client in, all others out"},
                   {"dockpki verify --dockerd 'dockerd -H fd://' --docker 'docker version'", "would this work?"},
                   {"dockpki verify --dockerd dockerd --daemon-json new.json", "before it is installed"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
