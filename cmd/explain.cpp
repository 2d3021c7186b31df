#include <dockpki/app/explain.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "command.hpp"

namespace dockpki::cmd {
namespace {

void configure(CLI::App& command, Invocation& invocation) {
  auto words = std::make_shared<std::vector<std::string>>();
  command.add_option("WORD", *words, "The id of a finding, or what docker or dockerd printed")->required();
  invocation.on(command, [words](Invocation& run) {
    std::string text;
    for (const std::string& word : *words)
      text += (text.empty() ? "" : " ") + word;
    const app::Explanation explanation = app::explain(text);
    run.report([&] { return report::text(explanation); }, [&] { return report::json(explanation); });
    return ExitCode::done;
  });
}

} // namespace

const Command& explain_command() {
  static const Command command{
      .name = "explain",
      .group = "Docker",
      .summary = "say what a finding, or a message of Docker, means and what helps",
      .description = "Takes the id of a finding, or a line that docker or dockerd printed: what it means, the likely causes "
                     "in order, and how to find out which of them it is. All ids stand in docs/findings.md.",
      .examples = {{"dockpki explain san-no-ip", "what a finding means"},
                   {"dockpki explain 'remote error: tls: bad certificate'", "what is behind a message"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
