// Why: neither flock nor SQLite's locks can be trusted across a network.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dockpki::store {

/// The name of the network file system with this f_type (statfs); nullopt for any other.
std::optional<std::string_view> network_file_system(std::uint32_t magic);

} // namespace dockpki::store
