// Why: a docker context keeps a copy of a set that nobody told dockpki of; a renewal is not done before it has the new one.
#pragma once

#include <vector>

#include <dockpki/app/renew.hpp>
#include <dockpki/docker/context_store.hpp>

namespace dockpki::app {

/// Candidate is a set that may be due: what the inventory knows of it.
struct Candidate {
  store::CertificateRecord record;
  store::PlacementRecord placement;
};

/// The docker contexts of `owner` that hold a certificate; of the caller where that is empty. To be called as that user. Throws
/// Errc::not_found for a user who is no more.
std::vector<docker::ContextSet> contexts_of(const Context& context, const std::string& owner);

/// renew_contexts brings the docker contexts of the sets' owners that hold an earlier certificate of a set up to what lies in the
/// set's folder, and notes them in its result. `results` are those of `candidates`, one for one; sets that failed are left out.
void renew_contexts(const Context& context, const std::vector<Candidate>& candidates, std::vector<RenewedSet>& results,
                    DryRun dry_run);

} // namespace dockpki::app
