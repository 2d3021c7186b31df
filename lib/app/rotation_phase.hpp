// Why: the phases of a rotation look at the home, change it and tell what comes next in the same way.
#pragma once

#include <dockpki/app/rotate.hpp>
#include <dockpki/store/home.hpp>

namespace dockpki::app {

RotateResult result_for(const RotateOptions& options);
store::WriteSession write_session(const Context& context);
store::AuthorityRecord authority_named(store::Inventory& inventory, const std::string& name);

/// Settles what an interrupted command left half done: only then is it certain where each set stands.
void settle(const Context& context, const RotateOptions& options);

/// Throws Errc::busy if the rotation is not where it was: another process may have been first.
void require_same(const Rotation& before, store::Inventory& inventory);

/// What a dry run of a phase that changes every ca.pem would touch.
void mark_as_behind(std::vector<RotationPlace>& places);

/// Brings every ca.pem of `roles` up to date, and tells how all stands then.
void spread(const Context& context, const std::vector<pki::Role>& roles, RotateResult& result);
/// Tells how all stands.
void look(const Context& context, const std::vector<pki::Role>& roles, RotateResult& result);

/// Where what `rotation`'s other authority signed still lies.
std::vector<RotationPlace> standing_on_other(const std::vector<RotationPlace>& places, const Rotation& rotation);
bool is_behind(const std::vector<RotationPlace>& places);

/// What a person has to do now, and which command comes then.
void tell_next(const Context& context, const RotateOptions& options, RotateResult& result);

} // namespace dockpki::app
