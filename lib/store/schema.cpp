#include "store/schema.hpp"

#include <array>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/row_sum.hpp"

namespace dockpki::store {
namespace {

// Times are seconds since 1970-01-01T00:00:00Z. row_sum: see row_sum.hpp. No row is ever deleted.
constexpr std::string_view version_1 = R"(
CREATE TABLE state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  schema_version INTEGER NOT NULL,
  schema_sum INTEGER NOT NULL,
  log_sequence INTEGER NOT NULL CHECK (log_sequence >= 0),
  log_seal TEXT NOT NULL,
  authority_count INTEGER NOT NULL,
  authority_sum INTEGER NOT NULL,
  certificate_count INTEGER NOT NULL,
  certificate_sum INTEGER NOT NULL,
  reserved_count INTEGER NOT NULL,
  placement_count INTEGER NOT NULL,
  placement_sum INTEGER NOT NULL,
  crl_count INTEGER NOT NULL,
  crl_sum INTEGER NOT NULL,
  row_sum INTEGER NOT NULL
);
CREATE TABLE authorities (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('all', 'servers', 'clients')),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  state TEXT NOT NULL CHECK (state IN ('reserved', 'active', 'retired', 'abandoned')),
  certificate_id INTEGER REFERENCES certificates (id),
  created_at INTEGER NOT NULL,
  row_sum INTEGER NOT NULL,
  CHECK (state NOT IN ('active', 'retired') OR certificate_id IS NOT NULL)
);
CREATE TABLE certificates (
  id INTEGER PRIMARY KEY,
  authority_id INTEGER NOT NULL REFERENCES authorities (id),
  serial TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('authority', 'server', 'client', 'dual')),
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'issued', 'superseded', 'revoked', 'abandoned')),
  folder TEXT NOT NULL,
  sha256 TEXT,
  not_before INTEGER,
  not_after INTEGER,
  reserved_at INTEGER NOT NULL,
  row_sum INTEGER NOT NULL,
  der BLOB,
  UNIQUE (authority_id, serial),
  CHECK ((der IS NULL) = (sha256 IS NULL) AND (der IS NULL) = (not_before IS NULL) AND (der IS NULL) = (not_after IS NULL)),
  CHECK (state NOT IN ('issued', 'superseded', 'revoked') OR der IS NOT NULL)
);
CREATE INDEX certificates_by_sha256 ON certificates (sha256);
CREATE TABLE placements (
  id INTEGER PRIMARY KEY,
  certificate_id INTEGER NOT NULL REFERENCES certificates (id),
  folder TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('server', 'client')),
  owner TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('current', 'replaced', 'withdrawn')),
  placed_at INTEGER NOT NULL,
  row_sum INTEGER NOT NULL
);
CREATE UNIQUE INDEX placements_current ON placements (folder, layout) WHERE state = 'current';
CREATE INDEX placements_by_certificate ON placements (certificate_id);
CREATE TABLE crls (
  id INTEGER PRIMARY KEY,
  authority_id INTEGER NOT NULL REFERENCES authorities (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  this_update INTEGER NOT NULL,
  next_update INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  row_sum INTEGER NOT NULL,
  der BLOB NOT NULL,
  UNIQUE (authority_id, number)
);
)";

// Revocations. A row without them has the sum that it had before, so none is written anew. No version 1 ever had a row in crls;
// the lists themselves lie in the authorities' folders. A row that is revoked but has no certificate (repair found its serial
// number on a list, and nothing else) is abandoned and has revoked_at.
constexpr std::string_view version_2 = R"(
ALTER TABLE certificates ADD COLUMN revoked_at INTEGER;
ALTER TABLE certificates ADD COLUMN revocation_reason TEXT CHECK ((revocation_reason IS NULL) = (revoked_at IS NULL));
DROP TABLE crls;
CREATE TABLE crls (
  id INTEGER PRIMARY KEY,
  authority_id INTEGER NOT NULL REFERENCES authorities (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  this_update INTEGER NOT NULL,
  next_update INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  row_sum INTEGER NOT NULL,
  UNIQUE (authority_id, number)
);
)";

// Rotation: `incoming` or `outgoing` for an authority that is trusted ('active') but does not sign.
constexpr std::string_view version_3 = R"(
ALTER TABLE authorities ADD COLUMN rotation TEXT 
  CHECK (rotation IS NULL OR (rotation IN ('incoming', 'outgoing') AND state = 'active'));
)";

constexpr std::array<std::string_view, 3> scripts_in_order = {version_1, version_2, version_3};

} // namespace

std::span<const std::string_view> migrations() {
  return scripts_in_order;
}

void migrate(SQLite::Database& database, int from, std::span<const std::string_view> scripts,
             const std::function<void(int version)>& seal) {
  for (std::size_t version = static_cast<std::size_t>(from); version < scripts.size(); ++version) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec(std::string(scripts[version]));
    database.exec("PRAGMA user_version = " + std::to_string(version + 1));
    seal(static_cast<int>(version) + 1);
    transaction.commit();
  }
}

std::int64_t schema_sum(SQLite::Database& database) {
  SQLite::Statement query(database, "SELECT type, name, tbl_name, rootpage, coalesce(sql, '') FROM sqlite_master ORDER BY rowid");
  RowSum sum("schema");
  while (query.executeStep())
    sum.add(query.getColumn(0).getString())
        .add(query.getColumn(1).getString())
        .add(query.getColumn(2).getString())
        .add(query.getColumn(3).getInt64())
        .add(query.getColumn(4).getString());
  return sum.value();
}

} // namespace dockpki::store
