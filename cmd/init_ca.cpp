#include <dockpki/app/authority.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::optional<std::string> name;
  std::optional<std::string> key;
  std::optional<std::string> lifetime;
  std::vector<std::string> permit_dns;
  std::vector<std::string> permit_ip;
  bool separate_clients = false;
  bool no_passphrase = false;
  bool dry_run = false;
};

app::InitOptions read(const Arguments& arguments, const Invocation& run) {
  if (arguments.no_passphrase && run.globals().passphrase.given())
    throw Error(Errc::usage, "failed to read the command line: --no-passphrase excludes --passphrase-file and --passphrase-fd",
                "leave out the one or the other");
  app::InitOptions options;
  if (arguments.name)
    options.name = x509::CommonName::parse(*arguments.name);
  options.key = read_key_type(arguments.key);
  options.lifetime = read_lifetime(arguments.lifetime);
  options.constraints.permitted_dns = read_dns_names(arguments.permit_dns);
  for (const std::string& text : arguments.permit_ip)
    options.constraints.permitted_ip.push_back(x509::IpNetwork::parse(text));
  options.authorities = arguments.separate_clients ? app::Authorities::separate : app::Authorities::one;
  options.dry_run = dry_run_of(arguments.dry_run);
  if (!arguments.no_passphrase)
    options.new_passphrase = [&run] { return run.new_passphrase(); };
  return options;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--name", arguments->name, "Common name, without the generation [dockpki CA HOST]")->type_name("CN");
  command.add_option("--key", arguments->key, "p256 (default), p384, rsa3072, rsa4096 or ed25519")->type_name("TYPE");
  command.add_option("--lifetime", arguments->lifetime, "How long it is valid: 5y, 3650d (default 3650d)")->type_name("DURATION");
  command
      .add_option("--permit-dns", arguments->permit_dns, "Sign only for this domain and what lies below it; may be given again")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--permit-ip", arguments->permit_ip, "Sign only for addresses in this block; may be given again")
      ->type_name("CIDR")
      ->allow_extra_args(false);
  command.add_flag("--separate-clients", arguments->separate_clients, "One authority for servers and another for clients");
  command.add_flag("--no-passphrase", arguments->no_passphrase, "Keep the authority's key unencrypted");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    app::Context context = run.context();
    app::InitResult result = app::init_authority(context, read(*arguments, run));
    for (std::string& step : result.next)
      step = run.repeat_home(std::move(step));
    run.report([&] { return report::text(result, run.now()); }, [&] { return report::json(result); });
    return ExitCode::done;
  });
}

} // namespace

const Command& init_ca_command() {
  static const Command command{
      .name = "init-ca",
      .group = "Create",
      .summary = "make the PKI home and its certificate authority",
      .description = "The authority signs the certificates of your daemons and their clients. Its key stays in the PKI home, "
                     "encrypted with a passphrase: "
                     "whoever has both is root on every host that trusts it. The passphrase is asked for twice on a terminal, or "
                     "read from --passphrase-file "
                     "or --passphrase-fd.\n\nA home has one authority, or with --separate-clients one for servers and one for "
                     "clients, so that a lost client "
                     "can later be shut out without touching a server.",
      .examples = {{"dockpki init-ca", "asks for a passphrase and makes ~/.dockpki"},
                   {"dockpki init-ca --permit-dns example.com --permit-ip 10.0.0.0/8",
                    "an authority that can vouch for nothing else"},
                   {"dockpki init-ca --home /srv/pki --passphrase-file /run/secrets/pki", "without a terminal"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
