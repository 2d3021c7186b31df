// docs/findings.md: every finding, and the messages that are known.
#include <dockpki/app/explain.hpp>

#include "docgen.hpp"

namespace dockpki::cmd {
namespace {

/// In a cell of a table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '<')
      escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string causes_of(const std::string& message) {
  std::string ids;
  for (const app::FindingKind* kind : app::explain(message).causes)
    ids += (ids.empty() ? "" : ", ") + std::string(kind->id);
  return ids;
}

} // namespace

Page findings_page() {
  std::string text = "# Findings\n\n"
                     "Made by `dockpki_docgen` from `lib/app/finding_kinds*.cpp`. An id never changes its meaning. The severity "
                     "is that of the mistake; "
                     "whether Docker refuses\nbecause of it is told with each finding, because that depends on the version and "
                     "on which side it is.\n\n"
                     "| id | severity | what is wrong | what helps |\n|---|---|---|---|\n";
  for (const std::span<const app::FindingKind> kinds : app::finding_kinds())
    for (const app::FindingKind& kind : kinds)
      text += "| `" + std::string(kind.id) + "` | " + std::string(to_string(kind.severity)) + " | " + cell(kind.title) +
              (kind.reference.empty() ? "" : " (" + std::string(kind.reference) + ')') + " | " + cell(kind.remedy) + " |\n";
  text += "\n## Messages\n\nWhat `dockpki explain` knows of what docker, dockerd and others print, by a part of it.\n\n| message "
          "| likely findings, in order |\n|---|---|\n";
  for (const std::string& message : app::known_messages())
    text += "| `" + message + "` | " + causes_of(message) + " |\n";
  return {"findings.md", text};
}

} // namespace dockpki::cmd
