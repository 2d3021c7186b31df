#include <algorithm>

#include <dockpki/app/verify.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "predict_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string client;
  std::string server;
  PredictArguments predict;
};

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--handshake", arguments->client, "Folder with the client's set: ca.pem, cert.pem, key.pem")
      ->type_name("DIR");
  command.add_option("--server", arguments->server, "Folder with the server's set: ca.pem, server-cert.pem, server-key.pem")
      ->type_name("DIR");
  add_predict_options(command, arguments->predict);
  invocation.on(command, [arguments](Invocation& run) {
    if (arguments->predict.dockerd)
      return predict(arguments->predict, run);
    if (arguments->client.empty() || arguments->server.empty())
      throw Error(Errc::usage, "failed to verify: two sets, or a set-up, are wanted",
                  "give --handshake and --server, or --dockerd");
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
      .examples = {{"dockpki verify --handshake ~/.docker --server /etc/docker/tls", "own client in, all others out"},
                   {"dockpki verify --dockerd 'dockerd -H fd://' --docker 'docker version'", "would this work?"},
                   {"dockpki verify --dockerd dockerd --daemon-json new.json", "before it is installed"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
