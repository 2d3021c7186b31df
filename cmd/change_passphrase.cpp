#include <dockpki/app/authority.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  PassphraseSource new_passphrase;
  bool no_passphrase = false;
  bool dry_run = false;
};

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  auto* file =
      command.add_option("--new-passphrase-file", arguments->new_passphrase.file, "File whose first line is the new passphrase")
          ->type_name("FILE");
  auto* fd =
      command.add_option("--new-passphrase-fd", arguments->new_passphrase.fd, "File descriptor to read the new passphrase from")
          ->type_name("N")
          ->excludes(file);
  command.add_flag("--no-passphrase", arguments->no_passphrase, "Keep the key unencrypted from now on")
      ->excludes(file)
      ->excludes(fd);
  command.add_flag("--dry-run", arguments->dry_run, "Check the passphrases, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    app::PassphraseOptions options{.new_passphrase = {}, .dry_run = dry_run_of(arguments->dry_run)};
    if (!arguments->no_passphrase)
      options.new_passphrase = [&] {
        return read_passphrase(arguments->new_passphrase, Prompt::twice, "New passphrase", "--new-passphrase");
      };
    app::Context context = run.context();
    const app::PassphraseResult result = app::change_passphrase(context, options);
    run.report([&] { return report::text(result, options.dry_run); }, [&] { return report::json(result); });
    return ExitCode::done;
  });
}

} // namespace

const Command& change_passphrase_command() {
  static const Command command{
      .name = "change-passphrase",
      .group = "Look after",
      .summary = "encrypt the authority's key with another passphrase",
      .description = "The old passphrase comes from where every command takes it: the terminal, --passphrase-file or "
                     "--passphrase-fd. A copy of the old key file "
                     "still opens with the old passphrase: destroy such copies.",
      .examples = {{"dockpki change-passphrase", "asks for the old one and twice for the new one"},
                   {"dockpki change-passphrase --passphrase-file old --new-passphrase-file new", "without a terminal"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
