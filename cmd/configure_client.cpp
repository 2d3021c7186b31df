#include <dockpki/app/configure_client.hpp>
#include <dockpki/app/configure_registry.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::optional<std::string> host;
  std::optional<std::string> registry;
  std::string root = "/";
  bool rootless = false;
  std::optional<std::string> context;
  std::optional<std::string> certificate;
  bool use = false;
  bool dry_run = false;
};

app::DryRun dry_run_of(const Arguments& arguments) {
  return arguments.dry_run ? app::DryRun::yes : app::DryRun::no;
}

void make_context(Invocation& run, const Arguments& arguments) {
  if (arguments.rootless || arguments.root != "/")
    throw Error(Errc::usage, "failed to read the command line: --root and --rootless belong to --registry", "leave them out");
  const app::DockerContext context = app::configure_client(run.context(), {.host = net::Endpoint::parse(*arguments.host),
                                                                           .name = arguments.context,
                                                                           .certificate = arguments.certificate,
                                                                           .use = arguments.use ? app::Use::yes : app::Use::no,
                                                                           .dry_run = dry_run_of(arguments)});
  run.report([&] { return report::text(context); }, [&] { return report::json(context); });
}

void make_registry(Invocation& run, const Arguments& arguments) {
  const app::ConfiguredRegistry registry =
      app::configure_registry(run.context(), {.registry = *arguments.registry,
                                              .certificate = arguments.certificate,
                                              .root = arguments.root,
                                              .daemon = arguments.rootless ? app::Daemon::rootless : app::Daemon::system,
                                              .dry_run = dry_run_of(arguments)});
  run.report([&] { return report::text(registry); }, [&] { return report::json(registry); });
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  auto* host =
      command.add_option("--host", arguments->host, "Where the daemon listens: tcp://docker.example.com:2376")->type_name("HOST");
  auto* context = command.add_option("--context", arguments->context, "The context's name [the host's]")->type_name("NAME");
  command.add_option("--cert", arguments->certificate, "Folder with ca.pem, cert.pem and key.pem [the home's client set]")
      ->type_name("DIR");
  auto* use = command.add_flag("--use", arguments->use, "Make it the context that docker uses");
  command.add_option("--registry", arguments->registry, "Show the set to this registry, HOST or HOST:PORT, instead")
      ->type_name("REGISTRY")
      ->excludes(host)
      ->excludes(context)
      ->excludes(use);
  command.add_option("--root", arguments->root, "With --registry: the machine below this folder [/]")->type_name("DIR");
  command.add_flag("--rootless", arguments->rootless, "With --registry: for your own dockerd, in ~/.config/docker");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, write nothing");
  invocation.on(command, [arguments](Invocation& run) {
    if (!arguments->host && !arguments->registry)
      throw Error(Errc::usage, "failed to configure the docker client: neither --host nor --registry is given",
                  "dockpki configure-client --host tcp://docker.example.com:2376");
    arguments->registry ? make_registry(run, *arguments) : make_context(run, *arguments);
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
          "DOCKER_HOST, DOCKER_CONTEXT and config.json, in this order.\n\n"
          "With --registry, dockerd shows the set to a registry that asks for one: a copy goes to certs.d below /etc/docker, "
          "~/.config/docker with --rootless, or ~/.docker (Docker Desktop) for somebody who is not root.",
      .examples = {{"dockpki configure-client --host tcp://docker.example.com:2376 --use",
                    "docker speaks with that daemon from now on"},
                   {"dockpki configure-client --host tcp://[2001:db8::1]:2376 --context prod", "a context of this name"},
                   {"dockpki configure-client --host tcp://10.0.0.5:2376 --cert ~/certs --dry-run",
                    "with a set that dockpki did not make; look first"},
                   {"sudo dockpki configure-client --registry registry.example.com:5000",
                    "for a registry that asks for a certificate"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
