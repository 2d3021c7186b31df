#include "store/rows.hpp"

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/certificate.hpp>

#include "store/columns.hpp"

namespace dockpki::store {

std::int64_t CertificateRow::row_sum() const {
  RowSum sum("certificates");
  sum.add(id)
      .add(authority_id)
      .add(serial)
      .add(pki::to_string(kind))
      .add(name)
      .add(store::to_string(state))
      .add(folder)
      .add_optional(sha256)
      .add_optional(not_before)
      .add_optional(not_after)
      .add(seconds(reserved_at));
  if (revocation) // the sum of one that is not revoked is what version 1 of the schema made it
    sum.add(seconds(revocation->at)).add(x509::to_string(revocation->reason));
  return sum.value();
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
  const std::optional<std::int64_t> revoked_at = in.optional_number();
  if (revoked_at)
    row.revocation = {time_point(*revoked_at), in.word(x509::parse_crl_reason)};
  else
    in.null();
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
  SQLite::Statement statement(database,
                              "UPDATE certificates SET kind = ?, name = ?, state = ?, sha256 = ?, not_before = ?, "
                              "not_after = ?, revoked_at = ?, revocation_reason = ?, row_sum = ?, der = coalesce(?, der) "
                              "WHERE id = ?");
  bind_text(statement, 1, pki::to_string(kind));
  statement.bind(2, name);
  bind_text(statement, 3, store::to_string(state));
  bind_optional(statement, 4, sha256);
  bind_optional(statement, 5, not_before);
  bind_optional(statement, 6, not_after);
  if (revocation) {
    statement.bind(7, seconds(revocation->at));
    bind_text(statement, 8, x509::to_string(revocation->reason));
  }
  statement.bind(9, row_sum());
  if (!der.empty())
    statement.bind(10, der.data(), static_cast<int>(der.size()));
  statement.bind(11, id);
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
  record.state = revocation ? CertificateState::revoked : state;
  record.revocation = revocation;
  record.sha256 = sha256.value_or("");
  record.not_before = time_point(not_before.value_or(0));
  record.not_after = time_point(not_after.value_or(0));
  record.reserved_at = reserved_at;
  record.folder = folder;
  return record;
}

} // namespace dockpki::store
