#include <array>

#include <dockpki/app/revoke.hpp>
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
  std::string reason;
  bool all = false;
  bool dry_run = false;
};

constexpr std::array leaf_reasons = {std::string_view("unspecified"),          std::string_view("keyCompromise"),
                                     std::string_view("affiliationChanged"),   std::string_view("superseded"),
                                     std::string_view("cessationOfOperation"), std::string_view("privilegeWithdrawn")};

x509::CrlReason read_reason(const std::string& text) {
  if (const auto reason = x509::parse_crl_reason(text))
    return *reason;
  refuse_choice("reason", text, leaf_reasons);
}

app::RevokeOptions read(const Arguments& arguments) {
  if (arguments.which.empty())
    throw Error(Errc::usage, "failed to revoke '': it is empty", "give a set's name, a serial number or a certificate's file");
  return {.which = arguments.which,
          .reason = read_reason(arguments.reason),
          .all = arguments.all ? app::RevokeAll::yes : app::RevokeAll::no,
          .dry_run = dry_run_of(arguments.dry_run)};
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("CERTIFICATE", arguments->which, "A set's name, else a serial number, else a certificate's file")
      ->required();
  command
      .add_option("--reason", arguments->reason,
                  "keyCompromise (the key may be in other hands), affiliationChanged, superseded, cessationOfOperation, "
                  "privilegeWithdrawn or unspecified")
      ->type_name("REASON")
      ->required();
  command.add_flag("--all", arguments->all, "Every certificate of that name that is in force, if they are of one kind");
  command.add_flag("--dry-run", arguments->dry_run, "Say what would be done, change nothing");
  invocation.on(command, [arguments](Invocation& run) {
    const app::RevokeOptions options = read(*arguments);
    app::Context context = run.context();
    const app::RevokeResult result = app::revoke(context, options);
    run.report([&] { return report::text(result, run.now()); }, [&] { return report::json(result); });
    return ExitCode::done;
  });
}

} // namespace

const Command& revoke_command() {
  static const Command command{
      .name = "revoke",
      .group = "Look after",
      .summary = "put a certificate on the revocation list of its authority",
      .description =
          "Docker checks no revocation list: whoever has the certificate and its key gets in until it expires, or until the "
          "daemon trusts a new authority. A TLS front before the daemon can check the list.\n\n"
          "The list is made anew at once, so the authority's passphrase is needed. If a name means several certificates "
          "that are in force (an older set that was replaced still is), nothing is revoked without --all: the message lists "
          "their "
          "serial numbers. A revocation is for good. What is revoked already stays as it is; if the list was left behind by "
          "an interrupted command, it is made then.",
      .examples = {{"dockpki revoke alice --all --reason keyCompromise", "a lost notebook: each certificate of its key"},
                   {"dockpki revoke ./cert.pem --reason cessationOfOperation", "by the certificate's file"},
                   {"dockpki revoke 5d:0c:...:9a --reason superseded --dry-run",
                    "by its serial number; only say what would be done"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
