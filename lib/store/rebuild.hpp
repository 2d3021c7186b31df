// Why: repair works on a copy in memory, so that a dry run and the real thing do the same, and nothing in the home changes before
// all is known.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <dockpki/store/home.hpp>

#include "store/log_line.hpp"
#include "store/sqlite_inventory.hpp"

namespace dockpki::store {

/// LogScan is what the audit log still says.
struct LogScan {
  std::vector<LogLine> sound;       ///< from the beginning, as far as the chain of seals holds
  std::vector<LogLine> loose;       ///< behind the break: entries that fit their own seal
  std::vector<std::string> broken;  ///< lines that fit no seal
  std::string sound_text;           ///< the very lines of `sound`
  std::optional<std::string> fault; ///< what is wrong; nullopt if nothing is
  bool exists = false;
};
/// Throws Errc::refused where an entry is from a newer dockpki.
LogScan scan_log(const files::Path& path);

/// InventoryScan is what the inventory's rows still say, read one by one; rows that do not fit their sums are left out.
struct InventoryScan {
  std::vector<AuthorityRow> authorities;
  std::vector<CertificateRow> certificates; ///< with their DER where it fits its fingerprint
  std::vector<PlacementRow> placements;
  std::vector<CrlRow> crls;
};
InventoryScan scan_inventory(const files::Path& path);

/// Rebuild is the inventory as it will be, and the entries that the log lacks.
class Rebuild {
public:
  Rebuild(const Home& home, std::string actor, TimePoint now);
  /// Takes an entry that stands in the log.
  void replay(const LogLine& line);
  /// Entries of the log are lost: what it tells of authorities may not be all that happened to them.
  void doubt_states() noexcept { log_has_gaps_ = true; }
  /// An authority whose serial is merely reserved comes from an init-ca that never ended: its folder is not taken for one.
  void leave_out_reserved(const InventoryScan& scan);
  /// Adds what the entries behind a break in the log and the rows of the old inventory say, in the order in which it happened,
  /// and the authorities whose certificates and keys lie in the home.
  void add_remembered(const std::vector<LogLine>& loose, const InventoryScan& scan);
  /// Adds, as abandoned, the serials of rows of which nothing else is known by now: they must not be used again. To be called
  /// last.
  void add_taken_serials(const InventoryScan& scan);
  /// Adds every leaf certificate of ours that lies in the home, in the folders that placements name and in `folders`.
  void add_from_disk(const std::vector<std::string>& folders);
  /// Adds the leaf certificates of ours that stand in lines of the log which fit no seal.
  void add_salvaged(const std::vector<std::string>& broken);
  /// Adds, as abandoned, the serials in such lines of which nothing else is known by now. To be called last.
  void add_salvaged_serials(const std::vector<std::string>& broken);
  /// Adds how far the rotation of authorities had come of which too little is left to tell: a ca.pem of a set tells
  /// whether one is trusted, and what it signed that it signs. To be called once all certificates that can be found are known.
  void add_generations();
  /// Adds what the revocation lists in the authorities' folders say: who is revoked, and which numbers are used up. To be called
  /// once all certificates that can be found are known.
  void add_from_crls();
  /// Adds the entry that says that, and why, the inventory was rebuilt.
  void finish(const std::string& reason);

  /// Sentences about what was added.
  [[nodiscard]] const std::vector<std::string>& added() const noexcept { return added_; }
  /// The added entries' lines.
  [[nodiscard]] const std::string& lines() const noexcept { return lines_; }
  [[nodiscard]] SqliteInventory& inventory() noexcept { return *model_; }

private:
  /// Adds `body` unless it is known already or cannot be true.
  void add(EventBody body, TimePoint at, const std::string& source);
  bool is_known(const EventBody& body);
  bool knows(const std::string& authority, const std::string& serial);
  std::optional<CertificateRow> find(const std::string& authority, const std::string& serial);
  bool is_issued(const std::string& authority, const std::string& serial);
  std::optional<AuthorityState> state_of(const std::string& authority);
  bool is_abandoned(const std::string& authority, const std::string& serial);
  bool is_revoked(const std::string& authority, const std::string& serial);
  /// Revoked, and nothing but that is known so far.
  bool lacks_certificate(const std::string& authority, const std::string& serial);
  bool knows_crl(const std::string& authority, std::uint64_t number);
  void add_authority_folder(const std::string& name);
  /// Adds how far rotations had come by what the rows say.
  void add_states(const InventoryScan& scan);
  void add_set(const files::Path& folder, Layout layout, const std::string& name);
  void add_found(const Der& der, const std::string& name, const std::string& folder, Layout layout, const std::string& source);

  const Home& home_;
  std::string actor_;
  TimePoint now_;
  std::unique_ptr<SqliteInventory> model_;
  LogHead head_;
  std::set<std::string> reserved_;
  bool log_has_gaps_ = false;
  std::set<std::string> uncertain_; ///< authorities of which neither log nor inventory tells for sure how far they came
  std::string lines_;
  std::vector<std::string> added_;
};

} // namespace dockpki::store
