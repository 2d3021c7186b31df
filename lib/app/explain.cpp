#include <dockpki/app/explain.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/x509/names.hpp>

#include "app/explain_messages.hpp"

namespace dockpki::app {
namespace {

Explanation explain_kind(const FindingKind& kind) {
  return {.meaning = {}, .causes = {&kind}, .find_out = {}};
}

Explanation explain_message(const Message& message) {
  Explanation explanation{.meaning = std::string(message.meaning), .causes = {}, .find_out = std::string(message.find_out)};
  std::string_view rest = message.causes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    explanation.causes.push_back(find_kind(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return explanation;
}

std::vector<std::string_view> all_ids() {
  std::vector<std::string_view> ids;
  for (const std::span<const FindingKind> kinds : finding_kinds())
    for (const FindingKind& kind : kinds)
      ids.push_back(kind.id);
  return ids;
}

} // namespace

std::vector<std::string> known_messages() {
  std::vector<std::string> parts;
  std::ranges::transform(messages(), std::back_inserter(parts), [](const Message& message) { return std::string(message.part); });
  return parts;
}

Explanation explain(const std::string& text) {
  if (const FindingKind* const kind = find_kind(text))
    return explain_kind(*kind);
  const std::span<const Message> known = messages();
  const auto found =
      std::ranges::find_if(known, [&](const Message& message) { return text.find(message.part) != std::string::npos; });
  if (found != known.end())
    return explain_message(*found);
  const auto meant = nearest(text, all_ids());
  throw Error(Errc::not_found,
              "failed to explain '" + x509::printable(text, 60) + "': neither a finding's id nor a message that is known",
              meant ? "did you mean '" + std::string(*meant) + "'?"
                    : "give the whole line that docker or dockerd printed, in quotes");
}

} // namespace dockpki::app
