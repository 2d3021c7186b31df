#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>
#include <dockpki/store/home.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

void configure(CLI::App& command, Invocation& invocation) {
  auto dry_run = std::make_shared<bool>(false);
  command.add_flag("--dry-run", *dry_run, "Say what would be done, change nothing");
  invocation.on(command, [dry_run](Invocation& run) {
    const app::Context context = run.context();
    const store::RepairReport result =
        store::repair(context.home, context.actor(), context.now, *dry_run ? store::DryRun::yes : store::DryRun::no);
    run.report([&] { return report::text(result, dry_run_of(*dry_run)); }, [&] { return report::json(result); });
    return ExitCode::done;
  });
}

} // namespace

const Command& repair_command() {
  static const Command command{
      .name = "repair",
      .group = "Look after",
      .summary = "rebuild a lost or damaged inventory from what is on disk",
      .description =
          "Reads the log as far as it is whole, and every certificate in the PKI home and in the folders where sets were put. "
          "Nothing is deleted: a damaged "
          "file is renamed and kept. No serial number is forgotten. Also completes what an interrupted command left behind.",
      .examples = {{"dockpki repair --dry-run", "what is wrong, and what would be done"}, {"dockpki repair", "do it"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
