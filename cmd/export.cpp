#include <array>

#include <dockpki/app/export.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "choice.hpp"
#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string which;
  std::string out;
  std::optional<std::string> format;
  std::optional<std::string> context;
  std::optional<std::string> host;
  PassphraseSource passphrase;
  bool legacy = false;
  bool force = false;
  bool dry_run = false;
};

/// What --format says, else the ending of the file's name.
app::ExportFormat read_format(const Arguments& arguments) {
  std::string word = files::Path(arguments.out).extension().string();
  word = arguments.format.value_or(word.empty() ? word : word.substr(1));
  if (word == "pfx" && !arguments.format)
    return app::ExportFormat::pkcs12;
  if ((word == "dockercontext" || arguments.context) && !arguments.format)
    return app::ExportFormat::context;
  for (const app::ExportFormat format :
       {app::ExportFormat::pkcs12, app::ExportFormat::pem, app::ExportFormat::tar, app::ExportFormat::context})
    if (to_string(format) == word)
      return format;
  constexpr std::array formats = {std::string_view("p12"), std::string_view("pem"), std::string_view("tar"),
                                  std::string_view("context")};
  if (arguments.format)
    refuse_choice("format", word, formats);
  throw Error(Errc::usage, "failed to tell the format of '" + x509::printable(arguments.out) + "' by its name",
              "call it .p12, .pfx, .pem, .tar or .dockercontext, or give --format");
}

/// A docker context has a name, and a host; nothing else has.
void read_context(const Arguments& arguments, app::ExportOptions& options) {
  const bool is_context = options.format == app::ExportFormat::context;
  if (!is_context && (arguments.context || arguments.host))
    throw Error(Errc::usage, "failed to export: --context and --host are of a docker context alone",
                "leave them out, or give --format context");
  if (is_context && !arguments.context)
    throw Error(Errc::usage, "failed to export: the docker context needs a name", "give one: --context prod");
  options.context = arguments.context;
  if (arguments.host)
    options.host = net::Endpoint::parse(*arguments.host);
}

app::ExportOptions read(const Arguments& arguments) {
  for (const std::string& text : {arguments.which, arguments.out})
    if (text.empty())
      throw Error(Errc::usage, "failed to export: a name or a file's name is empty", "dockpki export NAME --out FILE");
  if (arguments.out == "-")
    throw Error(Errc::usage,
                "failed to export to standard output: what holds a private key goes to a file that only its owner may read",
                "give --out a file's name");
  app::ExportOptions options{.which = arguments.which,
                             .out = arguments.out,
                             .format = read_format(arguments),
                             .protection = arguments.legacy ? x509::Pkcs12Protection::legacy : x509::Pkcs12Protection::modern,
                             .force = arguments.force ? app::Force::yes : app::Force::no,
                             .dry_run = dry_run_of(arguments.dry_run),
                             .passphrase = {}};
  read_context(arguments, options);
  if (options.format != app::ExportFormat::pkcs12 && (arguments.legacy || arguments.passphrase.given()))
    throw Error(Errc::usage, "failed to export: --legacy and --export-passphrase are of PKCS #12 alone",
                "leave them out, or give --format p12");
  options.passphrase = [&arguments] {
    return read_passphrase(arguments.passphrase, Prompt::twice, "New passphrase of " + arguments.out, "--export-passphrase");
  };
  return options;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("NAME", arguments->which, "A set's name, its folder, or the serial number of its certificate")->required();
  command.add_option("--out", arguments->out, "The file to write; its name ends in .p12, .pem, .tar or .dockercontext")
      ->type_name("FILE")
      ->required();
  command.add_option("--format", arguments->format, "p12, pem, tar or context, whatever the file is called")->type_name("FORMAT");
  command.add_option("--context", arguments->context, "The docker context's name")->type_name("NAME");
  command.add_option("--host", arguments->host, "Where its daemon listens [as your docker context of that name says]")
      ->type_name("HOST");
  command.add_flag("--legacy", arguments->legacy, "PKCS #12 with triple DES and SHA-1, for old readers: weak");
  auto* file = command
                   .add_option("--export-passphrase-file", arguments->passphrase.file,
                               "File whose first line is the passphrase of the PKCS #12 file")
                   ->type_name("FILE");
  command
      .add_option("--export-passphrase-fd", arguments->passphrase.fd,
                  "File descriptor to read the passphrase of the PKCS #12 file from")
      ->type_name("N")
      ->excludes(file);
  command.add_flag("--force", arguments->force, "Replace the file if it exists");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, write nothing");
  invocation.on(command, [arguments](Invocation& run) {
    app::Context context = run.context();
    const app::ExportedSet set = app::export_set(context, read(*arguments));
    run.report([&] { return run.repeat_home(report::text(set, run.now())); }, [&] { return report::json(set); });
    return ExitCode::done;
  });
}

} // namespace

const Command& export_command() {
  static const Command command{
      .name = "export",
      .group = "Look after",
      .summary = "write a set to one file, for another program or host",
      .description =
          "Writes a copy of a set in force to one file that nobody else can read (0400):\n\n"
          "p12: PKCS #12, as browsers, Java and Windows take it. Key and certificates are encrypted with a passphrase that is "
          "asked for, or read from --export-passphrase-file or --export-passphrase-fd. Readers made before 2019 or so may need "
          "--legacy.\n\n"
          "pem: certificate, key and authorities one after the other, as HAProxy and curl take them. The key is not "
          "encrypted.\n\n"
          "tar: the three files under the names that Docker reads, owned by root, to be unpacked on another host. The key is not "
          "encrypted.\n\n"
          "context: a docker context for --host with the client's set in it, which 'docker context import' takes. The key is not "
          "encrypted.\n\n"
          "Nothing in the home is changed. A renewal does not reach the copy: export it again after each.",
      .examples = {{"dockpki export alice --out alice.p12", "for a browser or Java; asks for a passphrase"},
                   {"dockpki export docker.example.com --out host.tar", "for the host; unpack it there as root"},
                   {"dockpki export alice --context prod --host tcp://10.0.0.5:2376 --out a.tar",
                    "for alice's docker, over there"},
                   {"dockpki export ~/.docker --out me.pem", "the set in this folder, as one PEM file"},
                   {"dockpki export alice --out old.pfx --legacy --export-passphrase-file f",
                    "for a reader that knows nothing newer"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
