#include "app/rotation_steps.hpp"

#include <algorithm>

#include "app/trust.hpp"

namespace dockpki::app {
namespace {

bool lies_in_home(const Context& context, const files::Path& folder) {
  const std::string inside = (context.home.root() / "").string();
  return folder.string().starts_with(inside);
}

std::string server_step(const Context& context, const RotationPlace& place, const std::string& what) {
  if (lies_in_home(context, place.folder))
    return "on the host of '" + place.name + "': copy " + what + " there, and restart dockerd";
  return "restart the dockerd that reads " + what;
}

} // namespace

std::vector<std::string> steps_by_hand(const Context& context, const std::vector<RotationPlace>& places,
                                       const std::vector<pki::Role>& roles, Copied copied) {
  std::vector<std::string> steps;
  for (const RotationPlace& place : places) {
    const bool is_concerned = std::ranges::any_of(roles, [&](pki::Role role) {
      return copied == Copied::ca_alone ? trusts(place.kind, role) : pki::signs(role, place.kind);
    });
    if (!is_concerned || place.ca == CaFile::failed)
      continue;
    const std::string what =
        copied == Copied::ca_alone ? (place.folder / "ca.pem").string() : "the set in " + place.folder.string();
    if (place.kind != pki::Kind::client)
      steps.push_back(server_step(context, place, what));
    else if (lies_in_home(context, place.folder))
      steps.push_back("give " + what + " to whoever uses client '" + place.name + "'");
  }
  return steps;
}

} // namespace dockpki::app
