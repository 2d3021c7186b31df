// Why: a renewal and a rotation issue sets anew in one way; they differ in which ones.
#pragma once

#include <functional>

#include "app/issue_set.hpp"
#include "app/renew_contexts.hpp"

namespace dockpki::app {

/// Every set that is in force, where it lies.
std::vector<Candidate> find_candidates(store::Inventory& inventory);

/// choose leaves those that were named. Throws Errc::not_found for a name that no set has.
std::vector<Candidate> choose(std::vector<Candidate> candidates, const std::vector<std::string>& names);

/// The type to generate instead of `key`; P-256 for one that dockpki does not make.
x509::KeyType type_like(const x509::PublicKey& key);

/// renew_candidates issues those anew that are due, and brings docker contexts up to date. A set that fails does not stop the
/// others. Throws Errc::wrong_passphrase, Errc::cancelled, Errc::usage.
std::vector<RenewedSet> renew_candidates(Context& context, const std::vector<Candidate>& candidates, const RenewOptions& options,
                                         const std::function<bool(const Candidate&)>& is_due, Issuers& issuers);

} // namespace dockpki::app
