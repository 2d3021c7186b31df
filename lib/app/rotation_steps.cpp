#include "app/rotation_steps.hpp"

#include "app/order.hpp"
#include "app/trust.hpp"

namespace dockpki::app {
namespace {

/// Sentences for a set that is used from a copy.
std::string copy_step(const RotationPlace& place, const std::string& what) {
  if (place.kind == pki::Kind::client)
    return "give " + what + " to whoever uses client '" + place.name + "'";
  return "on the host of '" + place.name + "': copy " + what + " there, and restart dockerd";
}

std::string bundle_step(const RotationPlace& place, const files::Path& bundle) {
  if (place.kind == pki::Kind::client)
    return "give " + bundle.string() + " to whoever uses client '" + place.name +
           "', to be unpacked where docker reads its files";
  return "on the host of '" + place.name + "': unpack " + bundle.string() + " where dockerd reads its files, and restart dockerd";
}

} // namespace

Copied copied_after(RotationPhase phase) {
  const bool is_reissued = phase == RotationPhase::reissuing || phase == RotationPhase::returning;
  return is_reissued ? Copied::whole_set : Copied::ca_alone;
}

bool is_concerned(const RotationPlace& place, pki::Role role, Copied copied) {
  const bool has_changed = copied == Copied::ca_alone ? trusts(place.kind, role) : pki::signs(role, place.kind);
  return has_changed && place.ca != CaFile::failed;
}

bool lies_in_home(const Context& context, const files::Path& folder) {
  const std::string inside = (context.home.root() / "").string();
  return folder.string().starts_with(inside);
}

std::string bundle_name(const Context& context, const files::Path& folder) {
  return folder.lexically_relative(context.home.root()).string() + ".tar";
}

std::vector<std::string> steps_by_hand(const Context& context, const std::vector<RotationPlace>& places, const Rotation& rotation,
                                       const std::optional<files::Path>& bundles) {
  const Copied copied = copied_after(rotation.phase);
  std::vector<std::string> steps;
  for (const RotationPlace& place : places) {
    if (!is_concerned(place, rotation.role, copied))
      continue;
    const std::string what =
        copied == Copied::ca_alone ? (place.folder / "ca.pem").string() : "the set in " + place.folder.string();
    if (!lies_in_home(context, place.folder)) {
      if (place.kind != pki::Kind::client)
        steps.push_back("restart the dockerd that reads " + what);
    } else if (bundles) {
      steps.push_back(bundle_step(place, absolute_folder(context, *bundles) / bundle_name(context, place.folder)));
    } else {
      steps.push_back(copy_step(place, what));
    }
  }
  return steps;
}

} // namespace dockpki::app
