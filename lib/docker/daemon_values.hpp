// Why: some settings have to make sense before dockerd starts, whatever they are to TLS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "docker/go_json.hpp"

namespace dockpki::docker {

/// Why a flag's value is refused; empty if it is not. Hosts, switches and numbers are not looked at.
std::string flag_value_fault(std::string_view flag, const std::string& value);

/// Why the settings, by key, are refused (moby daemon/config, Validate); empty if they are not. Types are taken to be right.
std::string settings_fault(const std::vector<std::pair<std::string, const JsonValue*>>& settings);

/// logrus.ParseLevel, which takes these in any letters.
bool is_log_level(std::string_view text);

} // namespace dockpki::docker
