#include "store/rows.hpp"

#include "store/columns.hpp"

namespace dockpki::store {
namespace {

std::string_view to_string(PlacementState state) {
  switch (state) {
  case PlacementState::current:
    return "current";
  case PlacementState::replaced:
    return "replaced";
  case PlacementState::withdrawn:
    return "withdrawn";
  }
  return "?";
}

std::optional<PlacementState> parse_placement_state(std::string_view text) {
  for (const PlacementState state : {PlacementState::current, PlacementState::replaced, PlacementState::withdrawn})
    if (to_string(state) == text)
      return state;
  return std::nullopt;
}

} // namespace

std::int64_t PlacementRow::row_sum() const {
  return RowSum("placements")
      .add(id)
      .add(certificate_id)
      .add(folder)
      .add(store::to_string(layout))
      .add(owner)
      .add(to_string(state))
      .add(seconds(placed_at))
      .value();
}

PlacementRow PlacementRow::read(SQLite::Statement& query) {
  Columns in(query, "placements");
  PlacementRow row;
  row.id = in.number();
  row.certificate_id = in.number();
  row.folder = in.text();
  row.layout = in.word(parse_layout);
  row.owner = in.text();
  row.state = in.word(parse_placement_state);
  row.placed_at = in.time();
  in.check(row.row_sum());
  return row;
}

void PlacementRow::insert(SQLite::Database& database, StateRow& totals) {
  id = totals.placements.count + 1;
  totals.placements.add(row_sum());
  SQLite::Statement statement(database, "INSERT INTO placements (id, certificate_id, folder, layout, owner, state, placed_at, "
                                        "row_sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(1, id);
  statement.bind(2, certificate_id);
  statement.bind(3, folder);
  bind_text(statement, 4, store::to_string(layout));
  statement.bind(5, owner);
  bind_text(statement, 6, to_string(state));
  statement.bind(7, seconds(placed_at));
  statement.bind(8, row_sum());
  statement.exec();
}

void PlacementRow::set_state(SQLite::Database& database, StateRow& totals, PlacementState to) {
  const std::int64_t before = row_sum();
  state = to;
  totals.placements.change(before, row_sum());
  SQLite::Statement statement(database, "UPDATE placements SET state = ?, row_sum = ? WHERE id = ?");
  bind_text(statement, 1, to_string(state));
  statement.bind(2, row_sum());
  statement.bind(3, id);
  statement.exec();
}

PlacementRecord PlacementRow::record() const {
  return {certificate_id, folder, layout, owner, placed_at};
}

} // namespace dockpki::store
