// Why: who listens and who dials is decided by addresses, and one address has many spellings.
#pragma once

#include <optional>
#include <string_view>

namespace dockpki::docker {

/// AF_INET or AF_INET6 for the literal of an address (a zone is allowed); none for anything else.
std::optional<int> ip_family(std::string_view text);
bool is_loopback(std::string_view address);
bool is_unspecified(std::string_view address);
/// Do both texts spell one address? An IPv4 address and its IPv4-mapped form do.
bool same_address(std::string_view one, std::string_view other);

} // namespace dockpki::docker
