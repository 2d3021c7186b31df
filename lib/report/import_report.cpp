// What import found and took, for a person and for a script.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/table.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

/// Where the set lies, or what was found.
std::string place(const app::ImportedSet& set) {
  if (!set.folder.empty())
    return set.folder.string();
  return set.certificate_path.empty() ? set.source.string() : set.certificate_path.string();
}

std::string notes(const app::ImportedSet& set) {
  std::string text;
  for (const std::string& note : set.notes)
    text += "note: " + std::string(to_string(set.kind)) + " '" + set.name + "': " + note + '\n';
  return text;
}

Json optional_text(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json set_json(const app::ImportedSet& set) {
  const x509::CertificateContents* const contents = set.certificate ? &set.certificate->contents() : nullptr;
  return {{"result", to_string(set.outcome)},
          {"source", set.source.string()},
          {"certificate", optional_text(set.certificate_path.string())},
          {"name", optional_text(set.name)},
          {"kind", contents != nullptr ? Json(to_string(set.kind)) : Json(nullptr)},
          {"serial", contents != nullptr ? Json(contents->serial_number.text()) : Json(nullptr)},
          {"not_after", contents != nullptr ? Json(format_rfc3339(contents->validity.not_after)) : Json(nullptr)},
          {"authority", optional_text(set.authority)},
          {"folder", optional_text(set.folder.string())},
          {"notes", set.notes},
          {"failure", optional_text(set.failure)},
          {"hint", optional_text(set.hint)}};
}

} // namespace

std::string text(const std::vector<app::ImportedSet>& sets, TimePoint now) {
  Table table({"RESULT", "NAME", "KIND", "EXPIRES"});
  std::string more;
  bool imported = false;
  for (const app::ImportedSet& set : sets) {
    table.add({std::string(to_string(set.outcome)), set.certificate ? set.name : "-",
               set.certificate ? std::string(to_string(set.kind)) : "-",
               set.certificate ? describe_when(set.certificate->contents().validity.not_after, now) : "-"});
    table.add_below(place(set));
    more += notes(set);
    imported = imported || set.outcome == app::Import::imported;
  }
  return table.text() + more + (imported ? next_text({"dockpki renew --check"}) : "");
}

std::string json(const std::vector<app::ImportedSet>& sets, app::DryRun dry_run) {
  Json list = Json::array();
  for (const app::ImportedSet& set : sets)
    list.push_back(set_json(set));
  const Json document = {{"sets", list}, {"dry_run", dry_run == app::DryRun::yes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
