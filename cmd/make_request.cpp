#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  bool is_server = false;
  bool is_client = false;
  std::optional<std::string> name;
  ServerArguments server;
  ClientArguments client;
  LeafArguments leaf;
};

app::IssuedSet make(app::Context& context, Arguments& arguments) {
  arguments.server.name = arguments.name;
  arguments.client.name = arguments.name;
  if (arguments.is_server)
    return app::make_server_request(context, read(arguments.server, arguments.leaf));
  const bool names_hosts = !arguments.server.dns.empty() || !arguments.server.ip.empty() || arguments.server.local;
  if (!arguments.is_client)
    throw Error(Errc::usage, "failed to make a request: is it for a server or for a client?", "say --server or --client");
  if (names_hosts)
    throw Error(Errc::usage, "failed to make a request: a client's carries no DNS name and no IP address",
                "leave out --dns, --ip and --local");
  return app::make_client_request(context, read(arguments.client, arguments.leaf));
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  auto* server = command.add_flag("--server", arguments->is_server, "For a daemon");
  command.add_flag("--client", arguments->is_client, "For a user of docker")->excludes(server);
  command.add_option("--name", arguments->name, "Name of the set, or the user")->type_name("NAME");
  add_server_options(command, arguments->server);
  add_client_options(command, arguments->client);
  command.add_option("--key", arguments->leaf.key, "p256 (default), p384, rsa3072, rsa4096 or ed25519")->type_name("TYPE");
  command
      .add_option("--out", arguments->leaf.out,
                  "The folder for key and request; required but for your own as a client [where docker looks: ~/.docker]")
      ->type_name("DIR");
  command.add_flag("--force", arguments->leaf.force, "Replace files that stand there; they are kept as backups");
  command.add_flag("--dry-run", arguments->leaf.dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    app::Context context = run.context();
    const app::IssuedSet set = make(context, *arguments);
    run.report([&] { return report::text(set, run.now()); }, [&] { return report::json(set); });
    return ExitCode::done;
  });
}

} // namespace

const Command& make_request_command() {
  static const Command command{
      .name = "make-request",
      .group = "Create",
      .summary = "make key and request on the machine that will use them",
      .description = "The key stays where it was made; the request (request.csr) is carried to the machine with the authority, "
                     "where sign-request turns it "
                     "into a certificate. No PKI home is needed here. The key lies under the name that Docker reads.",
      .examples = {{"dockpki make-request --server --dns docker.example.com --out /etc/docker/tls", "on the daemon's host"},
                   {"dockpki make-request --client", "for yourself, into ~/.docker"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
