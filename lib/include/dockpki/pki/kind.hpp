// Why: the words that the inventory, the profiles and the command line share.
#pragma once

#include <optional>
#include <string_view>

namespace dockpki::pki {

/// Kind is what a certificate is for. `dual` carries both usages (swarm managers) and is made only when asked for by name.
enum class Kind { authority, server, client, dual };

std::string_view to_string(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

/// Role is what an authority signs. A home has one authority for `all`, or one for `servers` and one for `clients`.
enum class Role { all, servers, clients };

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

/// True if an authority of `role` signs certificates of `kind` (leaves).
bool signs(Role role, Kind kind);

/// True if there is a kind that both sign.
bool overlap(Role left, Role right);

} // namespace dockpki::pki
