#include "store/rows.hpp"

#include "store/columns.hpp"

namespace dockpki::store {

std::int64_t StateRow::row_sum() const {
  RowSum sum("state");
  sum.add(schema_version).add(schema_sum).add(static_cast<std::int64_t>(log.sequence)).add(log.seal);
  for (const TableTotal* total : {&authorities, &certificates, &placements, &crls})
    sum.add(total->count).add(total->sum);
  return sum.add(reserved).value();
}

StateRow StateRow::load(SQLite::Database& database) {
  SQLite::Statement query(
      database, "SELECT id, schema_version, schema_sum, log_sequence, log_seal, authority_count, authority_sum, "
                "certificate_count, certificate_sum, placement_count, placement_sum, crl_count, crl_sum, reserved_count, "
                "row_sum FROM state");
  if (!query.executeStep())
    throw Damage("table state is empty");
  Columns in(query, "state");
  StateRow row;
  in.number();
  row.schema_version = in.number();
  row.schema_sum = in.number();
  row.log.sequence = static_cast<std::uint64_t>(in.number());
  row.log.seal = in.text();
  for (TableTotal* total : {&row.authorities, &row.certificates, &row.placements, &row.crls}) {
    total->count = in.number();
    total->sum = in.number();
  }
  row.reserved = in.number();
  in.check(row.row_sum());
  return row;
}

void StateRow::save(SQLite::Database& database) const {
  SQLite::Statement statement(
      database, "INSERT OR REPLACE INTO state (id, schema_version, schema_sum, log_sequence, log_seal, authority_count, "
                "authority_sum, certificate_count, certificate_sum, placement_count, placement_sum, crl_count, "
                "crl_sum, reserved_count, row_sum) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  int index = 0;
  statement.bind(++index, schema_version);
  statement.bind(++index, schema_sum);
  statement.bind(++index, static_cast<std::int64_t>(log.sequence));
  statement.bind(++index, log.seal);
  for (const TableTotal* total : {&authorities, &certificates, &placements, &crls}) {
    statement.bind(++index, total->count);
    statement.bind(++index, total->sum);
  }
  statement.bind(++index, reserved);
  statement.bind(++index, row_sum());
  statement.exec();
}

namespace {

/// What stands in the columns `state` and `rotation`.
struct StateColumns {
  std::string_view state;
  std::optional<std::string_view> rotation;
};

StateColumns columns_of(AuthorityState state) {
  if (state == AuthorityState::incoming || state == AuthorityState::outgoing)
    return {to_string(AuthorityState::active), to_string(state)};
  return {to_string(state), std::nullopt};
}

} // namespace

std::int64_t AuthorityRow::row_sum() const {
  const StateColumns stored = columns_of(state);
  RowSum sum("authorities");
  sum.add(id)
      .add(name)
      .add(pki::to_string(role))
      .add(std::int64_t{generation})
      .add(stored.state)
      .add_optional(certificate_id)
      .add(seconds(created_at));
  if (stored.rotation) // the sum of one outside a rotation is what version 2 of the schema made it
    sum.add(*stored.rotation);
  return sum.value();
}

AuthorityRow AuthorityRow::read(SQLite::Statement& query) {
  Columns in(query, "authorities");
  AuthorityRow row;
  row.id = in.number();
  row.name = in.text();
  row.role = in.word(pki::parse_role);
  row.generation = static_cast<int>(in.number());
  row.state = in.word(parse_authority_state);
  if (const std::optional<AuthorityState> rotation = in.optional_word(parse_authority_state))
    row.state = *rotation;
  row.certificate_id = in.optional_number();
  row.created_at = in.time();
  in.check(row.row_sum());
  return row;
}

void AuthorityRow::insert(SQLite::Database& database, StateRow& totals) {
  id = totals.authorities.count + 1;
  totals.authorities.add(row_sum());
  SQLite::Statement statement(database, "INSERT INTO authorities (id, name, role, generation, state, certificate_id, created_at, "
                                        "row_sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(1, id);
  statement.bind(2, name);
  bind_text(statement, 3, pki::to_string(role));
  statement.bind(4, generation);
  bind_text(statement, 5, columns_of(state).state);
  bind_optional(statement, 6, certificate_id);
  statement.bind(7, seconds(created_at));
  statement.bind(8, row_sum());
  statement.exec();
}

void AuthorityRow::update(SQLite::Database& database, StateRow& totals, std::int64_t sum_before) const {
  totals.authorities.change(sum_before, row_sum());
  SQLite::Statement statement(
      database,
      "UPDATE authorities SET role = ?, generation = ?, state = ?, rotation = ?, certificate_id = ?, created_at = ?, row_sum = ? "
      "WHERE id = ?");
  const StateColumns stored = columns_of(state);
  bind_text(statement, 1, pki::to_string(role));
  statement.bind(2, generation);
  bind_text(statement, 3, stored.state);
  if (stored.rotation)
    bind_text(statement, 4, *stored.rotation);
  else
    statement.bind(4);
  bind_optional(statement, 5, certificate_id);
  statement.bind(6, seconds(created_at));
  statement.bind(7, row_sum());
  statement.bind(8, id);
  statement.exec();
}

} // namespace dockpki::store
