#include <dockpki/app/adopt.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "console.hpp"
#include "diagnostics.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::vector<std::string> sources;
  std::optional<std::string> out;
  bool dry_run = false;
};

app::ImportOptions read(const Arguments& arguments) {
  if (arguments.out && arguments.out->empty())
    throw Error(Errc::usage, "failed to use the folder '': it is empty", "give --out DIR");
  app::ImportOptions options{.sources = {}, .out = {}, .dry_run = dry_run_of(arguments.dry_run)};
  options.sources.assign(arguments.sources.begin(), arguments.sources.end());
  if (arguments.out)
    options.out = *arguments.out;
  return options;
}

/// Tells of each one that was refused. False if there is one.
bool report_refused(const Invocation& run, const std::vector<app::ImportedSet>& sets) {
  bool good = true;
  for (const app::ImportedSet& set : sets) {
    if (set.outcome != app::Import::refused)
      continue;
    const files::Path& what = set.certificate_path.empty() ? set.source : set.certificate_path;
    const std::string message = "failed to import '" + what.string() + "': " + set.failure;
    write_error(message, run.repeat_home(set.hint));
    log_error(message);
    good = false;
  }
  return good;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("PATH", arguments->sources, "Folders with certificates and their keys, or such files")->required();
  command.add_option("--out", arguments->out, "Write each set to DIR/NAME, its files called as Docker calls them")
      ->type_name("DIR");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    const app::ImportOptions options = read(*arguments);
    app::Context context = run.context();
    const std::vector<app::ImportedSet> sets = app::import_sets(context, options);
    const bool good = report_refused(run, sets);
    run.report([&] { return run.repeat_home(report::text(sets, run.now())); },
               [&] { return report::json(sets, options.dry_run); });
    return good ? ExitCode::done : ExitCode::failed;
  });
}

} // namespace

const Command& import_command() {
  static const Command command{
      .name = "import",
      .group = "Create",
      .summary = "take over sets that the authority signed before",
      .description =
          "Looks in the folders for certificates of servers and clients, and for the keys that fit them. Of a file, what belongs "
          "to it is looked for beside it, and in the other files that were given. Those that an authority "
          "of this home signed are renewed from now on where they lie, if the files are called as in Docker's documentation: "
          "ca.pem, server-cert.pem and server-key.pem, or ca.pem, cert.pem and key.pem. Sets whose files are called otherwise "
          "(easy-rsa, mkcert, docker:dind) are written out under these names with --out, and renewed there.\n\n"
          "What is refused is told with the reason, does not stop the others, and makes exit code 1. Nothing is signed: no "
          "passphrase is asked for.",
      .examples = {{"dockpki import ~/.docker /etc/docker/tls", "sets as Docker reads them, where they lie"},
                   {"dockpki import web.crt web.key --out sets", "one set, and nothing else that lies there"},
                   {"dockpki import pki --out sets", "all that easy-rsa made, each set to a folder below sets"},
                   {"dockpki import certs --dry-run", "what is there, and whether it can be imported"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
