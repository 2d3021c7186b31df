// Why: a home of which a part is missing is damaged, and one of which every part is missing is merely new.
#pragma once

#include "store/sqlite_inventory.hpp"

#include <dockpki/store/home.hpp>

namespace dockpki::store {

struct HomeContents {
  Standing inventory = Standing::nothing;
  bool has_log = false;
  bool has_log_entries = false;
  bool has_authorities = false;
};

HomeContents look_at(const Home& home);
/// Throws Errc::damaged if the inventory is missing or empty in a home that has something to remember.
void refuse_missing_parts(const Home& home, const HomeContents& contents);
/// Throws Errc::not_found "... has no authority yet", hint: init-ca.
[[noreturn]] void throw_no_authority(const Home& home);

} // namespace dockpki::store
