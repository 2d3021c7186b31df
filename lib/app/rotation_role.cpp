#include "app/rotation_role.hpp"

#include <algorithm>

#include <dockpki/base/error.hpp>

#include "app/rotation_places.hpp"

namespace dockpki::app {
namespace {

std::vector<Rotation> all_rotations(const Context& context) {
  context.home.check();
  store::ReadSession session(context.home);
  std::vector<Rotation> rotations = rotations_of(session.inventory());
  if (rotations.empty())
    throw Error(Errc::not_found, "failed to find an authority in '" + context.home.root().string() + "': there is none",
                "run 'dockpki init-ca' first");
  return rotations;
}

[[noreturn]] void refuse_unclear() {
  throw Error(Errc::usage, "failed to rotate: this home has separate authorities for servers and clients",
              "say which one: --clients or --servers");
}

} // namespace

std::string option_of(pki::Role role) {
  return role == pki::Role::all ? "" : " --" + std::string(to_string(role));
}

std::string needed_option(const Context& context, pki::Role role) {
  const auto under_way =
      std::ranges::count_if(all_rotations(context), [](const Rotation& one) { return one.phase != RotationPhase::none; });
  return under_way > 1 ? option_of(role) : "";
}

std::vector<Rotation> rotations_with(store::Inventory& inventory, const std::vector<pki::Role>& roles) {
  std::vector<Rotation> rotations = rotations_of(inventory);
  std::erase_if(rotations, [&](const Rotation& one) { return std::ranges::find(roles, one.role) == roles.end(); });
  return rotations;
}

std::vector<pki::Role> chosen_roles(const Context& context, const RotateOptions& options) {
  std::vector<Rotation> rotations = all_rotations(context);
  if (options.role) {
    std::erase_if(rotations, [&](const Rotation& one) { return one.role != *options.role; });
    if (rotations.empty())
      throw Error(Errc::usage,
                  "failed to rotate the authority for " + std::string(to_string(*options.role)) +
                      ": this home has one authority for servers and clients",
                  "leave out" + option_of(*options.role));
    return {*options.role};
  }
  std::vector<pki::Role> all;
  std::vector<pki::Role> under_way;
  for (const Rotation& one : rotations) {
    all.push_back(one.role);
    if (one.phase != RotationPhase::none)
      under_way.push_back(one.role);
  }
  return under_way.size() == 1 ? under_way : all;
}

const Rotation* only_one_under_way(const std::vector<Rotation>& rotations) {
  const Rotation* found = nullptr;
  for (const Rotation& one : rotations) {
    if (one.phase == RotationPhase::none)
      continue;
    if (found != nullptr)
      refuse_unclear();
    found = &one;
  }
  return found;
}

Rotation chosen_rotation(const Context& context, const RotateOptions& options) {
  const std::vector<pki::Role> roles = chosen_roles(context, options);
  if (roles.size() > 1)
    refuse_unclear();
  store::ReadSession session(context.home);
  return rotations_with(session.inventory(), roles).front();
}

} // namespace dockpki::app
