#include "store/rows.hpp"

#include "store/columns.hpp"

namespace dockpki::store {

std::int64_t CrlRow::row_sum() const {
  return RowSum("crls")
      .add(id)
      .add(authority_id)
      .add(number)
      .add(seconds(this_update))
      .add(seconds(next_update))
      .add(sha256)
      .value();
}

CrlRow CrlRow::read(SQLite::Statement& query) {
  Columns in(query, "crls");
  CrlRow row;
  row.id = in.number();
  row.authority_id = in.number();
  row.number = in.number();
  row.this_update = in.time();
  row.next_update = in.time();
  row.sha256 = in.text();
  in.check(row.row_sum());
  return row;
}

void CrlRow::insert(SQLite::Database& database, StateRow& totals) {
  id = totals.crls.count + 1;
  totals.crls.add(row_sum());
  SQLite::Statement statement(database, "INSERT INTO crls (id, authority_id, number, this_update, next_update, sha256, row_sum) "
                                        "VALUES (?, ?, ?, ?, ?, ?, ?)");
  statement.bind(1, id);
  statement.bind(2, authority_id);
  statement.bind(3, number);
  statement.bind(4, seconds(this_update));
  statement.bind(5, seconds(next_update));
  statement.bind(6, sha256);
  statement.bind(7, row_sum());
  statement.exec();
}

CrlRecord CrlRow::record(const std::string& authority) const {
  return {authority, static_cast<std::uint64_t>(number), this_update, next_update, sha256};
}

} // namespace dockpki::store
