#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  ServerArguments server;
  LeafArguments leaf;
};

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  add_server_options(command, arguments->server);
  command.add_option("--name", arguments->server.name, "Name of the set [the first --dns, else the first --ip]")
      ->type_name("NAME");
  add_leaf_options(command, arguments->leaf, KeyOption::yes);
  invocation.on(command, [arguments](Invocation& run) {
    const app::ServerOptions options = read(arguments->server, arguments->leaf);
    app::Context context = run.context();
    const app::IssuedSet set = app::issue_server(context, options);
    run.report([&] { return report::text(set, run.now()); }, [&] { return report::json(set); });
    return ExitCode::done;
  });
}

} // namespace

const Command& issue_server_command() {
  static const Command command{
      .name = "issue-server",
      .group = "Create",
      .summary = "make key and certificate for a Docker daemon",
      .description = "Name every DNS name and IP address by which clients reach the daemon: Docker looks at nothing else. The "
                     "set (ca.pem, server-cert.pem, "
                     "server-key.pem) goes to servers/NAME/ in the PKI home, or to --out. It can be used by a server only.\n\n"
                     "dockerd reads the files when it starts: a running one must be restarted.",
      .examples = {{"dockpki issue-server --ip 192.168.1.10 --dns docker.example.com",
                    "for a daemon reached by name and by address"},
                   {"dockpki issue-server --local --out /etc/docker/tls", "for this machine, where its dockerd reads it"},
                   {"dockpki issue-server --dns build.example.com --key rsa3072 --lifetime 90d", "another key, a shorter life"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
