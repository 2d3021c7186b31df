// Why: which files make up a unit is decided by folders of many kinds, by aliases and by masks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <dockpki/docker/service_unit.hpp>

namespace dockpki::docker {

/// Where a path below the root leads, by links as the machine itself has them.
std::filesystem::path target_of(const UnitPlaces& places, const std::filesystem::path& path);

/// True if something is there. Throws Errc::permission, Errc::io where that cannot be told.
bool is_there(const UnitPlaces& places, const std::filesystem::path& path);

/// A link to /dev/null, or an empty file, hides what other folders have under that name.
bool is_mask(const UnitPlaces& places, const std::filesystem::path& path);

/// The drop-ins of a unit by name, where `names` are its own and those of which it is an alias: of several with one name the
/// first folder's counts. Not one that is called `left_out`. Throws as is_there does.
std::vector<std::filesystem::path> find_drop_ins(const UnitPlaces& places, const std::vector<std::string>& names,
                                                 const std::string& left_out);

} // namespace dockpki::docker
