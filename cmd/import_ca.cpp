#include <array>

#include <dockpki/app/adopt.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "choice.hpp"
#include "command.hpp"
#include "leaf_options.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::string certificate;
  std::string key;
  std::optional<std::string> role;
  PassphraseSource key_passphrase;
  bool no_passphrase = false;
  bool dry_run = false;
};

pki::Role read_role(const std::optional<std::string>& text) {
  if (!text)
    return pki::Role::all;
  if (const auto role = pki::parse_role(*text))
    return *role;
  constexpr std::array roles = {std::string_view("all"), std::string_view("servers"), std::string_view("clients")};
  refuse_choice("role", *text, roles);
}

app::ImportAuthorityOptions read(const Arguments& arguments, const Invocation& run) {
  if (arguments.no_passphrase && run.globals().passphrase.given())
    throw Error(Errc::usage, "failed to read the command line: --no-passphrase excludes --passphrase-file and --passphrase-fd",
                "leave out the one or the other; the key's old passphrase comes from --key-passphrase-file");
  app::ImportAuthorityOptions options{.certificate = arguments.certificate,
                                      .key = arguments.key,
                                      .role = read_role(arguments.role),
                                      .old_passphrase = {},
                                      .new_passphrase = {},
                                      .dry_run = dry_run_of(arguments.dry_run)};
  options.old_passphrase = [&arguments] {
    return read_passphrase(arguments.key_passphrase, Prompt::once, "Passphrase of " + arguments.key, "--key-passphrase");
  };
  if (!arguments.no_passphrase)
    options.new_passphrase = [&run] { return run.new_passphrase(); };
  return options;
}

app::InitResult import_with_hint(app::Context& context, const app::ImportAuthorityOptions& options) {
  try {
    return app::import_authority(context, options);
  } catch (const Error& error) {
    if (error.code() != Errc::wrong_passphrase)
      throw;
    throw Error(error.code(), error.what(),
                "this is the passphrase that the key file has now (--key-passphrase-file), not the new one (--passphrase-file)");
  }
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("--cert", arguments->certificate, "The authority's certificate, PEM")->type_name("FILE")->required();
  command.add_option("--key", arguments->key, "The key that belongs to it, PEM")->type_name("FILE")->required();
  command
      .add_option("--role", arguments->role,
                  "What it signs: all (default), or servers or clients alone, where another signs the other side")
      ->type_name("ROLE");
  auto* file = command
                   .add_option("--key-passphrase-file", arguments->key_passphrase.file,
                               "File whose first line is the key's old passphrase")
                   ->type_name("FILE");
  command
      .add_option("--key-passphrase-fd", arguments->key_passphrase.fd, "File descriptor to read the key's old passphrase from")
      ->type_name("N")
      ->excludes(file);
  command.add_flag("--no-passphrase", arguments->no_passphrase, "Keep the authority's key unencrypted");
  command.add_flag("--dry-run", arguments->dry_run, "Open the key, say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    app::Context context = run.context();
    app::InitResult result = import_with_hint(context, read(*arguments, run));
    for (std::string& step : result.next)
      step = run.repeat_home(std::move(step));
    run.report([&] { return report::text(result, run.now()); }, [&] { return report::json(result); });
    return ExitCode::done;
  });
}

} // namespace

const Command& import_ca_command() {
  static const Command command{
      .name = "import-ca",
      .group = "Create",
      .summary = "take over an authority that was made by hand",
      .description =
          "Certificate and key are copied into the PKI home, which is made where it is missing, and sign from there on; nobody "
          "who trusts the authority has to change anything. Notes tell what is weak about it. The key may be in any of the usual "
          "forms, encrypted or not (PKCS #1, SEC 1, PKCS #8, also with triple DES); it is encrypted anew with the passphrase "
          "that is asked for, or read from --passphrase-file or --passphrase-fd. The files that were given stay as they are.\n\n"
          "An authority that must not sign is refused: one that has expired, has a weak key, or is not one at all.",
      .examples = {{"dockpki import-ca --cert ca.pem --key ca-key.pem", "as Docker's documentation has them made"},
                   {"dockpki import-ca --cert pki/ca.crt --key pki/private/ca.key", "of easy-rsa"},
                   {"dockpki import-ca --cert rootCA.pem --key rootCA-key.pem",
                    "of mkcert, from the folder that mkcert -CAROOT names"},
                   {"dockpki import-ca --cert ca.pem --key ca-key.pem --key-passphrase-file old",
                    "the old passphrase from a file, the new one from the terminal"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
