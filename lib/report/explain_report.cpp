// What a finding or a message means.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

std::string cause_text(const app::FindingKind& kind) {
  return std::string(kind.id) + " (" + std::string(to_string(kind.severity)) + ")\n  " + std::string(kind.title) +
         "\n  remedy: " + std::string(kind.remedy) + "\n  see: " + std::string(kind.reference) + '\n';
}

} // namespace

std::string text(const app::Explanation& explanation) {
  std::string text;
  if (!explanation.meaning.empty())
    text = "It means: " + explanation.meaning + ".\n\nLikely causes, the most likely one first:\n\n";
  constexpr std::size_t in_full = 6;
  std::string others;
  for (std::size_t i = 0; i < explanation.causes.size(); ++i) {
    const app::FindingKind& kind = *explanation.causes[i];
    if (i < in_full)
      text += cause_text(kind);
    else
      others += (others.empty() ? "" : ", ") + std::string(kind.id);
  }
  if (!others.empty())
    text += "\nMore rarely, each to be explained by its name: " + others + '\n';
  if (!explanation.find_out.empty())
    text += "\nTo find out which: " + explanation.find_out + '\n';
  return text;
}

std::string json(const app::Explanation& explanation) {
  Json causes = Json::array();
  for (const app::FindingKind* kind : explanation.causes)
    causes.push_back({{"id", kind->id},
                      {"severity", to_string(kind->severity)},
                      {"title", kind->title},
                      {"remedy", kind->remedy},
                      {"reference", kind->reference}});
  const Json document = {{"meaning", explanation.meaning.empty() ? Json(nullptr) : Json(explanation.meaning)},
                         {"causes", causes},
                         {"find_out", explanation.find_out.empty() ? Json(nullptr) : Json(explanation.find_out)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
