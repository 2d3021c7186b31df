#include <dockpki/app/configure_client.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string host;
  std::optional<std::string> context;
  std::optional<std::string> certificate;
  bool use = false;
  bool dry_run = false;
};

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--host", arguments->host, "Where the daemon listens: tcp://docker.example.com:2376")
      ->type_name("HOST")
      ->required();
  command.add_option("--context", arguments->context, "The context's name [the host's]")->type_name("NAME");
  command.add_option("--cert", arguments->certificate, "Folder with ca.pem, cert.pem and key.pem [the home's client set]")
      ->type_name("DIR");
  command.add_flag("--use", arguments->use, "Make it the context that docker uses");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, write nothing");
  invocation.on(command, [arguments](Invocation& run) {
    const app::DockerContext context =
        app::configure_client(run.context(), {.host = net::Endpoint::parse(arguments->host),
                                              .name = arguments->context,
                                              .certificate = arguments->certificate,
                                              .use = arguments->use ? app::Use::yes : app::Use::no,
                                              .dry_run = arguments->dry_run ? app::DryRun::yes : app::DryRun::no});
    run.report([&] { return report::text(context); }, [&] { return report::json(context); });
    return ExitCode::done;
  });
}

} // namespace

const Command& configure_client_command() {
  static const Command command{
      .name = "configure-client",
      .group = "Docker",
      .summary = "make or update a docker context for a daemon",
      .description =
          "Writes a docker context as 'docker context create' does, with a copy of a client's set: of the home's, if it has one "
          "or it lies where docker looks (~/.docker), else of the folder that --cert names. Of a context that exists, "
          "description, further endpoints and all other metadata are kept; 'docker context update' would take its "
          "certificates away.\n\n"
          "With a set of the home, 'dockpki renew' brings the context up to date. --use writes its name into config.json, and "
          "nothing else there changes. What docker uses, and why, is told: --context and --host of docker itself, then "
          "DOCKER_HOST, DOCKER_CONTEXT and config.json, in this order.",
      .examples = {{"dockpki configure-client --host tcp://docker.example.com:2376 --use",
                    "docker speaks with that daemon from now on"},
                   {"dockpki configure-client --host tcp://[2001:db8::1]:2376 --context prod", "a context of this name"},
                   {"dockpki configure-client --host tcp://10.0.0.5:2376 --cert ~/certs --dry-run",
                    "with a set that dockpki did not make; look first"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
