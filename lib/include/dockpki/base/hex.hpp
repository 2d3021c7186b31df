// Why: serial numbers, key identifiers and digests are shown and stored as lower-case hexadecimal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dockpki {

/// to_hex gives two lower-case digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// parse_hex reads digits of either case, with or without single ':' between bytes; nullopt for anything else.
std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text);

} // namespace dockpki
