#include "store/rebuild.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <set>

#include <dockpki/pki/foreign_authority.hpp>
#include <dockpki/x509/certificate.hpp>

#include "files/fd.hpp"
#include "store/layout.hpp"
#include "store/tables.hpp"

namespace dockpki::store {
namespace {

std::optional<x509::Certificate> read_certificate(const Der& der) {
  try {
    return x509::Certificate::from_der(der);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// One that somebody else made may not say what it is for: then the names of its files do.
pki::Kind kind_of(const x509::Certificate& certificate, Layout layout) {
  const auto& usages = certificate.contents().extended_key_usage;
  const auto has = [&](std::string_view oid) {
    return usages && std::find(usages->begin(), usages->end(), oid) != usages->end();
  };
  if (!usages || has(x509::any_extended_key_usage_oid))
    return layout == Layout::client ? pki::Kind::client : pki::Kind::server;
  if (has(x509::server_auth_oid) && has(x509::client_auth_oid))
    return pki::Kind::dual;
  return has(x509::client_auth_oid) ? pki::Kind::client : pki::Kind::server;
}

pki::Role role_of(const std::string& authority) {
  if (authority.starts_with("servers-"))
    return pki::Role::servers;
  return authority.starts_with("clients-") ? pki::Role::clients : pki::Role::all;
}

/// 2 for "g2" and "clients-g2"; 1 where the name says nothing.
int generation_of(const std::string& authority) {
  const std::size_t at = authority.rfind('g');
  int generation = 0;
  if (at != std::string::npos)
    std::from_chars(authority.data() + at + 1, authority.data() + authority.size(), generation);
  return std::max(generation, 1);
}

/// Something that happened, from whichever source.
struct Memory {
  std::int64_t order;
  EventBody body;
  TimePoint at;
  std::string source;
};

constexpr const char* old_inventory = "in the old inventory alone";
constexpr const char* behind_the_break = "behind the damaged part of the audit log";
/// The order of what may come whenever its authority is known.
constexpr std::int64_t at_the_end = std::numeric_limits<std::int64_t>::max();

std::string serial_of(const EventBody& body) {
  if (const auto* created = std::get_if<AuthorityCreated>(&body))
    return created->serial;
  if (const auto* renewed = std::get_if<AuthorityRenewed>(&body))
    return renewed->serial;
  if (const auto* issued = std::get_if<CertificateIssued>(&body))
    return issued->serial;
  if (const auto* abandoned = std::get_if<CertificateAbandoned>(&body))
    return abandoned->serial;
  if (const auto* put_back = std::get_if<SetPutBack>(&body))
    return put_back->serial;
  if (const auto* revoked = std::get_if<CertificateRevoked>(&body))
    return revoked->serial;
  return {};
}

/// What a row says; nullopt if it says no more than that its serial is taken.
std::optional<EventBody> body_of(const CertificateRow& row, const AuthorityRow& authority, const InventoryScan& scan) {
  if (row.state == CertificateState::abandoned)
    return CertificateAbandoned{authority.name, row.serial, "it was so in the old inventory", row.kind, row.name};
  if (row.state == CertificateState::reserved || row.der.empty())
    return std::nullopt;
  if (row.kind == pki::Kind::authority)
    return AuthorityCreated{authority.name, authority.role, authority.generation, row.serial, row.der};
  CertificateIssued issued{authority.name, row.kind, row.name, row.serial, row.der, {}, Layout::server, {}};
  for (const PlacementRow& placement : scan.placements)
    if (placement.certificate_id == row.id && placement.state != PlacementState::withdrawn) {
      issued.folder = placement.folder;
      issued.layout = placement.layout;
      issued.owner = placement.owner;
    }
  return issued;
}

/// True for one that gave way to the set before it.
bool was_put_back(const CertificateRow& row, const InventoryScan& scan) {
  const auto withdrawn = [&](const PlacementRow& one) {
    return one.certificate_id == row.id && one.state == PlacementState::withdrawn;
  };
  return row.state == CertificateState::superseded && std::ranges::any_of(scan.placements, withdrawn);
}

template <class Row>
const AuthorityRow* authority_of(const Row& row, const InventoryScan& scan) {
  const auto found = std::find_if(scan.authorities.begin(), scan.authorities.end(),
                                  [&](const AuthorityRow& authority) { return authority.id == row.authority_id; });
  return found == scan.authorities.end() ? nullptr : &*found;
}

std::vector<Memory> memories_of(const InventoryScan& scan) {
  std::vector<Memory> memories;
  for (const CertificateRow& row : scan.certificates)
    if (const AuthorityRow* authority = authority_of(row, scan)) {
      if (std::optional<EventBody> body = body_of(row, *authority, scan))
        memories.push_back({row.id, std::move(*body), row.reserved_at, old_inventory});
      if (was_put_back(row, scan))
        memories.push_back({row.id, SetPutBack{authority->name, row.serial, "it was so in the old inventory", row.kind, row.name},
                            row.reserved_at, old_inventory});
      if (row.revocation)
        memories.push_back({row.id, CertificateRevoked{authority->name, row.serial, row.revocation->reason, row.kind, row.name},
                            row.revocation->at, old_inventory});
    }
  for (const CrlRow& row : scan.crls)
    if (const AuthorityRow* authority = authority_of(row, scan))
      memories.push_back(
          {at_the_end,
           CrlMade{authority->name, static_cast<std::uint64_t>(row.number), row.this_update, row.next_update, row.sha256},
           row.this_update, old_inventory});
  return memories;
}

bool has_file(const files::Path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

} // namespace

Rebuild::Rebuild(const Home& home, std::string actor, TimePoint now)
    : home_(home), actor_(std::move(actor)), now_(now), model_(make_inventory_in_memory(home.inventory())) {}

void Rebuild::replay(const LogLine& line) {
  model_->apply(line.event, line.head);
  head_ = line.head;
}

void Rebuild::add(EventBody body, TimePoint at, const std::string& source) {
  if (is_known(body))
    return;
  Event event{head_.sequence + 1, at, actor_, std::move(body)};
  LogHead head;
  const std::string line = write_line(event, head_.seal, head);
  try {
    model_->apply(event, head);
  } catch (const Error&) {
    return; // an authority that nothing tells of, or a certificate that is none
  }
  head_ = head;
  lines_ += line;
  if (!source.empty())
    added_.push_back(source + ": " + describe(event.body));
}

bool Rebuild::is_known(const EventBody& body) {
  if (const auto* created = std::get_if<AuthorityCreated>(&body))
    return knows(created->name, created->serial);
  if (const auto* renewed = std::get_if<AuthorityRenewed>(&body))
    return knows(renewed->name, renewed->serial);
  if (const auto* activated = std::get_if<AuthorityActivated>(&body))
    return state_of(activated->name) == AuthorityState::active;
  if (const auto* retired = std::get_if<AuthorityRetired>(&body))
    return state_of(retired->name) == AuthorityState::retired;
  if (const auto* issued = std::get_if<CertificateIssued>(&body))
    return knows(issued->authority, issued->serial) && !lacks_certificate(issued->authority, issued->serial);
  if (const auto* abandoned = std::get_if<CertificateAbandoned>(&body))
    return is_abandoned(abandoned->authority, abandoned->serial);
  if (const auto* put_back = std::get_if<SetPutBack>(&body))
    return !is_issued(put_back->authority, put_back->serial);
  if (const auto* revoked = std::get_if<CertificateRevoked>(&body))
    return is_revoked(revoked->authority, revoked->serial);
  if (const auto* made = std::get_if<CrlMade>(&body))
    return knows_crl(made->authority, made->number);
  return false;
}

std::optional<CertificateRow> Rebuild::find(const std::string& authority, const std::string& serial) {
  const std::optional<AuthorityRow> row = find_authority(model_->database(), authority);
  return row ? find_certificate_row(model_->database(), row->id, serial) : std::nullopt;
}

bool Rebuild::knows(const std::string& authority, const std::string& serial) {
  return find(authority, serial).has_value();
}

bool Rebuild::is_issued(const std::string& authority, const std::string& serial) {
  const std::optional<CertificateRow> certificate = find(authority, serial);
  return certificate && certificate->state == CertificateState::issued;
}

std::optional<AuthorityState> Rebuild::state_of(const std::string& authority) {
  const std::optional<AuthorityRow> row = find_authority(model_->database(), authority);
  return row ? std::optional(row->state) : std::nullopt;
}

bool Rebuild::is_abandoned(const std::string& authority, const std::string& serial) {
  const std::optional<CertificateRow> certificate = find(authority, serial);
  return certificate && certificate->state == CertificateState::abandoned;
}

bool Rebuild::is_revoked(const std::string& authority, const std::string& serial) {
  const std::optional<CertificateRow> certificate = find(authority, serial);
  return certificate && certificate->revocation;
}

bool Rebuild::lacks_certificate(const std::string& authority, const std::string& serial) {
  const std::optional<CertificateRow> certificate = find(authority, serial);
  return certificate && certificate->revocation && !certificate->sha256;
}

bool Rebuild::knows_crl(const std::string& authority, std::uint64_t number) {
  const std::optional<AuthorityRow> row = find_authority(model_->database(), authority);
  return row && find_crl(model_->database(), row->id, static_cast<std::int64_t>(number));
}

void Rebuild::leave_out_reserved(const InventoryScan& scan) {
  for (const CertificateRow& row : scan.certificates)
    if (row.state == CertificateState::reserved)
      reserved_.insert(row.serial);
}

void Rebuild::add_remembered(const std::vector<LogLine>& loose, const InventoryScan& scan) {
  std::vector<Memory> memories = memories_of(scan);
  // An entry stands where the row of its serial does; one without a row, directly behind the entry before it.
  std::map<std::string, std::int64_t> order;
  for (const Memory& memory : memories)
    if (const std::string serial = serial_of(memory.body); !serial.empty())
      order.emplace(serial, memory.order);
  std::int64_t last = 0;
  for (const LogLine& line : loose) {
    if (std::holds_alternative<Repaired>(line.event.body) || std::holds_alternative<PassphraseChanged>(line.event.body) ||
        std::holds_alternative<BackupMade>(line.event.body))
      continue;
    if (std::holds_alternative<CrlMade>(line.event.body)) {
      memories.push_back({at_the_end, line.event.body, line.event.at, behind_the_break});
      continue;
    }
    const auto found = order.find(serial_of(line.event.body));
    last = found != order.end() ? found->second : last;
    memories.push_back({last, line.event.body, line.event.at, behind_the_break});
  }
  std::stable_sort(memories.begin(), memories.end(), [](const Memory& a, const Memory& b) { return a.order < b.order; });
  // Authorities first, from wherever: what else happened needs them.
  for (const Memory& memory : memories)
    if (std::holds_alternative<AuthorityCreated>(memory.body))
      add(memory.body, memory.at, memory.source);
  for (const std::string& name : names_in_folder(home_.root() / "authorities"))
    if (!files::is_staging_name(name))
      add_authority_folder(name);
  for (Memory& memory : memories)
    add(std::move(memory.body), memory.at, memory.source);
  for (const CertificateRow& row : scan.certificates) // of an authority whose row is lost
    if (!row.der.empty())
      add_found(row.der, row.name, {}, Layout::server, old_inventory);
  add_states(scan);
}

void Rebuild::add_taken_serials(const InventoryScan& scan) {
  for (const CertificateRow& row : scan.certificates)
    if (const AuthorityRow* authority = authority_of(row, scan); authority != nullptr && !knows(authority->name, row.serial))
      add(CertificateAbandoned{authority->name, row.serial, "nothing but its serial number is left", row.kind, row.name},
          row.reserved_at, old_inventory);
}

void Rebuild::add_authority_folder(const std::string& name) {
  const files::Path folder = home_.authority(name);
  if (!has_file(folder / authority_key_file))
    return;
  for (const Der& der : read_certificates(folder / authority_certificate_file)) {
    const std::optional<x509::Certificate> certificate = read_certificate(der);
    if (!certificate || !pki::is_signed_by_itself(*certificate))
      return;
    const std::string serial = certificate->contents().serial_number.text();
    if (reserved_.count(serial) == 0 && !knows(name, serial))
      uncertain_.insert(name);
    if (reserved_.count(serial) == 0)
      add(AuthorityCreated{name, role_of(name), generation_of(name), serial, der}, now_, "in '" + folder.string() + "'");
    return; // the first is its own; others belong to an overlap
  }
}

void Rebuild::add_found(const Der& der, const std::string& name, const std::string& folder, Layout layout,
                        const std::string& source) {
  const std::optional<x509::Certificate> certificate = read_certificate(der);
  if (!certificate)
    return;
  for (const AuthorityRecord& authority : model_->authorities()) {
    const std::optional<x509::Certificate> issuer = read_certificate(authority.certificate);
    if (!issuer || !(issuer->contents().subject == certificate->contents().issuer) ||
        !certificate->is_signed_by(issuer->contents().subject_public_key))
      continue;
    add(CertificateIssued{authority.name,
                          kind_of(*certificate, layout),
                          name,
                          certificate->contents().serial_number.text(),
                          der,
                          folder,
                          layout,
                          {}},
        now_, source);
    return;
  }
}

void Rebuild::add_set(const files::Path& folder, Layout layout, const std::string& name) {
  for (const Der& der : read_certificates(folder / certificate_file(layout)))
    add_found(der, name, folder.string(), layout, "in '" + folder.string() + "'");
}

void Rebuild::add_from_disk(const std::vector<std::string>& folders) {
  std::set<files::Path> places(folders.begin(), folders.end());
  for (const PlacementRecord& placement : model_->placements())
    places.insert(placement.folder);
  for (const char* part : {"servers", "clients"})
    for (const std::string& name : names_in_folder(home_.root() / part))
      if (!files::is_staging_name(name))
        places.insert(home_.root() / part / name);
  for (const files::Path& place : places)
    for (const Layout layout : {Layout::server, Layout::client})
      add_set(place, layout, place.filename().string());
}

void Rebuild::finish(const std::string& reason) {
  add(Repaired{static_cast<std::uint64_t>(model_->certificates().size()), reason}, now_, {});
}

} // namespace dockpki::store
