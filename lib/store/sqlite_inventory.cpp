#include "store/sqlite_inventory.hpp"

#include <map>
#include <set>

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include "files/fd.hpp"
#include "store/apply.hpp"
#include "store/columns.hpp"
#include "store/damage.hpp"
#include "store/tables.hpp"

namespace dockpki::store {
namespace {

bool in_transaction(SQLite::Database& database) {
  return sqlite3_get_autocommit(database.getHandle()) == 0;
}

/// One view of all tables while it lives, unless a transaction gives that already.
class Snapshot {
public:
  explicit Snapshot(SQLite::Database& database) {
    if (!in_transaction(database))
      transaction_.emplace(database);
  }

private:
  std::optional<SQLite::Transaction> transaction_; // rolled back: nothing was changed
};

using Names = std::map<std::int64_t, std::string>;

Names names_of(const std::vector<AuthorityRow>& authorities) {
  Names names;
  for (const AuthorityRow& row : authorities)
    names.emplace(row.id, row.name);
  return names;
}

const std::string& name_of(const Names& names, std::int64_t id) {
  const auto found = names.find(id);
  if (found == names.end())
    throw Damage("authority " + std::to_string(id) + " is missing");
  return found->second;
}

} // namespace

void rethrow_sqlite(const SQLite::Exception& exception, int system_error, const files::Path& path) {
  const std::string failed = "failed to use the inventory " + files::quoted(path);
  switch (exception.getErrorCode()) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    throw Error(Errc::busy, failed + ": another process keeps it locked");
  case SQLITE_FULL:
    files::fail_to_write(path, ENOSPC);
  case SQLITE_IOERR:
    files::fail_to_write(path, system_error != 0 ? system_error : EIO);
  case SQLITE_READONLY:
  case SQLITE_PERM:
    throw Error(Errc::permission, "failed to write " + files::quoted(path) + ": " + exception.what());
  case SQLITE_CANTOPEN:
    files::fail(failed, system_error != 0 ? system_error : EIO);
  case SQLITE_NOMEM:
    throw Error(Errc::io, failed + ": out of memory");
  default:
    // SQLITE_CORRUPT, SQLITE_NOTADB; SQLITE_ERROR where a table is not what it was; SQLITE_CONSTRAINT where a row stands that
    // should not.
    throw_damaged_inventory(path, exception.what());
  }
}

template <class Work>
auto SqliteInventory::guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& exception) {
    rethrow_sqlite(exception, sqlite3_system_errno(database_->getHandle()), path_);
  } catch (const Damage& damage) {
    throw_damaged_inventory(path_, damage.what());
  }
}

void SqliteInventory::together(const std::function<void()>& work) {
  guarded([&] {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    work();
    transaction.commit();
  });
}

void SqliteInventory::hold_still() {
  guarded([&] {
    database_->exec("BEGIN");
    StateRow::load(*database_); // only reading takes the snapshot
  });
}

void SqliteInventory::release_view() {
  guarded([&] {
    if (in_transaction(*database_))
      database_->exec("COMMIT");
  });
}

void SqliteInventory::change(const std::function<bool(StateRow&)>& work) {
  guarded([&] {
    std::optional<SQLite::Transaction> transaction;
    if (!in_transaction(*database_))
      transaction.emplace(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    StateRow state = StateRow::load(*database_);
    if (!work(state))
      return;
    state.save(*database_);
    if (transaction)
      transaction->commit();
  });
}

bool SqliteInventory::reserve(const x509::SerialNumber& serial, const pki::Reservation& reservation) {
  bool reserved = false;
  change([&](StateRow& state) {
    std::optional<AuthorityRow> authority = find_authority(*database_, reservation.authority);
    if (!authority && reservation.kind != pki::Kind::authority)
      throw Error(Errc::not_found, "failed to reserve a serial number: there is no authority '" + reservation.authority + "'");
    if (!authority) {
      authority.emplace();
      authority->name = reservation.authority;
      authority->created_at = reservation.at;
      authority->insert(*database_, state);
    }
    if (find_certificate_row(*database_, authority->id, serial.text()))
      return false;
    CertificateRow row;
    row.authority_id = authority->id;
    row.serial = serial.text();
    row.kind = reservation.kind;
    row.name = reservation.name;
    row.folder = reservation.folder;
    row.reserved_at = reservation.at;
    row.insert(*database_, state);
    return reserved = true;
  });
  return reserved;
}

void SqliteInventory::apply(const Event& event, const LogHead& head) {
  change([&](StateRow& state) {
    if (head.sequence <= state.log.sequence) {
      if (head.sequence == state.log.sequence && head.seal != state.log.seal)
        throw Damage("entry " + std::to_string(head.sequence) + " of the audit log is not the one that it knows");
      return false;
    }
    if (head.sequence != state.log.sequence + 1)
      throw Damage("it lacks entry " + std::to_string(state.log.sequence + 1) + " of the audit log");
    apply_event(*database_, state, event);
    state.log = head;
    return true;
  });
}

LogHead SqliteInventory::head() {
  return guarded([&] { return StateRow::load(*database_).log; });
}

std::vector<CertificateRow> SqliteInventory::scan_certificates() {
  return read_table<CertificateRow>(*database_, "certificates", StateRow::load(*database_).certificates);
}

std::vector<CertificateRecord> SqliteInventory::reservations() {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    const StateRow state = StateRow::load(*database_);
    std::vector<CertificateRecord> records;
    if (state.reserved == 0) // nearly always
      return records;
    const Names names = names_of(read_table<AuthorityRow>(*database_, "authorities", state.authorities));
    for (const CertificateRow& row : scan_certificates())
      if (row.state == CertificateState::reserved)
        records.push_back(row.record(name_of(names, row.authority_id)));
    return records;
  });
}

std::vector<AuthorityRecord> SqliteInventory::authorities() {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    std::vector<AuthorityRecord> records;
    for (const AuthorityRow& row : read_table<AuthorityRow>(*database_, "authorities", StateRow::load(*database_).authorities)) {
      AuthorityRecord record{row.name, row.role, row.generation, row.state, {}, row.created_at};
      if (row.certificate_id) {
        const std::optional<CertificateRow> certificate = find_certificate_row(*database_, *row.certificate_id);
        if (!certificate)
          throw Damage("the certificate of authority '" + row.name + "' is missing");
        record.certificate = read_der(*database_, *certificate);
      }
      records.push_back(std::move(record));
    }
    return records;
  });
}

std::vector<CertificateRecord> SqliteInventory::certificates() {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    const Names names = names_of(read_table<AuthorityRow>(*database_, "authorities", StateRow::load(*database_).authorities));
    std::vector<CertificateRecord> records;
    for (const CertificateRow& row : scan_certificates())
      if (row.kind != pki::Kind::authority)
        records.push_back(row.record(name_of(names, row.authority_id)));
    return records;
  });
}

std::set<TimePoint> SqliteInventory::authority_ends() {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    std::set<TimePoint> ends;
    for (const CertificateRow& row : scan_certificates())
      if (row.kind == pki::Kind::authority && row.not_after)
        ends.insert(time_point(*row.not_after));
    return ends;
  });
}

std::vector<PlacementRecord> SqliteInventory::placements() {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    std::vector<PlacementRecord> records;
    std::set<std::pair<std::string, Layout>> places;
    for (const PlacementRow& row : read_table<PlacementRow>(*database_, "placements", StateRow::load(*database_).placements)) {
      if (row.state != PlacementState::current)
        continue;
      if (!places.emplace(row.folder, row.layout).second)
        throw Damage("two sets lie in folder '" + row.folder + "'");
      records.push_back(row.record());
    }
    return records;
  });
}

std::optional<PlacementRecord> SqliteInventory::find_placement(const std::string& folder, Layout layout) {
  return guarded([&] {
    const std::optional<PlacementRow> row = find_current_placement(*database_, folder, layout);
    return row ? std::optional(row->record()) : std::nullopt;
  });
}

std::vector<CrlRecord> SqliteInventory::crls() {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    const StateRow state = StateRow::load(*database_);
    const Names names = names_of(read_table<AuthorityRow>(*database_, "authorities", state.authorities));
    std::vector<CrlRecord> records;
    for (const CrlRow& row : read_table<CrlRow>(*database_, "crls", state.crls))
      records.push_back(row.record(name_of(names, row.authority_id)));
    return records;
  });
}

std::optional<CertificateRecord> SqliteInventory::find_certificate(const std::string& sha256) {
  return guarded([&]() -> std::optional<CertificateRecord> {
    const Snapshot snapshot(*database_);
    std::optional<CertificateRow> found = find_certificate_row(*database_, sha256);
    // "No" has to be certain: an index that lost an entry says it too.
    if (!found)
      for (const CertificateRow& row : scan_certificates())
        if (row.sha256 == sha256)
          throw Damage("the index of fingerprints has lost serial " + row.serial);
    if (!found)
      return std::nullopt;
    const Names names = names_of(read_table<AuthorityRow>(*database_, "authorities", StateRow::load(*database_).authorities));
    return found->record(name_of(names, found->authority_id));
  });
}

Der SqliteInventory::certificate(std::int64_t id) {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    const std::optional<CertificateRow> row = find_certificate_row(*database_, id);
    if (!row)
      throw Damage("certificate " + std::to_string(id) + " is missing");
    return read_der(*database_, *row);
  });
}

bool SqliteInventory::knows_serial(const std::string& authority, const std::string& serial) {
  return guarded([&] {
    const Snapshot snapshot(*database_);
    std::int64_t authority_id = 0;
    for (const AuthorityRow& row : read_table<AuthorityRow>(*database_, "authorities", StateRow::load(*database_).authorities))
      if (row.name == authority)
        authority_id = row.id;
    if (authority_id == 0)
      return false;
    if (find_certificate_row(*database_, authority_id, serial))
      return true;
    for (const CertificateRow& row : scan_certificates())
      if (row.authority_id == authority_id && row.serial == serial)
        throw Damage("the index of serial numbers has lost serial " + serial);
    return false;
  });
}

void SqliteInventory::check_certificates() {
  for (const CertificateRow& row : scan_certificates()) {
    const Der der = read_der(*database_, row);
    if (der.empty())
      continue;
    CertificateRow again = row;
    again.take(der);
    if (again.row_sum() != row.row_sum())
      throw Damage("the row of serial " + row.serial + " does not agree with its certificate");
  }
}

void SqliteInventory::check() {
  guarded([&] {
    const Snapshot snapshot(*database_);
    SQLite::Statement engine(*database_, "PRAGMA integrity_check(1)");
    if (engine.executeStep() && engine.getColumn(0).getString() != "ok")
      throw Damage(engine.getColumn(0).getString());
    SQLite::Statement keys(*database_, "PRAGMA foreign_key_check");
    if (keys.executeStep())
      throw Damage("a row of table " + keys.getColumn(0).getString() + " refers to one that is missing");
    check_certificates();
    static_cast<void>(authorities());
    static_cast<void>(placements());
    static_cast<void>(crls());
  });
}

std::unique_ptr<SqliteInventory> SqliteInventory::copy_in_memory() {
  return guarded([&] {
    auto memory = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup(*memory, *database_).executeStep();
    return std::make_unique<SqliteInventory>(std::move(memory), path_);
  });
}

Secret SqliteInventory::image() {
  return guarded([&] {
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> octets(
        sqlite3_serialize(database_->getHandle(), "main", &size, 0), &sqlite3_free);
    if (!octets)
      throw SQLite::Exception(database_->getHandle());
    return Secret::copy_of(Bytes(octets.get(), static_cast<std::size_t>(size)));
  });
}

} // namespace dockpki::store
