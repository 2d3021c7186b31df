// Why: a process that was killed leaves staging folders, half-done switches and perhaps an entry for a certificate that nobody
// ever got.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <dockpki/store/home.hpp>

namespace dockpki::store {

/// Called for a certificate whose set was recorded but never put in force.
using Abandon = std::function<void(const CertificateRecord&, const std::string& reason)>;

/// Which folders outside the home are looked at besides those of reservations.
enum class Reach { newest_placement, every_placement };

/// Cleans up after dead processes in the home and in the folders that `reservations` and placements name: finishes or undoes
/// switches, removes staging, and removes authorities that were never recorded. The caller holds the home's lock.
/// Folders that cannot be looked at are left as they are. Gives the folders where something was mended.
std::vector<files::Path> clean_leftovers(const Home& home, Inventory& inventory,
                                         const std::vector<CertificateRecord>& reservations, Reach reach, const Abandon& abandon);

} // namespace dockpki::store
