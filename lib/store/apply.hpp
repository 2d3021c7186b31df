// Why: what each event does to the tables. The same code when it happens and when a lost inventory is rebuilt.
#pragma once

#include <dockpki/store/event.hpp>

#include "store/rows.hpp"

namespace SQLite {
class Database;
}

namespace dockpki::store {

/// Changes the tables as `event` says, within a transaction of the caller's. Throws Damage if the event cannot be true.
void apply_event(SQLite::Database& database, StateRow& state, const Event& event);

} // namespace dockpki::store
