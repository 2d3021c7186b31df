#include "store/apply.hpp"

#include <map>

#include "store/tables.hpp"

namespace dockpki::store {
namespace {

class Applier {
public:
  Applier(SQLite::Database& database, StateRow& state, TimePoint at) : database_(database), state_(state), at_(at) {}

  void operator()(const AuthorityCreated& body) const {
    AuthorityRow authority = obtain_authority(body.name);
    const std::int64_t before = authority.row_sum();
    if (!is_established(authority.state)) { // else repair found a further certificate of it
      authority.state = find_active(body.role) ? AuthorityState::incoming : AuthorityState::active;
      authority.created_at = at_;
    }
    authority.role = body.role;
    authority.generation = body.generation;
    certify(authority, body.serial, body.certificate);
    authority.update(database_, state_, before);
  }

  void operator()(const AuthorityRenewed& body) const {
    AuthorityRow authority = known_authority(body.name);
    const std::int64_t before = authority.row_sum();
    certify(authority, body.serial, body.certificate);
    authority.update(database_, state_, before);
  }

  void operator()(const AuthorityActivated& body) const {
    AuthorityRow authority = known_authority(body.name);
    if (!is_trusted(authority.state))
      throw Damage("authority '" + body.name + "' is not one that may sign");
    std::optional<AuthorityRow> before = find_active(authority.role);
    if (before && before->id == authority.id)
      return;
    if (before)
      set_state(*before, AuthorityState::outgoing);
    set_state(authority, AuthorityState::active);
  }

  void operator()(const AuthorityRetired& body) const {
    AuthorityRow authority = known_authority(body.name);
    set_state(authority, AuthorityState::retired);
  }

  void operator()(const CertificateIssued& body) const {
    const AuthorityRow authority = known_authority(body.authority);
    CertificateRow certificate = obtain_certificate(authority.id, body.serial, body.kind, body.name);
    put_in_force(certificate, body.certificate, body.kind, body.name);
    if (!body.folder.empty())
      place(certificate.id, body);
  }

  void operator()(const CertificateAbandoned& body) const {
    std::optional<AuthorityRow> authority = find_authority(database_, body.authority);
    if (!authority && body.kind != pki::Kind::authority)
      throw Damage("authority '" + body.authority + "' is not known");
    if (!authority)
      authority = obtain_authority(body.authority);
    CertificateRow certificate = obtain_certificate(authority->id, body.serial, body.kind, body.name);
    set_state(certificate, CertificateState::abandoned);
    for (PlacementRow& placement : find_placements_of(database_, certificate.id))
      withdraw(placement);
    const bool was_its_own = !authority->certificate_id || *authority->certificate_id == certificate.id;
    if (certificate.kind == pki::Kind::authority && was_its_own)
      set_state(*authority, AuthorityState::abandoned);
  }

  void operator()(const SetPutBack& body) const {
    const std::optional<AuthorityRow> authority = find_authority(database_, body.authority);
    if (!authority)
      throw Damage("authority '" + body.authority + "' is not known");
    std::optional<CertificateRow> certificate = find_certificate_row(database_, authority->id, body.serial);
    if (!certificate)
      return;
    for (PlacementRow& placement : find_placements_of(database_, certificate->id))
      withdraw(placement);
    if (certificate->state == CertificateState::issued)
      set_state(*certificate, CertificateState::superseded);
  }

  void operator()(const PlacementForgotten& body) const {
    if (std::optional<PlacementRow> current = find_current_placement(database_, body.folder, body.layout))
      current->set_state(database_, state_, PlacementState::withdrawn);
  }

  void operator()(const CertificateRevoked& body) const {
    const AuthorityRow authority = known_authority(body.authority);
    CertificateRow certificate = obtain_certificate(authority.id, body.serial, body.kind, body.name);
    if (certificate.revocation)
      return;
    const CertificateRow before = certificate;
    certificate.revocation = {at_, body.reason};
    certificate.state = certificate.sha256 ? CertificateState::revoked : CertificateState::abandoned;
    certificate.update(database_, state_, before);
  }

  void operator()(const CrlMade& body) const {
    CrlRow row;
    row.authority_id = known_authority(body.authority).id;
    row.number = static_cast<std::int64_t>(body.number);
    row.this_update = body.this_update;
    row.next_update = body.next_update;
    row.sha256 = body.sha256;
    row.insert(database_, state_);
  }

  void operator()(const HomeRestored& body) const {
    move_placements(body.former + '/', body.home + '/');
    skip_crl_numbers();
  }

  void operator()(const PassphraseChanged& /*body*/) const {}
  void operator()(const BackupMade& /*body*/) const {}
  void operator()(const Repaired& /*body*/) const {}

private:
  /// Throws Damage if there is no authority of this name.
  AuthorityRow known_authority(const std::string& name) const {
    const std::optional<AuthorityRow> found = find_authority(database_, name);
    if (!found)
      throw Damage("authority '" + name + "' is not known");
    return *found;
  }

  /// The authority that signs what one of `role` would.
  std::optional<AuthorityRow> find_active(pki::Role role) const {
    for (AuthorityRow& row : read_table<AuthorityRow>(database_, "authorities", state_.authorities))
      if (row.state == AuthorityState::active && pki::overlap(row.role, role))
        return std::move(row);
    return std::nullopt;
  }

  /// The certificate becomes the authority's own; one that it had before is superseded.
  void certify(AuthorityRow& authority, const std::string& serial, const Der& der) const {
    CertificateRow certificate = obtain_certificate(authority.id, serial, pki::Kind::authority, authority.name);
    put_in_force(certificate, der, pki::Kind::authority, authority.name);
    if (authority.certificate_id && *authority.certificate_id != certificate.id)
      if (std::optional<CertificateRow> old = find_certificate_row(database_, *authority.certificate_id);
          old && old->state == CertificateState::issued)
        set_state(*old, CertificateState::superseded);
    authority.certificate_id = certificate.id;
  }

  void set_state(AuthorityRow& authority, AuthorityState to) const {
    const std::int64_t before = authority.row_sum();
    authority.state = to;
    authority.update(database_, state_, before);
  }

  /// The authority of this name, as it is, or a new one that is merely reserved.
  AuthorityRow obtain_authority(const std::string& name) const {
    if (std::optional<AuthorityRow> found = find_authority(database_, name))
      return *found;
    AuthorityRow row;
    row.name = name;
    row.created_at = at_;
    row.insert(database_, state_);
    return row;
  }

  /// The certificate of this serial, as it is, or a new one that is merely reserved.
  CertificateRow obtain_certificate(std::int64_t authority_id, const std::string& serial, pki::Kind kind,
                                    const std::string& name) const {
    if (std::optional<CertificateRow> found = find_certificate_row(database_, authority_id, serial))
      return *found;
    CertificateRow row;
    row.authority_id = authority_id;
    row.serial = serial;
    row.kind = kind;
    row.name = name;
    row.reserved_at = at_;
    row.insert(database_, state_);
    return row;
  }

  /// Of one that repair knew by its revocation alone, kind and name are told only now.
  void put_in_force(CertificateRow& certificate, const Der& der, pki::Kind kind, const std::string& name) const {
    const CertificateRow before = certificate;
    certificate.kind = kind;
    certificate.name = name;
    certificate.take(der);
    certificate.state = certificate.revocation ? CertificateState::revoked : CertificateState::issued;
    certificate.update(database_, state_, before);
  }

  void set_state(CertificateRow& certificate, CertificateState to) const {
    const CertificateRow before = certificate;
    certificate.state = to;
    certificate.update(database_, state_, before);
  }

  /// The set of `body` lies in its folder now. What lay there before is superseded, unless it lies elsewhere as well.
  void place(std::int64_t certificate_id, const CertificateIssued& body) const {
    if (std::optional<PlacementRow> current = find_current_placement(database_, body.folder, body.layout)) {
      current->set_state(database_, state_, PlacementState::replaced);
      std::optional<CertificateRow> old = find_certificate_row(database_, current->certificate_id);
      if (old && old->state == CertificateState::issued && find_placements_of(database_, old->id).empty())
        set_state(*old, CertificateState::superseded);
    }
    PlacementRow row;
    row.certificate_id = certificate_id;
    row.folder = body.folder;
    row.layout = body.layout;
    row.owner = body.owner;
    row.placed_at = at_;
    row.insert(database_, state_);
  }

  /// The set never came to lie there, or not for long: what lay there before does.
  void withdraw(PlacementRow& placement) const {
    placement.set_state(database_, state_, PlacementState::withdrawn);
    std::optional<PlacementRow> before = find_replaced_placement(database_, placement.folder, placement.layout);
    if (!before)
      return;
    before->set_state(database_, state_, PlacementState::current);
    std::optional<CertificateRow> certificate = find_certificate_row(database_, before->certificate_id);
    if (certificate && certificate->state == CertificateState::superseded)
      set_state(*certificate, CertificateState::issued);
  }

  /// Sets below `from` lie below `to` now, and so does what they took the place of.
  void move_placements(const std::string& from, const std::string& to) const {
    if (from == to)
      return;
    for (PlacementRow& row : read_table<PlacementRow>(database_, "placements", state_.placements)) {
      if (row.state == PlacementState::withdrawn || !row.folder.starts_with(from))
        continue;
      PlacementRow moved = row;
      moved.folder.replace(0, from.size(), to);
      if (row.state == PlacementState::current) {
        row.set_state(database_, state_, PlacementState::replaced);
        if (std::optional<PlacementRow> there = find_current_placement(database_, moved.folder, moved.layout))
          there->set_state(database_, state_, PlacementState::withdrawn); // it was another home's
      }
      moved.insert(database_, state_);
    }
  }

  /// Lists that were made after the backup are not known; the next number of an authority is greater than any of theirs.
  void skip_crl_numbers() const {
    std::map<std::int64_t, CrlRow> last; // by authority
    for (const CrlRow& row : read_table<CrlRow>(database_, "crls", state_.crls))
      if (const auto [known, is_new] = last.emplace(row.authority_id, row); !is_new && known->second.number < row.number)
        known->second = row;
    for (auto& [authority, row] : last) {
      if (row.number >= at_.time_since_epoch().count())
        continue;
      row.number = at_.time_since_epoch().count();
      row.sha256.clear();
      row.insert(database_, state_);
    }
  }

  SQLite::Database& database_;
  StateRow& state_;
  TimePoint at_;
};

} // namespace

void apply_event(SQLite::Database& database, StateRow& state, const Event& event) {
  std::visit(Applier(database, state, event.at), event.body);
}

} // namespace dockpki::store
