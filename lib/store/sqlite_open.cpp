// Opening the inventory's file, and making a new one whole.
#include <algorithm>
#include <array>
#include <cerrno>

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>
#include <unistd.h>

#include "files/fd.hpp"
#include "store/damage.hpp"
#include "store/schema.hpp"
#include "store/sqlite_inventory.hpp"

namespace dockpki::store {
namespace {

constexpr int busy_timeout_ms = 10'000;
// A process that opens the inventory reads the whole write-ahead log first, so it is kept short.
constexpr const char* pages_before_checkpoint = "PRAGMA wal_autocheckpoint = 100";

void configure(SQLite::Database& database) {
  sqlite3* handle = database.getHandle();
  const std::array<std::pair<int, int>, 4> settings = {{{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                                        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                                        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                                                        // Closing must not cost a sync; the log is taken in when it has grown.
                                                        {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}}};
  for (const auto& [setting, value] : settings)
    sqlite3_db_config(handle, setting, value, nullptr);
  database.exec("PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON");
  database.exec(pages_before_checkpoint);
}

/// Octets of the file's header (sqlite.org/fileformat.html 1.3) that SQLite obeys without a word: the format's versions (2:
/// write-ahead log; any greater one would make it read-only), the fixed payload fractions, UTF-8. It is read through SQLite's own
/// descriptor: closing another one would drop the locks that this process holds on the file.
void check_header(SQLite::Database& database) {
  sqlite3_file* file = nullptr;
  std::array<std::uint8_t, 100> header{};
  if (sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == nullptr ||
      file->pMethods == nullptr || file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) != SQLITE_OK)
    throw Damage("its header cannot be read");
  constexpr std::array<std::uint8_t, 6> versions_and_fractions = {2, 2, 0, 64, 32, 32};
  constexpr std::array<std::uint8_t, 4> utf8 = {0, 0, 0, 1};
  if (!std::equal(versions_and_fractions.begin(), versions_and_fractions.end(), header.begin() + 18) ||
      !std::equal(utf8.begin(), utf8.end(), header.begin() + 56))
    throw Damage("its header is not as dockpki made it");
}

int pragma_number(SQLite::Database& database, const char* pragma) {
  SQLite::Statement query(database, pragma);
  query.executeStep();
  return query.getColumn(0).getInt();
}

/// Refuses what is not an inventory of ours as this dockpki knows it. Gives the version.
int check_identity(SQLite::Database& database, const files::Path& path) {
  if (pragma_number(database, "PRAGMA application_id") != application_id)
    throw Damage("it is not an inventory of dockpki");
  const int version = pragma_number(database, "PRAGMA user_version");
  const int newest = static_cast<int>(migrations().size());
  StateRow state;
  try {
    state = StateRow::load(database);
  } catch (const std::runtime_error&) { // a newer one may look different
    if (version <= newest)
      throw;
    state.schema_version = version;
  }
  // The version stands in two places, so that a flipped bit in the header is not taken for a newer dockpki.
  if (state.schema_version != version)
    throw Damage("its schema version is " + std::to_string(version) + " in one place and " +
                 std::to_string(state.schema_version) + " in another");
  if (version > newest)
    throw Error(Errc::refused,
                "the inventory " + files::quoted(path) + " is from a newer dockpki (schema " + std::to_string(version) +
                    ", this one knows " + std::to_string(newest) + ')',
                "upgrade dockpki");
  if (state.schema_sum != schema_sum(database))
    throw Damage("its tables are not as dockpki made them");
  return version;
}

/// Brings the schema from version `from` to this one, and the state row with it.
void bring_up_to_date(SQLite::Database& database, int from) {
  migrate(database, from, migrations(), [&](int version) {
    StateRow state = version == 1 ? StateRow{} : StateRow::load(database);
    state.schema_version = version;
    state.schema_sum = schema_sum(database);
    state.save(database);
  });
}

/// Runs `work` on a database that has just been opened, with what SQLite throws turned into an Error.
template <class Work>
auto translated(SQLite::Database* database, const files::Path& path, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& exception) {
    const int error = errno;
    rethrow_sqlite(exception, database != nullptr ? sqlite3_system_errno(database->getHandle()) : error, path);
  } catch (const Damage& damage) {
    throw_damaged_inventory(path, damage.what());
  }
}

/// The path with links in its folder resolved; SQLite is told to follow none.
files::Path resolved(const files::Path& path) {
  std::error_code error;
  const files::Path folder = std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : files::Path("."), error);
  if (error)
    files::fail("failed to open the inventory " + files::quoted(path), error.value());
  return folder / path.filename();
}

/// The temporary file of a new database, and what SQLite puts beside it; gone with this object.
class TemporaryDatabase {
public:
  explicit TemporaryDatabase(const files::Path& beside) : path_(beside.parent_path() / files::random_staging_name()) {
    const files::Fd fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
      files::fail_to_write(beside, errno);
  }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;
  ~TemporaryDatabase() {
    for (const char* ending : {"", "-wal", "-shm", "-journal"})
      ::unlink((path_.string() + ending).c_str());
  }
  [[nodiscard]] const files::Path& path() const noexcept { return path_; }

private:
  files::Path path_;
};

} // namespace

Standing look_at_inventory(const files::Path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT)
      return Standing::nothing;
    files::fail("failed to open the inventory " + files::quoted(path), errno);
  }
  if (!S_ISREG(status.st_mode))
    throw Error(Errc::permission,
                "failed to open the inventory " + files::quoted(path) + ": it is " + std::string(files::type_of(status.st_mode)),
                "look at it, and remove it if it should not be there");
  return status.st_size == 0 ? Standing::empty : Standing::something;
}

std::unique_ptr<SqliteInventory> open_inventory(const files::Path& path, Access access) {
  switch (look_at_inventory(path)) {
  case Standing::nothing:
    throw Error(Errc::not_found, "failed to open the inventory " + files::quoted(path) + ": " + files::reason_of(ENOENT));
  case Standing::empty: // SQLite would take it for a new one, and throw its write-ahead log away
    throw_damaged_inventory(path, "it is empty");
  case Standing::something:
    break;
  }
  const int flags = (access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE) | SQLITE_OPEN_NOFOLLOW;
  std::unique_ptr<SQLite::Database> database = translated(
      nullptr, path, [&] { return std::make_unique<SQLite::Database>(resolved(path).string(), flags, busy_timeout_ms); });
  std::unique_ptr<SqliteInventory> inventory; // out here, so that it still stands when what is thrown is turned into an Error
  return translated(database.get(), path, [&] {
    check_header(*database);
    configure(*database);
    const int version = check_identity(*database, path);
    if (access == Access::write)
      bring_up_to_date(*database, version);
    inventory = std::make_unique<SqliteInventory>(std::move(database), path);
    if (access == Access::write)
      return std::move(inventory);
    if (version == static_cast<int>(migrations().size())) {
      inventory->hold_still();
      return std::move(inventory);
    }
    auto copy = inventory->copy_in_memory();
    bring_up_to_date(copy->database(), version);
    return copy;
  });
}

std::unique_ptr<SqliteInventory> make_inventory_in_memory(const files::Path& shown_as) {
  return translated(nullptr, shown_as, [&] {
    auto database = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database->exec("PRAGMA application_id = " + std::to_string(application_id));
    bring_up_to_date(*database, 0);
    return std::make_unique<SqliteInventory>(std::move(database), shown_as);
  });
}

void write_inventory(SqliteInventory& inventory, const files::Path& path) {
  const files::Path target = resolved(path);
  const TemporaryDatabase temporary(target);
  translated(nullptr, path, [&] {
    SQLite::Database database(temporary.path().string(), SQLite::OPEN_READWRITE, busy_timeout_ms);
    database.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY"); // synced as a whole below
    SQLite::Backup(database, inventory.database()).executeStep();
    database.exec("PRAGMA journal_mode = WAL");
  });
  const std::optional<files::Fd> folder = files::open_folder(target.parent_path());
  const files::Fd fd(::open(temporary.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder || !fd)
    files::fail_to_write(path, errno);
  files::sync_fd(fd.get(), path);
  // A write-ahead log without its database would be taken for the new one's.
  if (look_at_inventory(target) == Standing::something)
    files::fail_to_write(path, EEXIST);
  for (const char* ending : {"-wal", "-shm"})
    if (::unlink((target.string() + ending).c_str()) != 0 && errno != ENOENT)
      files::fail_to_write(path, errno);
  if (::rename(temporary.path().c_str(), target.c_str()) != 0)
    files::fail_to_write(path, errno);
  files::sync_fd(folder->get(), path);
}

std::unique_ptr<Inventory> open_sqlite_inventory(const files::Path& path, Create create) {
  if (create == Create::yes && look_at_inventory(path) != Standing::something)
    write_inventory(*make_inventory_in_memory(path), path);
  return open_inventory(path, Access::write);
}

} // namespace dockpki::store
