#include <dockpki/store/home.hpp>

#include "files/fd.hpp"
#include "store/damage.hpp"
#include "store/leftovers.hpp"
#include "store/sqlite_inventory.hpp"
#include "store/standing.hpp"

namespace dockpki::store {
namespace {

/// Makes the home if it is to be made, and gives its lock's path.
files::Path prepare(const Home& home, Create create) {
  if (create == Create::yes)
    files::make_private_folder(home.root());
  home.check();
  return home.lock_file();
}

std::unique_ptr<SqliteInventory> open_for_writing(const Home& home, Create create) {
  const HomeContents contents = look_at(home);
  refuse_missing_parts(home, contents);
  if (contents.inventory != Standing::something) {
    if (create == Create::no)
      throw_no_authority(home);
    write_inventory(*make_inventory_in_memory(home.inventory()), home.inventory());
  }
  std::unique_ptr<SqliteInventory> inventory = open_inventory(home.inventory(), Access::write);
  if (!contents.has_log && inventory->head().sequence != 0)
    throw_damaged_log(home.log(), "it is missing");
  return inventory;
}

/// An entry that could not be applied would stand in the log for good: it is refused before.
void check_certificate(const std::string& serial, const Der& certificate) {
  CertificateRow row;
  row.serial = serial;
  try {
    row.take(certificate);
  } catch (const Damage& damage) {
    throw Error(Errc::invalid_input, std::string("failed to record a certificate: ") + damage.what());
  }
}

void check_body(const EventBody& body) {
  if (const auto* created = std::get_if<AuthorityCreated>(&body))
    check_certificate(created->serial, created->certificate);
  if (const auto* renewed = std::get_if<AuthorityRenewed>(&body))
    check_certificate(renewed->serial, renewed->certificate);
  if (const auto* issued = std::get_if<CertificateIssued>(&body))
    check_certificate(issued->serial, issued->certificate);
}

} // namespace

WriteSession::WriteSession(const Home& home, const std::string& command, std::string actor, TimePoint now, Create create)
    : lock_(prepare(home, create), command), log_(home.log()), actor_(std::move(actor)), now_(now) {
  std::unique_ptr<SqliteInventory> inventory = open_for_writing(home, create);
  SqliteInventory& opened = *inventory;
  inventory_ = std::move(inventory);
  const LogHead before = inventory_->head();
  head_ = before;
  if (std::error_code error; std::filesystem::exists(home.log(), error)) {
    std::vector<std::pair<Event, LogHead>> missed;
    head_ = log_.read(before, [&](const Event& event, const LogHead& head) { missed.emplace_back(event, head); });
    if (!missed.empty())
      opened.together([&] {
        for (const auto& [event, head] : missed)
          opened.apply(event, head);
      });
  }
  const std::vector<CertificateRecord> reservations = inventory_->reservations();
  if (lock_.predecessor_died() || head_ != before || !reservations.empty())
    clean_leftovers(home, *inventory_, reservations, Reach::newest_placement,
                    [&](const CertificateRecord& record, const std::string& reason) {
                      this->record(CertificateAbandoned{record.authority, record.serial, reason, record.kind, record.name});
                    });
  for (const CertificateRecord& one : reservations)
    record(CertificateAbandoned{one.authority, one.serial, "the process that reserved it ended", one.kind, one.name});
}

void WriteSession::catch_up() {
  log_.read(inventory_->head(), [&](const Event& event, const LogHead& head) { inventory_->apply(event, head); });
}

/// What an abandoned serial was for, so that the entry tells it.
void WriteSession::complete(CertificateAbandoned& body) {
  if (!body.name.empty())
    return;
  for (const CertificateRecord& one : inventory_->certificates())
    if (one.authority == body.authority && one.serial == body.serial) {
      body.kind = one.kind;
      body.name = one.name;
    }
}

void WriteSession::record(EventBody body) {
  check_body(body);
  if (auto* abandoned = std::get_if<CertificateAbandoned>(&body))
    complete(*abandoned);
  Event event{0, now_, actor_, std::move(body)};
  head_ = log_.append(head_, event);
  event.sequence = head_.sequence;
  try {
    if (trouble_)
      catch_up();
    else
      inventory_->apply(event, head_);
    trouble_.reset();
  } catch (const Error& error) {
    trouble_ = error;
  }
}

} // namespace dockpki::store
