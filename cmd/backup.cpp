#include <dockpki/app/backup.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

constexpr const char* flag = "--backup-passphrase";

struct Arguments {
  std::string file;
  PassphraseSource passphrase;
  bool dry_run = false;
};

void add_passphrase_options(CLI::App& command, PassphraseSource& passphrase) {
  auto* file = command
                   .add_option("--backup-passphrase-file", passphrase.file,
                               "File whose first line is the passphrase of the backup (not the authority's)")
                   ->type_name("FILE");
  command.add_option("--backup-passphrase-fd", passphrase.fd, "File descriptor to read the passphrase of the backup from")
      ->type_name("N")
      ->excludes(file);
}

void require_name(const std::string& file, const std::string& what) {
  if (file.empty())
    throw Error(Errc::usage, "failed to " + what + ": the file's name is empty", "dockpki " + what + " --help");
}

void configure_backup(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--out", arguments->file, "File to write; it must not exist")->required()->type_name("FILE");
  add_passphrase_options(command, arguments->passphrase);
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, write nothing");
  invocation.on(command, [arguments](Invocation& run) {
    require_name(arguments->file, "backup");
    if (arguments->file == "-")
      throw Error(Errc::usage, "failed to back up to standard output: a backup goes to a file, whole or not at all",
                  "give --out a file's name");
    app::Context context = run.context();
    const app::Backup backup = app::back_up(
        context, {.out = arguments->file, .dry_run = dry_run_of(arguments->dry_run), .passphrase = [&arguments] {
                    return read_passphrase(arguments->passphrase, Prompt::twice, "New passphrase of the backup", flag);
                  }});
    run.report([&] { return run.repeat_home(report::text(backup)); }, [&] { return report::json(backup); });
    return ExitCode::done;
  });
}

void configure_restore(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("FILE", arguments->file, "What 'dockpki backup' wrote")->required();
  add_passphrase_options(command, arguments->passphrase);
  command.add_flag("--dry-run", arguments->dry_run, "Open it, read all of it and say what it holds; write nothing");
  invocation.on(command, [arguments](Invocation& run) {
    require_name(arguments->file, "restore");
    app::Context context = run.context();
    app::Restored restored =
        app::restore(context, {.file = arguments->file, .dry_run = dry_run_of(arguments->dry_run), .passphrase = [&arguments] {
                                 return read_passphrase(arguments->passphrase, Prompt::once, "Passphrase of the backup", flag);
                               }});
    for (std::vector<std::string>* lines : {&restored.notes, &restored.next})
      for (std::string& line : *lines)
        line = run.repeat_home(std::move(line));
    run.report([&] { return report::text(restored, run.now()); }, [&] { return report::json(restored); });
    return ExitCode::done;
  });
}

} // namespace

const Command& backup_command() {
  static const Command command{
      .name = "backup",
      .group = "Look after",
      .summary = "write all of the PKI home to one encrypted file",
      .description =
          "All that is in the home, as it is at one moment: the authorities with their keys, the inventory, the log, settings, "
          "and "
          "the sets that lie in the home. Sets outside of it, such as ~/.docker, are not in it. Links are not followed.\n\n"
          "The backup has a passphrase of its own: it is asked for twice, or read from --backup-passphrase-file or "
          "--backup-passphrase-fd. The authority's passphrase (--passphrase-file) is not needed to make it: its key goes in as "
          "it is, and needs that passphrase still once it is restored. Keep both, and not beside the backup.\n\n"
          "The file is written whole or not at all, with mode 0600, and never over another one. openssl and tar open it as well: "
          "docs/format.md says how.",
      .examples = {{"dockpki backup --out /media/usb/pki-2026-11-22.cms", "asks twice for the passphrase of the backup"},
                   {"dockpki backup --out pki-$(date +%F).cms --backup-passphrase-file f", "every night, from a script"},
                   {"dockpki restore /media/usb/pki-2026-11-22.cms --dry-run", "proves that it opens, and says what it holds"}},
      .configure = &configure_backup};
  return command;
}

const Command& restore_command() {
  static const Command command{
      .name = "restore",
      .group = "Look after",
      .summary = "bring a PKI home back from a backup",
      .description =
          "Makes the home as it was when the backup was made, where none is yet: --home, DOCKPKI_HOME or ~/.dockpki, which must "
          "not exist or be an empty folder. Nothing is there until all of the backup is known to be as it was written.\n\n"
          "What happened after the backup is lost. Certificates that were issued since stay valid without being known here: "
          "'dockpki import' takes them over. Revocations since must be made again. Sets that lay in the home are looked after in "
          "its new place from then on.\n\n"
          "Restore a home to go on with it, not to have it twice: two homes of one authority know nothing of each other.",
      .examples = {{"dockpki restore /media/usb/pki-2026-11-22.cms", "into ~/.dockpki, where the old one is lost"},
                   {"dockpki restore pki.cms --home /srv/pki", "into another place"},
                   {"dockpki restore pki.cms --dry-run", "proves that it opens, and says what it holds"}},
      .configure = &configure_restore};
  return command;
}

} // namespace dockpki::cmd
