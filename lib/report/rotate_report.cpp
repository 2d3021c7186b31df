// What rotate-ca did, how the rotation stands, and what a person has to do now.
#include <algorithm>

#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/renewed_set.hpp"
#include "report/table.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

std::string made_text(const app::AuthorityCard& made, TimePoint now) {
  const x509::CertificateContents& contents = made.certificate.contents();
  return Card("Made authority '" + contents.subject.common_name() + "' (" + made.name + ")")
      .row("certificate", made.certificate_path.string())
      .row("key", made.key_path.string() + (made.encrypted ? " (encrypted)" : " (NOT encrypted)"))
      .row("only for", join(contents.permitted_names))
      .row("serial", contents.serial_number.text())
      .row("valid until", day_and_distance(contents.validity.not_after, now))
      .text();
}

std::string rotation_text(const app::Rotation& rotation, TimePoint now) {
  switch (rotation.phase) {
  case app::RotationPhase::none:
    return rotation.signs + " signs, until " + day_and_distance(rotation.not_after, now) + "; no rotation is under way\n";
  case app::RotationPhase::begun:
    return "Begun: " + rotation.signs + " signs; " + rotation.trusted_still + " is trusted, and signs nothing yet\n";
  case app::RotationPhase::reissuing:
    return "Reissuing: " + rotation.signs + " signs; " + rotation.trusted_still + " is trusted until the rotation is finished\n";
  case app::RotationPhase::returning:
    return "Going back: " + rotation.signs + " signs; " + rotation.trusted_still + " is trusted until the rotation is finished\n";
  }
  return {};
}

std::string ca_text(const app::RotationPlace& place, app::DryRun dry_run) {
  if (place.ca == app::CaFile::unconcerned)
    return "-";
  if (place.ca == app::CaFile::behind && dry_run == app::DryRun::yes)
    return "would be updated";
  return std::string(to_string(place.ca));
}

std::string places_text(const app::RotateResult& result) {
  if (result.places.empty())
    return "No set is in force\n";
  Table table({"NAME", "KIND", "SIGNED BY", "TRUSTS", "CA.PEM"});
  for (const app::RotationPlace& place : result.places) {
    table.add({place.name, std::string(to_string(place.kind)), place.authority.empty() ? "-" : place.authority,
               place.trusts.empty() ? "-" : join(place.trusts, ","), ca_text(place, result.dry_run)});
    table.add_below(place.context.empty() ? place.folder.string() : "docker context '" + place.context + "'");
  }
  return table.text();
}

std::string lines(const std::string& title, const std::vector<std::string>& texts) {
  std::string text = texts.empty() ? "" : title + '\n';
  for (const std::string& one : texts)
    text += "  " + one + '\n';
  return text;
}

Json rotation_json(const app::Rotation& rotation) {
  return {{"role", to_string(rotation.role)},
          {"phase", to_string(rotation.phase)},
          {"signs", rotation.signs},
          {"not_after", format_rfc3339(rotation.not_after)},
          {"also_trusted", rotation.trusted_still.empty() ? Json(nullptr) : Json(rotation.trusted_still)}};
}

Json place_json(const app::RotationPlace& place) {
  return {{"name", place.name},
          {"kind", to_string(place.kind)},
          {"folder", place.folder.string()},
          {"context", place.context.empty() ? Json(nullptr) : Json(place.context)},
          {"authority", place.authority},
          {"trusts", place.trusts},
          {"ca", to_string(place.ca)},
          {"failure", place.failure.empty() ? Json(nullptr) : Json(place.failure)},
          {"hint", place.hint.empty() ? Json(nullptr) : Json(place.hint)}};
}

} // namespace

std::string text(const app::RotateResult& result, TimePoint now) {
  std::string text = result.made ? made_text(*result.made, now) : "";
  for (const app::Rotation& rotation : result.rotations)
    text += rotation_text(rotation, now);
  text += renewed_table(result.reissued, result.dry_run, now);
  text += places_text(result);
  text += lines(result.dry_run == app::DryRun::yes ? "Would break:" : "Broken:", result.broken);
  text += notes_text(result.notes);
  if (!result.bundle_folder.empty())
    text += "Bundles: " + std::to_string(result.bundles.size()) + " in " + result.bundle_folder.string() +
            ", and STEPS.txt, which tells what to do with them\n";
  text += lines("By hand, unless it is done already:", result.by_hand);
  return text + next_text(result.next);
}

std::string json(const app::RotateResult& result) {
  Json rotations = Json::array();
  for (const app::Rotation& rotation : result.rotations)
    rotations.push_back(rotation_json(rotation));
  Json places = Json::array();
  for (const app::RotationPlace& place : result.places)
    places.push_back(place_json(place));
  Json reissued = Json::array();
  for (const app::RenewedSet& set : result.reissued)
    reissued.push_back(renewed_set_json(set));
  const Json document = {{"rotations", rotations},
                         {"made", result.made ? Json(result.made->name) : Json(nullptr)},
                         {"places", places},
                         {"reissued", reissued},
                         {"left", result.left},
                         {"broken", result.broken},
                         {"notes", result.notes},
                         {"by_hand", result.by_hand},
                         {"next", result.next},
                         {"bundle_folder", result.bundle_folder.empty() ? Json(nullptr) : Json(result.bundle_folder.string())},
                         {"bundles", result.bundles},
                         {"dry_run", result.dry_run == app::DryRun::yes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
