#include "store/rows.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::store {
namespace {

std::int64_t seconds(TimePoint time) {
  return time.time_since_epoch().count();
}

TimePoint time_point(std::int64_t seconds_since_epoch) {
  return TimePoint(Seconds(seconds_since_epoch));
}

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

/// Takes the columns of a row in their order.
class Columns {
public:
  Columns(SQLite::Statement& query, const char* table) : query_(query), table_(table) {}
  std::int64_t number() { return query_.getColumn(next_++).getInt64(); }
  std::string text() { return query_.getColumn(next_++).getString(); }
  TimePoint time() { return time_point(number()); }
  std::optional<std::int64_t> optional_number() {
    if (query_.isColumnNull(next_)) {
      ++next_;
      return std::nullopt;
    }
    return number();
  }
  std::optional<std::string> optional_text() {
    if (query_.isColumnNull(next_)) {
      ++next_;
      return std::nullopt;
    }
    return text();
  }
  template <class Parse>
  auto word(Parse parse) {
    const auto value = parse(text());
    if (!value)
      refuse();
    return *value;
  }
  /// The last column is the sum over the others.
  void check(std::int64_t expected) {
    if (number() != expected)
      refuse();
  }

private:
  [[noreturn]] void refuse() const {
    throw Damage(std::string("row ") + query_.getColumn(0).getString() + " of table " + table_ + " does not fit its sum");
  }
  SQLite::Statement& query_;
  const char* table_;
  int next_ = 0;
};

template <class Value>
void bind_optional(SQLite::Statement& statement, int index, const std::optional<Value>& value) {
  if (value)
    statement.bind(index, *value);
  else
    statement.bind(index);
}

void bind_text(SQLite::Statement& statement, int index, std::string_view text) {
  statement.bind(index, std::string(text));
}

} // namespace

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

std::int64_t AuthorityRow::row_sum() const {
  return RowSum("authorities")
      .add(id)
      .add(name)
      .add(pki::to_string(role))
      .add(std::int64_t{generation})
      .add(store::to_string(state))
      .add_optional(certificate_id)
      .add(seconds(created_at))
      .value();
}

AuthorityRow AuthorityRow::read(SQLite::Statement& query) {
  Columns in(query, "authorities");
  AuthorityRow row;
  row.id = in.number();
  row.name = in.text();
  row.role = in.word(pki::parse_role);
  row.generation = static_cast<int>(in.number());
  row.state = in.word(parse_authority_state);
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
  bind_text(statement, 5, store::to_string(state));
  bind_optional(statement, 6, certificate_id);
  statement.bind(7, seconds(created_at));
  statement.bind(8, row_sum());
  statement.exec();
}

void AuthorityRow::update(SQLite::Database& database, StateRow& totals, std::int64_t sum_before) const {
  totals.authorities.change(sum_before, row_sum());
  SQLite::Statement statement(
      database,
      "UPDATE authorities SET role = ?, generation = ?, state = ?, certificate_id = ?, created_at = ?, row_sum = ? WHERE id = ?");
  bind_text(statement, 1, pki::to_string(role));
  statement.bind(2, generation);
  bind_text(statement, 3, store::to_string(state));
  bind_optional(statement, 4, certificate_id);
  statement.bind(5, seconds(created_at));
  statement.bind(6, row_sum());
  statement.bind(7, id);
  statement.exec();
}

std::int64_t CertificateRow::row_sum() const {
  return RowSum("certificates")
      .add(id)
      .add(authority_id)
      .add(serial)
      .add(pki::to_string(kind))
      .add(name)
      .add(store::to_string(state))
      .add(folder)
      .add_optional(sha256)
      .add_optional(not_before)
      .add_optional(not_after)
      .add(seconds(reserved_at))
      .value();
}

CertificateRow CertificateRow::read(SQLite::Statement& query) {
  Columns in(query, "certificates");
  CertificateRow row;
  row.id = in.number();
  row.authority_id = in.number();
  row.serial = in.text();
  row.kind = in.word(pki::parse_kind);
  row.name = in.text();
  row.state = in.word(parse_certificate_state);
  row.folder = in.text();
  row.sha256 = in.optional_text();
  row.not_before = in.optional_number();
  row.not_after = in.optional_number();
  row.reserved_at = in.time();
  in.check(row.row_sum());
  return row;
}

void CertificateRow::insert(SQLite::Database& database, StateRow& totals) {
  id = totals.certificates.count + 1;
  totals.certificates.add(row_sum());
  totals.reserved += state == CertificateState::reserved ? 1 : 0;
  SQLite::Statement statement(database, "INSERT INTO certificates (id, authority_id, serial, kind, name, state, folder, sha256, "
                                        "not_before, not_after, reserved_at, row_sum, der) "
                                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(1, id);
  statement.bind(2, authority_id);
  statement.bind(3, serial);
  bind_text(statement, 4, pki::to_string(kind));
  statement.bind(5, name);
  bind_text(statement, 6, store::to_string(state));
  statement.bind(7, folder);
  bind_optional(statement, 8, sha256);
  bind_optional(statement, 9, not_before);
  bind_optional(statement, 10, not_after);
  statement.bind(11, seconds(reserved_at));
  statement.bind(12, row_sum());
  if (!der.empty())
    statement.bind(13, der.data(), static_cast<int>(der.size()));
  statement.exec();
}

void CertificateRow::update(SQLite::Database& database, StateRow& totals, const CertificateRow& before) const {
  totals.certificates.change(before.row_sum(), row_sum());
  totals.reserved += (state == CertificateState::reserved ? 1 : 0) - (before.state == CertificateState::reserved ? 1 : 0);
  SQLite::Statement statement(database, "UPDATE certificates SET kind = ?, name = ?, state = ?, sha256 = ?, not_before = ?, "
                                        "not_after = ?, row_sum = ?, der = coalesce(?, der) WHERE id = ?");
  bind_text(statement, 1, pki::to_string(kind));
  statement.bind(2, name);
  bind_text(statement, 3, store::to_string(state));
  bind_optional(statement, 4, sha256);
  bind_optional(statement, 5, not_before);
  bind_optional(statement, 6, not_after);
  statement.bind(7, row_sum());
  if (!der.empty())
    statement.bind(8, der.data(), static_cast<int>(der.size()));
  statement.bind(9, id);
  statement.exec();
}

void CertificateRow::take(const Der& certificate) {
  try {
    const x509::Certificate read = x509::Certificate::from_der(certificate);
    if (read.contents().serial_number.text() != serial)
      throw Damage("the certificate of serial " + serial + " has another serial");
    not_before = seconds(read.contents().validity.not_before);
    not_after = seconds(read.contents().validity.not_after);
    sha256 = to_hex(read.fingerprint());
    der = certificate;
  } catch (const Error& error) {
    throw Damage("the certificate of serial " + serial + " cannot be read: " + error.what());
  }
}

CertificateRecord CertificateRow::record(const std::string& authority) const {
  CertificateRecord record;
  record.id = id;
  record.authority = authority;
  record.serial = serial;
  record.kind = kind;
  record.name = name;
  record.state = state;
  record.not_before = time_point(not_before.value_or(0));
  record.not_after = time_point(not_after.value_or(0));
  record.reserved_at = reserved_at;
  record.folder = folder;
  return record;
}

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
