#include <dockpki/report/json.hpp>
#include <dockpki/version.hpp>

#include "command.hpp"

namespace dockpki::cmd {
namespace {

void configure(CLI::App& command, Invocation& invocation) {
  invocation.on(command, [](Invocation& run) {
    const std::string openssl = openssl_version();
    run.report([&] { return std::string("dockpki " DOCKPKI_VERSION " with ") + openssl + '\n'; },
               [&] { return report::version_json(DOCKPKI_VERSION, openssl); });
    return ExitCode::done;
  });
}

} // namespace

const Command& version_command() {
  static const Command command{.name = "version",
                               .group = "Help",
                               .summary = "show the versions of dockpki and of the OpenSSL in use",
                               .description =
                                   "OpenSSL is the one that is really loaded, not the one that dockpki was built with.",
                               .examples = {{"dockpki version --json", "for a bill of materials"}},
                               .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
