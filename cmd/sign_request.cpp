#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "input.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string file;
  bool is_server = false;
  bool is_client = false;
  std::optional<std::string> name;
  LeafArguments leaf;
};

app::SignOptions read(const Arguments& arguments) {
  app::SignOptions options;
  options.request = arguments.file == "-" ? "standard input" : arguments.file;
  options.leaf = arguments.leaf.read();
  options.request_bytes = read_input(arguments.file, "certificate request");
  if (arguments.is_server)
    options.kind = pki::Kind::server;
  if (arguments.is_client)
    options.kind = pki::Kind::client;
  options.name = arguments.name;
  return options;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("FILE", arguments->file, "The request, PEM; - is standard input")->required();
  auto* server = command.add_flag("--server", arguments->is_server, "Issue a server's, whatever the request says");
  command.add_flag("--client", arguments->is_client, "Issue a client's, whatever the request says")->excludes(server);
  command.add_option("--name", arguments->name, "Name of the set; of a client also its common name [from the request]")
      ->type_name("NAME");
  add_leaf_options(command, arguments->leaf, KeyOption::no);
  invocation.on(command, [arguments](Invocation& run) {
    if (arguments->file == "-" && run.globals().passphrase.fd == 0)
      throw Error(Errc::usage, "failed to read the command line: request and passphrase cannot both come from standard input",
                  "give the passphrase on another file descriptor");
    const app::SignOptions options = read(*arguments);
    app::Context context = run.context();
    const app::IssuedSet set = app::sign_request(context, options);
    run.report([&] { return report::text(set, run.now()); }, [&] { return report::json(set); });
    return ExitCode::done;
  });
}

} // namespace

const Command& sign_request_command() {
  static const Command command{
      .name = "sign-request",
      .group = "Create",
      .summary = "issue a certificate for a request made elsewhere",
      .description = "Takes the public key and the checked names from the request and nothing else: usages, lifetime and all the "
                     "rest come from the profile, and a "
                     "note says what was wished for and not granted. The request's signature is verified and weak keys are "
                     "refused. The certificate and ca.pem go "
                     "to servers/NAME/ or clients/NAME/ in the PKI home, or to --out.",
      .examples = {{"dockpki sign-request request.csr", "the request itself says whether it is for a server or a client"},
                   {"ssh host cat request.csr | dockpki sign-request - --server --out ./host", "from standard input"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
