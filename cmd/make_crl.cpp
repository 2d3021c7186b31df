#include <dockpki/app/revoke.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::optional<std::string> lifetime;
  std::optional<std::string> out;
  std::optional<std::string> authority;
  bool dry_run = false;
};

app::CrlOptions read(const Arguments& arguments) {
  if (arguments.out && arguments.out->empty())
    throw Error(Errc::usage, "failed to use the file '': it is empty", "give --out FILE");
  app::CrlOptions options{.authority = arguments.authority, .out = {}, .dry_run = dry_run_of(arguments.dry_run)};
  options.lifetime = read_lifetime(arguments.lifetime).value_or(options.lifetime);
  if (arguments.out)
    options.out = *arguments.out;
  return options;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--lifetime", arguments->lifetime, "How long it is good for: 7d, 2w (default 30d)")->type_name("DURATION");
  command
      .add_option("--out", arguments->out,
                  "Write a copy to this file, DER if its name ends in .der, else PEM; an older list of the same authority is "
                  "replaced")
      ->type_name("FILE");
  command.add_option("--authority", arguments->authority, "Only that one's, g1 or clients-g1 [every authority's]")
      ->type_name("NAME");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    const app::CrlOptions options = read(*arguments);
    app::Context context = run.context();
    const app::CrlResult result = app::make_crl(context, options);
    run.report([&] { return report::text(result, run.now()); }, [&] { return report::json(result); });
    return ExitCode::done;
  });
}

} // namespace

const Command& make_crl_command() {
  static const Command command{
      .name = "make-crl",
      .group = "Look after",
      .summary = "make the authority's revocation list anew, before the last one ends",
      .description =
          "The list lies in the authority's folder in the PKI home as crl.pem and crl.der. Docker itself checks no such "
          "list. A TLS front that does refuses everybody once the list has ended: make the next one in time, and "
          "give it to the front. 'dockpki status' says when it is due. 'dockpki revoke' makes one, too.",
      .examples = {{"dockpki make-crl", "the next list, good for 30 days"},
                   {"dockpki make-crl --lifetime 7d --out /etc/nginx/dockpki/crl.pem", "every week, for a front on this machine"},
                   {"dockpki make-crl --authority clients-g1 --out clients.der", "of one authority, a copy in DER"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
