#include <dockpki/app/forget.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string folder;
  bool dry_run = false;
};

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("DIR", arguments->folder, "Folder where a set was put")->required();
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    app::Context context = run.context();
    const app::DryRun dry_run = dry_run_of(arguments->dry_run);
    const std::vector<app::ForgottenSet> sets = app::forget_folder(context, arguments->folder, dry_run);
    run.report([&] { return report::text(sets, dry_run, run.now()); }, [&] { return report::json(sets, dry_run); });
    return ExitCode::done;
  });
}

} // namespace

const Command& forget_command() {
  static const Command command{
      .name = "forget",
      .group = "Look after",
      .summary = "look after the set in a folder no more",
      .description = "For a set that was handed on, or whose host is gone: renew and status leave it alone from then on. Files "
                     "are not touched, and the certificate stays what it is, valid until it expires.",
      .examples = {{"dockpki forget ~/.dockpki/clients/bob", "bob has his files, and looks after them himself"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
