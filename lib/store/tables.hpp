// Why: looking for rows and reading whole tables, each row checked, each whole table against what the state row knows of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/rows.hpp"

namespace dockpki::store {

/// Every row of `table` in the order of id. Throws Damage if they are not exactly those that `total` knows.
template <class Row>
std::vector<Row> read_table(SQLite::Database& database, const char* table, const TableTotal& total) {
  SQLite::Statement query(database, std::string("SELECT ") + Row::columns + " FROM " + table + " ORDER BY id");
  std::vector<Row> rows;
  TableTotal found;
  while (query.executeStep()) {
    rows.push_back(Row::read(query));
    found.add(rows.back().row_sum());
  }
  if (found != total)
    throw Damage(std::string("table ") + table + " has lost or doubled rows");
  return rows;
}

/// The first row that `query` gives.
template <class Row>
std::optional<Row> read_one(SQLite::Statement& query) {
  if (!query.executeStep())
    return std::nullopt;
  return Row::read(query);
}

/// "SELECT <columns> FROM <rest>".
template <class Row>
std::string select(const std::string& rest) {
  return std::string("SELECT ") + Row::columns + " FROM " + rest;
}

std::optional<AuthorityRow> find_authority(SQLite::Database& database, const std::string& name);
std::optional<CertificateRow> find_certificate_row(SQLite::Database& database, std::int64_t id);
std::optional<CertificateRow> find_certificate_row(SQLite::Database& database, std::int64_t authority_id,
                                                   const std::string& serial);
std::optional<CertificateRow> find_certificate_row(SQLite::Database& database, const std::string& sha256);
std::optional<CrlRow> find_crl(SQLite::Database& database, std::int64_t authority_id, std::int64_t number);
/// The DER of certificate `row`, compared with its sha256; empty if there is none.
Der read_der(SQLite::Database& database, const CertificateRow& row);

/// Where a set lies now.
std::optional<PlacementRow> find_current_placement(SQLite::Database& database, const std::string& folder, Layout layout);
/// What lay there before the current one.
std::optional<PlacementRow> find_replaced_placement(SQLite::Database& database, const std::string& folder, Layout layout);
/// Every current placement of a certificate.
std::vector<PlacementRow> find_placements_of(SQLite::Database& database, std::int64_t certificate_id);

} // namespace dockpki::store
