#include <algorithm>
#include <cerrno>
#include <optional>

#include <unistd.h>

#include <dockpki/base/hex.hpp>
#include <dockpki/x509/digest.hpp>

#include "files/fd.hpp"
#include "store/layout.hpp"
#include "store/leftovers.hpp"
#include "store/rebuild.hpp"
#include "store/standing.hpp"

namespace dockpki::store {
namespace {

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences)
    text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

bool same_rows(SqliteInventory& left, SqliteInventory& right) {
  const auto rows = [](SqliteInventory& inventory) {
    std::vector<std::string> texts;
    for (const AuthorityRecord& one : inventory.authorities())
      if (one.state != AuthorityState::reserved)
        texts.push_back(one.name + '/' + std::string(to_string(one.state)) + '/' + to_hex(x509::sha256(one.certificate)));
    for (const CertificateRecord& one : inventory.certificates())
      if (one.state != CertificateState::reserved)
        texts.push_back(one.authority + '/' + one.serial + '/' + std::string(to_string(one.state)) + '/' +
                        (one.revocation ? std::string(x509::to_string(one.revocation->reason)) : ""));
    for (const PlacementRecord& one : inventory.placements())
      texts.push_back(one.folder + '/' + std::string(to_string(one.layout)));
    for (const CrlRecord& one : inventory.crls())
      texts.push_back(one.authority + "/CRL " + std::to_string(one.number) + '/' + one.sha256);
    std::sort(texts.begin(), texts.end());
    return texts;
  };
  return rows(left) == rows(right);
}

/// What is wrong with the inventory, seen by itself and beside `model`, which tells what the log says.
std::optional<std::string> fault_of(const Home& home, const HomeContents& contents, SqliteInventory& model) {
  const std::string which = "the inventory '" + home.inventory().string() + "' is ";
  if (contents.inventory != Standing::something)
    return which + (contents.inventory == Standing::empty ? "damaged: it is empty" : "damaged: it is missing");
  try {
    const std::unique_ptr<SqliteInventory> inventory = open_inventory(home.inventory(), Access::read);
    inventory->check();
    const LogHead head = inventory->head();
    if (head == model.head())
      return same_rows(*inventory, model) ? std::nullopt : std::optional(which + "damaged: it does not agree with the audit log");
    if (head.sequence < model.head().sequence)
      return which + "behind the audit log";
    return "the audit log '" + home.log().string() + "' is damaged: it ends at entry " + std::to_string(model.head().sequence) +
           ", but the inventory knows entry " + std::to_string(head.sequence);
  } catch (const Error& error) {
    if (error.code() != Errc::damaged)
      throw;
    return error.what();
  }
}

/// Gives `path` a second name NAME.damaged-STAMP, or renames it there. Gives the new name; nullopt where there is nothing.
enum class Aside { linked, renamed };
std::optional<files::Path> set_aside(const files::Path& path, const std::string& ending, const std::string& stamp, Aside how) {
  const files::Path from = path.string() + ending;
  const files::Path to = path.string() + ".damaged-" + stamp + ending;
  // An earlier repair within the same second: its file is the one that tells what happened.
  if (::access(to.c_str(), F_OK) == 0 && how == Aside::renamed)
    return set_aside(path, ending, stamp + "-2", how);
  const int result = how == Aside::linked ? ::link(from.c_str(), to.c_str()) : ::rename(from.c_str(), to.c_str());
  if (result == 0 || errno == EEXIST)
    return to;
  if (errno == ENOENT)
    return std::nullopt;
  files::fail_to_write(to, errno);
}

void append_lines(const files::Path& path, const std::string& text) {
  const files::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0)
    files::fail_to_write(path, errno);
  const off_t end = [&] {
    const LogScan scan = scan_log(path);
    return static_cast<off_t>(scan.sound_text.size());
  }();
  if (end != status.st_size && ::ftruncate(fd.get(), end) != 0)
    files::fail_to_write(path, errno);
  try {
    files::write_all(fd.get(), bytes_of(text), path);
    files::sync_fd(fd.get(), path);
  } catch (const Error&) {
    static_cast<void>(::ftruncate(fd.get(), end) == 0);
    throw;
  }
}

/// Writes the log, then the inventory. A crash in between leaves a missing inventory, and a log from which it can be made.
void write_back(const Home& home, const LogScan& log, Rebuild& rebuild, const std::string& stamp, RepairReport& report) {
  if (log.fault) {
    if (const auto kept = log.exists ? set_aside(home.log(), "", stamp, Aside::linked) : std::nullopt)
      report.kept_aside.push_back(*kept);
    const std::string text = log.sound_text + rebuild.lines();
    files::write_file(home.log(), bytes_of(text), 0600, files::Overwrite::yes);
  } else {
    append_lines(home.log(), rebuild.lines());
  }
  if (const auto kept = set_aside(home.inventory(), "", stamp, Aside::renamed))
    report.kept_aside.push_back(*kept);
  for (const char* ending : {"-wal", "-shm"})
    set_aside(home.inventory(), ending, stamp, Aside::renamed);
  write_inventory(rebuild.inventory(), home.inventory());
}

std::vector<std::string> folders_in(const InventoryScan& rows) {
  std::vector<std::string> folders;
  for (const PlacementRow& row : rows.placements)
    folders.push_back(row.folder);
  return folders;
}

/// What dead processes left: now that log and inventory are sound again, as every command that writes does it.
void clean_up(const Home& home, const std::string& actor, TimePoint now, RepairReport& report) {
  const std::unique_ptr<SqliteInventory> inventory = open_inventory(home.inventory(), Access::write);
  AuditLog log(home.log());
  LogHead head = inventory->head();
  const auto abandon = [&](const CertificateRecord& record, const std::string& reason) {
    const Event event{head.sequence + 1, now, actor,
                      CertificateAbandoned{record.authority, record.serial, reason, record.kind, record.name}};
    head = log.append(head, event);
    inventory->apply(event, head);
  };
  const std::vector<CertificateRecord> reservations = inventory->reservations();
  for (const files::Path& folder : clean_leftovers(home, *inventory, reservations, Reach::every_placement, abandon))
    report.found.push_back("an interrupted switch in '" + folder.string() + "'");
  for (const CertificateRecord& one : reservations)
    abandon(one, "the process that reserved it ended");
}

void count(SqliteInventory& inventory, RepairReport& report) {
  for (const AuthorityRecord& one : inventory.authorities())
    report.authorities += is_established(one.state) ? 1U : 0U;
  report.certificates = inventory.certificates().size();
  report.placements = inventory.placements().size();
}

} // namespace

RepairReport repair(const Home& home, const std::string& actor, TimePoint now, DryRun dry_run) {
  home.check();
  std::optional<files::Lock> lock;
  if (dry_run == DryRun::no)
    lock.emplace(home.lock_file(), "repair");
  const HomeContents contents = look_at(home);
  if (contents.inventory == Standing::nothing && !contents.has_log_entries && !contents.has_authorities)
    throw_no_authority(home);
  RepairReport report;
  const LogScan log = scan_log(home.log());
  Rebuild rebuild(home, actor, now);
  rebuild.inventory().together([&] {
    for (const LogLine& line : log.sound)
      rebuild.replay(line);
  });
  const bool log_is_at_fault = log.fault && (log.exists || contents.inventory == Standing::something || contents.has_authorities);
  if (log_is_at_fault)
    report.found.push_back("the audit log '" + home.log().string() + "' is damaged: " + *log.fault);
  if (const std::optional<std::string> fault = fault_of(home, contents, rebuild.inventory()))
    report.found.push_back(*fault);
  const InventoryScan rows = scan_inventory(home.inventory());
  if (log_is_at_fault)
    rebuild.doubt_states();
  rebuild.leave_out_reserved(rows);
  rebuild.add_remembered(log.loose, report.found.empty() ? InventoryScan() : rows);
  rebuild.add_from_disk(folders_in(rows));
  rebuild.add_salvaged(log.broken);
  rebuild.add_generations();
  rebuild.add_from_crls();
  rebuild.add_salvaged_serials(log.broken);
  if (!report.found.empty() || !rebuild.added().empty())
    rebuild.add_taken_serials(rows);
  report.found.insert(report.found.end(), rebuild.added().begin(), rebuild.added().end());
  report.rebuilt = !report.found.empty();
  count(rebuild.inventory(), report);
  if (dry_run == DryRun::yes)
    return report;
  if (report.rebuilt) {
    rebuild.finish(joined(report.found));
    write_back(home, log, rebuild, format_basic(now), report);
  }
  clean_up(home, actor, now, report);
  return report;
}

} // namespace dockpki::store
