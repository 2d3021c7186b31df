#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  ClientArguments client;
  std::optional<std::string> for_user;
  LeafArguments leaf;
};

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--name", arguments->client.name, "Who it is for; becomes the common name [your login name]")
      ->type_name("USER");
  add_client_options(command, arguments->client);
  command
      .add_option("--for-user", arguments->for_user, "Put it into this local user's ~/.docker, owned by that user (needs root)")
      ->type_name("USER");
  add_leaf_options(command, arguments->leaf, KeyOption::yes);
  invocation.on(command, [arguments](Invocation& run) {
    app::ClientOptions options = read(arguments->client, arguments->leaf);
    options.for_user = arguments->for_user;
    app::Context context = run.context();
    const app::IssuedSet set = app::issue_client(context, options);
    run.report([&] { return report::text(set, run.now()); }, [&] { return report::json(set); });
    return ExitCode::done;
  });
}

} // namespace

const Command& issue_client_command() {
  static const Command command{
      .name = "issue-client",
      .group = "Create",
      .summary = "make key and certificate for a user of docker",
      .description = "Your own set (ca.pem, cert.pem, key.pem) goes where the docker client looks for it: DOCKER_CERT_PATH, else "
                     "DOCKER_CONFIG, else ~/.docker. "
                     "With --name of somebody else it goes to clients/USER/ in the PKI home. It can be used by a client only.\n\n"
                     "Whoever holds a client certificate that a daemon trusts is root on the daemon's host.",
      .examples = {{"dockpki issue-client", "for yourself, into ~/.docker"},
                   {"dockpki issue-client --name alice --email alice@example.com",
                    "for somebody else, into clients/alice/ in the home"},
                   {"sudo dockpki issue-client --for-user bob", "into bob's own ~/.docker"},
                   {"dockpki issue-client --name ci --lifetime 30d --out ./ci-certs", "into a folder to hand on"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
