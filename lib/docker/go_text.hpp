// Why: dockerd since 23.0 reads a daemon.json in whatever encoding its byte order mark tells.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dockpki::docker {

/// Appends a code point.
void append_utf8(std::string& text, unsigned code);

struct Decoded {
  std::string text;                      ///< UTF-8 without a mark
  std::optional<std::size_t> invalid_at; ///< the octet where it ceases to be UTF-8
};

/// By its mark UTF-8 or UTF-16 of either order; without one UTF-8.
Decoded decode_by_bom(std::string_view octets);

} // namespace dockpki::docker
