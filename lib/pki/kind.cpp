#include <dockpki/pki/kind.hpp>

namespace dockpki::pki {

std::string_view to_string(Kind kind) {
  switch (kind) {
  case Kind::authority:
    return "authority";
  case Kind::server:
    return "server";
  case Kind::client:
    return "client";
  case Kind::dual:
    return "dual";
  }
  return "?";
}

std::optional<Kind> parse_kind(std::string_view text) {
  for (const Kind kind : {Kind::authority, Kind::server, Kind::client, Kind::dual})
    if (to_string(kind) == text)
      return kind;
  return std::nullopt;
}

std::string_view to_string(Role role) {
  switch (role) {
  case Role::all:
    return "all";
  case Role::servers:
    return "servers";
  case Role::clients:
    return "clients";
  }
  return "?";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::all, Role::servers, Role::clients})
    if (to_string(role) == text)
      return role;
  return std::nullopt;
}

bool signs(Role role, Kind kind) {
  switch (role) {
  case Role::all:
    return kind != Kind::authority;
  case Role::servers:
    return kind == Kind::server;
  case Role::clients:
    return kind == Kind::client;
  }
  return false;
}

bool overlap(Role left, Role right) {
  return left == right || left == Role::all || right == Role::all;
}

} // namespace dockpki::pki
