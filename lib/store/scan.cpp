// What a damaged log and a damaged inventory still say.
#include <set>

#include <fcntl.h>

#include "files/fd.hpp"
#include "store/line_reader.hpp"
#include "store/rebuild.hpp"
#include "store/tables.hpp"

namespace dockpki::store {
namespace {

LogLine read_sound(std::string_view line, const LogHead& previous) {
  LogLine read = read_line(line);
  if (read.head.sequence != previous.sequence + 1 || read.previous != previous.seal)
    throw LineFault(LineFault::Why::damaged, "it does not follow the entry before it");
  return read;
}

/// Rows in the order of `order` until one cannot be reached; those that do not fit their sums are left out.
template <class Row>
void scan_table(SQLite::Database& database, const char* columns, const char* table, const char* order, std::vector<Row>& rows,
                std::set<std::int64_t>& seen) {
  try {
    SQLite::Statement query(database, std::string("SELECT ") + columns + " FROM " + table + " ORDER BY id " + order);
    while (query.executeStep()) {
      try {
        Row row = Row::read(query);
        if (seen.insert(row.id).second)
          rows.push_back(std::move(row));
      } catch (const Damage&) {
        continue;
      }
    }
  } catch (const SQLite::Exception&) {
    return; // as far as it can be read
  }
}

template <class Row>
std::vector<Row> scan_both_ways(SQLite::Database& database, const char* table, const char* columns = Row::columns) {
  std::vector<Row> rows;
  std::set<std::int64_t> seen;
  scan_table(database, columns, table, "ASC", rows, seen);
  scan_table(database, columns, table, "DESC", rows, seen); // from behind what stopped the first
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  return rows;
}

/// False for a column that came with a later version of the schema: a damaged inventory may not have been migrated.
bool has_column(SQLite::Database& database, const char* table, const char* name) {
  SQLite::Statement query(database, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?");
  query.bind(1, table);
  query.bind(2, name);
  return query.executeStep();
}

} // namespace

LogScan scan_log(const files::Path& path) {
  LogScan scan;
  const files::Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd && errno == ENOENT) {
    scan.fault = "it is missing";
    return scan;
  }
  if (!fd)
    files::fail("failed to open audit log " + files::quoted(path), errno);
  scan.exists = true;
  LineReader lines(fd.get(), 0, path);
  LogHead head;
  const auto next = [&]() -> std::optional<std::string_view> {
    try {
      return lines.next();
    } catch (const Error& error) {
      if (error.code() != Errc::damaged)
        throw;
      scan.fault = scan.fault.value_or("a line is longer than any entry");
      return std::nullopt; // what stands behind it cannot be told apart
    }
  };
  while (const std::optional<std::string_view> line = next()) {
    try {
      if (!scan.fault) {
        scan.sound.push_back(read_sound(*line, head));
        head = scan.sound.back().head;
        scan.sound_text.append(*line).push_back('\n');
        continue;
      }
    } catch (const LineFault& fault) {
      if (fault.why() == LineFault::Why::newer)
        throw Error(Errc::refused, "the audit log " + files::quoted(path) + " is from a newer dockpki: " + fault.what(),
                    "upgrade dockpki");
      scan.fault = "entry " + std::to_string(head.sequence + 1) + ": " + fault.what();
    }
    try {
      scan.loose.push_back(read_line(*line));
    } catch (const LineFault&) {
      scan.broken.emplace_back(*line);
    }
  }
  return scan;
}

InventoryScan scan_inventory(const files::Path& path) {
  InventoryScan scan;
  if (look_at_inventory(path) != Standing::something)
    return scan;
  try {
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY, 1000);
    database.exec("BEGIN");
    const bool has_rotation = has_column(database, "authorities", "rotation");
    scan.authorities = scan_both_ways<AuthorityRow>(database, "authorities",
                                                    has_rotation ? AuthorityRow::columns : AuthorityRow::columns_before_rotation);
    const bool is_version_1 = !has_column(database, "certificates", "revoked_at");
    scan.certificates = scan_both_ways<CertificateRow>(
        database, "certificates", is_version_1 ? CertificateRow::columns_of_version_1 : CertificateRow::columns);
    scan.placements = scan_both_ways<PlacementRow>(database, "placements");
    scan.crls = is_version_1 ? std::vector<CrlRow>{} : scan_both_ways<CrlRow>(database, "crls");
    for (CertificateRow& row : scan.certificates) {
      try {
        row.der = read_der(database, row);
      } catch (const std::runtime_error&) {
        row.der.clear();
      }
    }
  } catch (const SQLite::Exception&) {
    return scan;
  }
  return scan;
}

} // namespace dockpki::store
