// Why: what a daemon is and which API it speaks, it says itself: GET /version.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dockpki::docker {

/// VersionInfo is what is of interest of the answer to GET /version. Its text is a stranger's; what it does not say is empty.
struct VersionInfo {
  std::string version;         ///< "28.5.2"
  std::string api_version;     ///< "1.51"
  std::string min_api_version; ///< "1.24"
  std::string platform;        ///< "linux/amd64"
};

/// parse_version_info gives none for text that is no such answer.
std::optional<VersionInfo> parse_version_info(std::string_view json);

} // namespace dockpki::docker
