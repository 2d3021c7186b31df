#include <algorithm>

#include <dockpki/app/verify.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string client;
  std::string server;
};

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--handshake", arguments->client, "Folder with the client's set: ca.pem, cert.pem, key.pem")
      ->type_name("DIR")
      ->required();
  command.add_option("--server", arguments->server, "Folder with the server's set: ca.pem, server-cert.pem, server-key.pem")
      ->type_name("DIR")
      ->required();
  invocation.on(command, [arguments](Invocation& run) {
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
      .summary = "prove that a client's and a server's set fit together",
      .description = "Runs both sides of mutual TLS handshakes in this process, with the files and over no network: the client "
                     "must get in by every name of the "
                     "server; no certificate, a client of a foreign authority and the server's own certificate must not. Exit "
                     "code 3 if any of it fails. "
                     "OpenSSL does the handshakes; Docker's own Go is stricter in some points that certificates made by dockpki "
                     "never touch.",
      .examples = {{"dockpki verify --handshake ~/.docker --server /etc/docker/tls", "own client in, all others out"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
