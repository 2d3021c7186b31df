// Why: most homes have one authority, and nobody should have to say which; where there are two, it must be clear.
#pragma once

#include <dockpki/app/rotate.hpp>

namespace dockpki::app {

/// " --clients", " --servers", or nothing for an authority of all.
std::string option_of(pki::Role role);
/// The same where a command would not be clear without it: while both are under way.
std::string needed_option(const Context& context, pki::Role role);

/// The rotations of `roles`.
std::vector<Rotation> rotations_with(store::Inventory& inventory, const std::vector<pki::Role>& roles);

/// chosen_roles gives the role that `options` name, else the one whose rotation is under way, else all.
/// Throws Errc::usage (no such authority), Errc::not_found.
std::vector<pki::Role> chosen_roles(const Context& context, const RotateOptions& options);

/// The one of `rotations` that is under way; nullptr if none is. Throws Errc::usage if several are.
const Rotation* only_one_under_way(const std::vector<Rotation>& rotations);

/// chosen_rotation gives the rotation of the one role that is meant. Throws Errc::usage where that cannot be told.
Rotation chosen_rotation(const Context& context, const RotateOptions& options);

} // namespace dockpki::app
