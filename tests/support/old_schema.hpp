// Why: inventories that an older dockpki wrote are out there; what reads them is tested with the very tables of their time.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <dockpki/store/home.hpp>

#include "store/rows.hpp"
#include "store/schema.hpp"
#include "store/sqlite_inventory.hpp"

namespace dockpki::test {

/// Writes the home's inventory as `version` of the schema had it. What only a later one can hold must not be in it.
inline void make_version(const store::Home& home, int version) {
  const std::string certificates = "id, authority_id, serial, kind, name, state, folder, sha256, not_before, not_after, "
                                   "reserved_at, row_sum, der";
  const std::array<std::string, 2> certificates_in = {certificates, certificates + ", revoked_at, revocation_reason"};
  const std::string authorities = "id, name, role, generation, state, certificate_id, created_at, row_sum";
  const auto copy = [](const std::string& table, const std::string& columns) {
    return "INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM newer." + table + ";";
  };
  const std::string path = home.inventory().string();
  const std::string made = path + "-old";
  {
    SQLite::Database database(made, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA application_id = " + std::to_string(store::application_id));
    store::migrate(database, 0, store::migrations().first(static_cast<std::size_t>(version)), [](int) {});
    database.exec("ATTACH '" + path + "' AS newer");
    database.exec("PRAGMA defer_foreign_keys = 1; BEGIN;" + copy("authorities", authorities) +
                  copy("certificates", certificates_in.at(static_cast<std::size_t>(version) - 1)) +
                  "INSERT INTO placements SELECT * FROM newer.placements; INSERT INTO state SELECT * FROM newer.state; COMMIT;"
                  "DETACH newer");
    store::StateRow state = store::StateRow::load(database);
    state.schema_version = version;
    state.schema_sum = store::schema_sum(database);
    state.save(database);
    database.exec("PRAGMA journal_mode = WAL");
  }
  for (const char* ending : {"", "-wal", "-shm"})
    std::filesystem::remove(path + ending);
  std::filesystem::rename(made, path);
  ::chmod(path.c_str(), 0600);
}

} // namespace dockpki::test
