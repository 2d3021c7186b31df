#include "store/tables.hpp"

#include <dockpki/base/hex.hpp>
#include <dockpki/x509/digest.hpp>

namespace dockpki::store {

std::optional<AuthorityRow> find_authority(SQLite::Database& database, const std::string& name) {
  SQLite::Statement query(database, select<AuthorityRow>("authorities WHERE name = ?"));
  query.bind(1, name);
  return read_one<AuthorityRow>(query);
}

std::optional<CertificateRow> find_certificate_row(SQLite::Database& database, std::int64_t id) {
  SQLite::Statement query(database, select<CertificateRow>("certificates WHERE id = ?"));
  query.bind(1, id);
  return read_one<CertificateRow>(query);
}

std::optional<CertificateRow> find_certificate_row(SQLite::Database& database, std::int64_t authority_id,
                                                   const std::string& serial) {
  SQLite::Statement query(database, select<CertificateRow>("certificates WHERE authority_id = ? AND serial = ?"));
  query.bind(1, authority_id);
  query.bind(2, serial);
  return read_one<CertificateRow>(query);
}

std::optional<CertificateRow> find_certificate_row(SQLite::Database& database, const std::string& sha256) {
  SQLite::Statement query(database, select<CertificateRow>("certificates WHERE sha256 = ?"));
  query.bind(1, sha256);
  return read_one<CertificateRow>(query);
}

std::optional<CrlRow> find_crl(SQLite::Database& database, std::int64_t authority_id, std::int64_t number) {
  SQLite::Statement query(database, select<CrlRow>("crls WHERE authority_id = ? AND number = ?"));
  query.bind(1, authority_id);
  query.bind(2, number);
  return read_one<CrlRow>(query);
}

Der read_der(SQLite::Database& database, const CertificateRow& row) {
  SQLite::Statement query(database, "SELECT der FROM certificates WHERE id = ?");
  query.bind(1, row.id);
  if (!query.executeStep())
    throw Damage("certificate " + std::to_string(row.id) + " is missing");
  const SQLite::Column column = query.getColumn(0);
  const auto* octets = static_cast<const std::uint8_t*>(column.getBlob());
  Der der(octets, octets + (octets == nullptr ? 0 : column.getBytes()));
  const bool fits = row.sha256 ? to_hex(x509::sha256(der)) == *row.sha256 : der.empty();
  if (!fits)
    throw Damage("the certificate of serial " + row.serial + " does not fit its fingerprint");
  return der;
}

std::optional<PlacementRow> find_current_placement(SQLite::Database& database, const std::string& folder, Layout layout) {
  SQLite::Statement query(database, select<PlacementRow>("placements WHERE folder = ? AND layout = ? AND state = 'current'"));
  query.bind(1, folder);
  query.bind(2, std::string(to_string(layout)));
  return read_one<PlacementRow>(query);
}

std::optional<PlacementRow> find_replaced_placement(SQLite::Database& database, const std::string& folder, Layout layout) {
  SQLite::Statement query(
      database,
      select<PlacementRow>("placements WHERE folder = ? AND layout = ? AND state = 'replaced' ORDER BY id DESC LIMIT 1"));
  query.bind(1, folder);
  query.bind(2, std::string(to_string(layout)));
  return read_one<PlacementRow>(query);
}

std::vector<PlacementRow> find_placements_of(SQLite::Database& database, std::int64_t certificate_id) {
  SQLite::Statement query(database,
                          select<PlacementRow>("placements WHERE certificate_id = ? AND state = 'current' ORDER BY id"));
  query.bind(1, certificate_id);
  std::vector<PlacementRow> rows;
  while (query.executeStep())
    rows.push_back(PlacementRow::read(query));
  return rows;
}

} // namespace dockpki::store
