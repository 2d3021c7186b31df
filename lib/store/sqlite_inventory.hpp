// Why: the inventory on SQLite. Nothing of SQLite leaves lib/store.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include <dockpki/store/inventory.hpp>

#include "store/rows.hpp"

namespace dockpki::store {

/// Runs `work`; what SQLite throws becomes an Error about the inventory at `path`.
[[noreturn]] void rethrow_sqlite(const SQLite::Exception& exception, int system_error, const files::Path& path);

class SqliteInventory : public Inventory {
public:
  /// `database` is configured and has the current schema.
  SqliteInventory(std::unique_ptr<SQLite::Database> database, files::Path path)
      : database_(std::move(database)), path_(std::move(path)) {}

  bool reserve(const x509::SerialNumber& serial, const pki::Reservation& reservation) override;
  void apply(const Event& event, const LogHead& head) override;
  [[nodiscard]] LogHead head() override;
  [[nodiscard]] std::vector<CertificateRecord> reservations() override;
  [[nodiscard]] std::vector<AuthorityRecord> authorities() override;
  [[nodiscard]] std::vector<CertificateRecord> certificates() override;
  [[nodiscard]] std::set<TimePoint> authority_ends() override;
  [[nodiscard]] std::vector<PlacementRecord> placements() override;
  [[nodiscard]] std::optional<PlacementRecord> find_placement(const std::string& folder, Layout layout) override;
  [[nodiscard]] std::vector<CrlRecord> crls() override;
  [[nodiscard]] std::optional<CertificateRecord> find_certificate(const std::string& sha256) override;
  [[nodiscard]] Der certificate(std::int64_t id) override;
  [[nodiscard]] bool knows_serial(const std::string& authority, const std::string& serial) override;
  void release_view() override;
  void check() override;

  /// Runs `work` as one transaction: many changes, one sync.
  void together(const std::function<void()>& work);
  /// Begins a transaction that only reads and lasts until release_view(): everything is seen as it was then.
  void hold_still();
  /// A copy in memory, which may be changed freely.
  [[nodiscard]] std::unique_ptr<SqliteInventory> copy_in_memory();
  /// The octets of a file that holds what is in it at this moment; it needs no write-ahead log.
  [[nodiscard]] Secret image();

  [[nodiscard]] SQLite::Database& database() noexcept { return *database_; }
  [[nodiscard]] const files::Path& path() const noexcept { return path_; }

private:
  /// Runs `work` with what SQLite throws turned into an Error.
  template <class Work>
  auto guarded(Work work) -> decltype(work());
  /// Runs `work` in a transaction that begins by reading the state row and ends by writing it.
  void change(const std::function<bool(StateRow&)>& work);
  std::optional<CertificateRow> find_by_serial(std::int64_t authority_id, const std::string& serial);
  std::vector<CertificateRow> scan_certificates();
  void check_certificates();
  void check_references();

  std::unique_ptr<SQLite::Database> database_;
  files::Path path_;
};

/// What opening is for.
enum class Access { read, write };

/// Opens the database at `path`, which must exist. Throws as open_sqlite_inventory does.
std::unique_ptr<SqliteInventory> open_inventory(const files::Path& path, Access access);
/// Makes a new, empty inventory in memory.
std::unique_ptr<SqliteInventory> make_inventory_in_memory(const files::Path& shown_as);
/// Writes `inventory` to the file `path`, durably: whole or not at all. One that stands there must be empty.
void write_inventory(SqliteInventory& inventory, const files::Path& path);

/// What stands at an inventory's path.
enum class Standing { nothing, empty, something };
Standing look_at_inventory(const files::Path& path);

} // namespace dockpki::store
