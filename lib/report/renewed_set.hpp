// Why: a set that was issued anew is told in one way, whether renew or a rotation did it.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <dockpki/app/renew.hpp>

namespace dockpki::report {

/// A row for each set, and below the table what else there is to tell; nothing without sets.
std::string renewed_table(const std::vector<app::RenewedSet>& sets, app::DryRun dry_run, TimePoint now);

nlohmann::ordered_json renewed_set_json(const app::RenewedSet& set);

} // namespace dockpki::report
