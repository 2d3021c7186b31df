#include <algorithm>

#include <dockpki/app/verify.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "predict_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::optional<std::string> folder;
  std::string client;
  std::string server;
  std::string host;
  PredictArguments predict;
};

ExitCode verify_sets(const Arguments& arguments, Invocation& run) {
  app::SetQuestion question{.server = {},
                            .client = {},
                            .host = arguments.host,
                            .daemon_version = docker_version_of(arguments.predict.daemon_version),
                            .client_version = docker_version_of(arguments.predict.client_version)};
  const files::Path folder = *arguments.folder;
  if (app::holds_set(folder, docker::client_layout))
    question.client = app::files_in(folder, docker::client_layout);
  if (!arguments.server.empty())
    question.server = app::files_in(arguments.server, docker::server_layout);
  else if (app::holds_set(folder, docker::server_layout))
    question.server = app::files_in(folder, docker::server_layout);
  if (!question.client && !question.server)
    throw Error(Errc::not_found, "failed to verify '" + folder.string() + "': neither cert.pem nor server-cert.pem lies there",
                "name the folder of a set, or give whole command lines with --dockerd and --docker");
  if (question.server && question.host.empty())
    throw Error(Errc::usage, "failed to verify a server's set: for which host?", "--host NAME, as clients dial it");
  return report_prediction(app::verify_sets(question, run.now()), run);
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("DIR", arguments->folder, "Folder of a client's or a server's set, or of both");
  command.add_option("--host", arguments->host, "The name or address by which clients dial the server")->type_name("HOST");
  command.add_option("--handshake", arguments->client, "Folder with the client's set: ca.pem, cert.pem, key.pem")
      ->type_name("DIR");
  command.add_option("--server", arguments->server, "Folder with the server's set: ca.pem, server-cert.pem, server-key.pem")
      ->type_name("DIR");
  add_predict_options(command, arguments->predict);
  invocation.on(command, [arguments](Invocation& run) {
    if (arguments->folder)
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
          "With DIR, says whether Docker takes the set in it, for this host: by the rules of Docker's Go in the versions that "
          "are "
          "named, with Docker's words and a remedy. With the sets of both sides (--server DIR), whether the client gets in.\n"
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
          "Exit code 3 if something is wrong.",
      .examples = {{"dockpki verify ~/.docker --server /etc/docker/tls --host docker.example.com", "would Docker let it in?"},
                   {"dockpki verify /etc/docker/tls --host 10.0.0.1 --client-version 20.10", "the server's set alone"},
                   {"dockpki verify --handshake ~/.docker --server /etc/docker/tls", "own client in, all others out"},
                   {"dockpki verify --dockerd 'dockerd -H fd://' --docker 'docker version'", "would this work?"},
                   {"dockpki verify --dockerd dockerd --daemon-json new.json", "before it is installed"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
