// Why: where a set is to go, something may stand already: ours, or somebody else's that must not be lost.
#pragma once

#include <dockpki/files/set.hpp>

#include "app/issue_set.hpp"

namespace dockpki::app {

/// Which of the set's files this order writes: with a request, the key is elsewhere.
std::vector<std::string> written_names(const SetOrder& order);

/// A renewal by the same authority leaves ca.pem alone, and with it what somebody added there.
bool keeps_trust(const SetOrder& order, const std::string& authority);

/// check_standing looks, as the owner, at what stands in the order's folder: before a passphrase is asked for and a serial number
/// taken. Notes what a replaced certificate takes away. Throws Errc::already_exists without Force::yes, Errc::refused beside a
/// key that is another's, Errc::permission.
void check_standing(SetOrder& order, TimePoint now);

/// check_unchanged looks again under the home's lock: between the first look and this, another process may have put another set
/// there. Throws Errc::busy, Errc::refused.
void check_unchanged(store::Inventory& inventory, const SetOrder& order);

/// existing_policy: what is wholly this home's is replaced, anything else kept as a backup.
files::Existing existing_policy(store::Inventory& inventory, const SetOrder& order);

/// ca_pem_for gives what ca.pem is to hold. A renewal by another authority keeps there what somebody added.
std::string ca_pem_for(store::Inventory& inventory, const SetOrder& order);

} // namespace dockpki::app
