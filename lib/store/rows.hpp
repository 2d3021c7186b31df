// Why: the rows of each table as they are stored, with their sums. Reading a row checks it.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include <dockpki/store/audit_log.hpp>
#include <dockpki/store/records.hpp>

#include "store/row_sum.hpp"

namespace SQLite {
class Database;
class Statement;
} // namespace SQLite

namespace dockpki::store {

/// Damage is a fault found in a row. It never leaves lib/store: SqliteInventory turns it into Errc::damaged.
class Damage : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

struct StateRow {
  std::int64_t schema_version = 0;
  std::int64_t schema_sum = 0;
  LogHead log;
  TableTotal authorities;
  TableTotal certificates;
  TableTotal placements;
  TableTotal crls;
  std::int64_t reserved = 0; ///< how many certificates are in that state

  static StateRow load(SQLite::Database& database);
  /// Writes the row: the first time, or over the one that stands.
  void save(SQLite::Database& database) const;
  [[nodiscard]] std::int64_t row_sum() const;
};

struct AuthorityRow {
  std::int64_t id = 0;
  std::string name;
  pki::Role role = pki::Role::all;
  int generation = 1;
  AuthorityState state = AuthorityState::reserved;
  std::optional<std::int64_t> certificate_id;
  TimePoint created_at;

  /// The column `rotation` tells incoming and outgoing ones from the other active ones.
  static constexpr const char* columns = "id, name, role, generation, state, rotation, certificate_id, created_at, row_sum";
  /// The same of a table that has not been migrated.
  static constexpr const char* columns_before_rotation =
      "id, name, role, generation, state, NULL, certificate_id, created_at, row_sum";
  static AuthorityRow read(SQLite::Statement& query);
  void insert(SQLite::Database& database, StateRow& state);
  void update(SQLite::Database& database, StateRow& state, std::int64_t sum_before) const;
  [[nodiscard]] std::int64_t row_sum() const;
};

struct CertificateRow {
  std::int64_t id = 0;
  std::int64_t authority_id = 0;
  std::string serial;
  pki::Kind kind = pki::Kind::server;
  std::string name;
  CertificateState state = CertificateState::reserved;
  std::string folder; ///< where it was meant to go when its serial was reserved
  std::optional<std::string> sha256;
  std::optional<std::int64_t> not_before;
  std::optional<std::int64_t> not_after;
  TimePoint reserved_at;
  std::optional<RevocationRecord> revocation;
  Der der; ///< not read by read()

  static constexpr const char* columns = "id, authority_id, serial, kind, name, state, folder, sha256, not_before, not_after, "
                                         "reserved_at, revoked_at, revocation_reason, row_sum";
  /// The same of a table that has not been migrated.
  static constexpr const char* columns_of_version_1 = "id, authority_id, serial, kind, name, state, folder, sha256, not_before, "
                                                      "not_after, reserved_at, NULL, NULL, row_sum";
  static CertificateRow read(SQLite::Statement& query);
  void insert(SQLite::Database& database, StateRow& state);
  /// The DER is written if there is some.
  void update(SQLite::Database& database, StateRow& state, const CertificateRow& before) const;
  [[nodiscard]] std::int64_t row_sum() const;
  /// Takes the certificate's own bytes and what is read from them. Throws Damage if `der` is not a certificate with this serial.
  void take(const Der& certificate);
  [[nodiscard]] CertificateRecord record(const std::string& authority) const;
};

enum class PlacementState { current, replaced, withdrawn };

struct PlacementRow {
  std::int64_t id = 0;
  std::int64_t certificate_id = 0;
  std::string folder;
  Layout layout = Layout::server;
  std::string owner;
  PlacementState state = PlacementState::current;
  TimePoint placed_at;

  static constexpr const char* columns = "id, certificate_id, folder, layout, owner, state, placed_at, row_sum";
  static PlacementRow read(SQLite::Statement& query);
  void insert(SQLite::Database& database, StateRow& state);
  void set_state(SQLite::Database& database, StateRow& state, PlacementState to);
  [[nodiscard]] std::int64_t row_sum() const;
  [[nodiscard]] PlacementRecord record() const;
};

struct CrlRow {
  std::int64_t id = 0;
  std::int64_t authority_id = 0;
  std::int64_t number = 0;
  TimePoint this_update;
  TimePoint next_update;
  std::string sha256;

  static constexpr const char* columns = "id, authority_id, number, this_update, next_update, sha256, row_sum";
  static CrlRow read(SQLite::Statement& query);
  void insert(SQLite::Database& database, StateRow& state);
  [[nodiscard]] std::int64_t row_sum() const;
  [[nodiscard]] CrlRecord record(const std::string& authority) const;
};

} // namespace dockpki::store
