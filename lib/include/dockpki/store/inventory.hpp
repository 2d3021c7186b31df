// Why: the questions that commands ask of what is remembered, behind an interface that SQLite serves today and PostgreSQL can
// later.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <dockpki/files/file.hpp>
#include <dockpki/pki/ledger.hpp>
#include <dockpki/store/audit_log.hpp>
#include <dockpki/store/event.hpp>
#include <dockpki/store/records.hpp>

namespace dockpki::store {

/// Inventory is the index of a home. Every change is one durable transaction.
/// All functions throw Errc::damaged ("the inventory '<path>' is damaged: ...", hint: dockpki repair) and Errc::io.
class Inventory : public pki::Ledger {
public:
  /// Applies `event`, whose entry in the log has `head`, and remembers that head. Applying an event twice changes nothing.
  virtual void apply(const Event& event, const LogHead& head) = 0;
  /// The last entry of the log that was applied.
  [[nodiscard]] virtual LogHead head() = 0;

  /// The serials that are reserved: for the holder of the home's lock, what dead processes left.
  [[nodiscard]] virtual std::vector<CertificateRecord> reservations() = 0;

  [[nodiscard]] virtual std::vector<AuthorityRecord> authorities() = 0;
  /// In the order of their making; without `kind` authority. The certificates' own DER is left out: see certificate().
  [[nodiscard]] virtual std::vector<CertificateRecord> certificates() = 0;
  /// When each certificate ends that an authority has, or had before it was extended.
  [[nodiscard]] virtual std::set<TimePoint> authority_ends() = 0;
  [[nodiscard]] virtual std::vector<PlacementRecord> placements() = 0;
  /// The set that lies in `folder`; nullopt if none was put there, or not in this layout.
  [[nodiscard]] virtual std::optional<PlacementRecord> find_placement(const std::string& folder, Layout layout) = 0;
  /// Every revocation list that was made, in that order.
  [[nodiscard]] virtual std::vector<CrlRecord> crls() = 0;
  /// The certificate with this SHA-256 fingerprint (64 hexadecimal digits); nullopt if it is not one of ours.
  [[nodiscard]] virtual std::optional<CertificateRecord> find_certificate(const std::string& sha256) = 0;
  /// All bytes of certificate `id`.
  [[nodiscard]] virtual Der certificate(std::int64_t id) = 0;
  /// True if a certificate with this serial, of any state, was ever reserved by this authority.
  [[nodiscard]] virtual bool knows_serial(const std::string& authority, const std::string& serial) = 0;
  /// Ends the view of a reader, which otherwise stays as it was at opening and keeps a writer from taking in its log. What is
  /// read afterwards is of that later moment.
  virtual void release_view() = 0;
  /// Runs the engine's own integrity check. Throws Errc::damaged.
  virtual void check() = 0;
};

enum class Create { no, yes };

/// open_sqlite_inventory opens `path` (SQLite, WAL, synchronous FULL). With Create::yes a missing or empty file becomes an empty
/// inventory, 0600. Throws Errc::not_found, Errc::damaged (not a database of ours, too short, malformed), Errc::refused (a newer
/// schema: hint to upgrade dockpki). An older schema is migrated.
std::unique_ptr<Inventory> open_sqlite_inventory(const files::Path& path, Create create);

} // namespace dockpki::store
