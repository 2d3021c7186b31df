// Why: the inventory's tables, as an ordered list of scripts: what a newer dockpki adds is a script more. The SQL is what SQLite
// and PostgreSQL both take, but for the names of types (docs/decisions/0003).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace SQLite {
class Database;
}

namespace dockpki::store {

/// "dkpk": says in the file's header whose it is.
inline constexpr int application_id = 0x646b706b;

/// Script n (from 1) brings version n - 1 to version n.
std::span<const std::string_view> migrations();

/// Brings the database from version `from` to the last of `scripts`, each in a transaction, and sets user_version. Within the
/// same transaction `seal` is called with the version reached: the state row has to agree, whenever the machine stops.
void migrate(SQLite::Database& database, int from, std::span<const std::string_view> scripts,
             const std::function<void(int version)>& seal);

/// A sum over the definitions of all tables and indexes and the pages where they begin.
std::int64_t schema_sum(SQLite::Database& database);

} // namespace dockpki::store
