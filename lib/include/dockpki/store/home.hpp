// Why: the PKI home is one folder with a fixed layout. Here are its paths, its lock and the one way in which it is changed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <dockpki/base/error.hpp>
#include <dockpki/files/lock.hpp>
#include <dockpki/store/inventory.hpp>

namespace dockpki::store {

/// Home is an opened PKI home (docs/format.md):
///   dockpki.toml  lock  log.jsonl  inventory.db  authorities/NAME/{ca.pem,ca-key.pem,crl.pem,crl.der}  servers/NAME/
///   clients/NAME/
class Home {
public:
  /// Paths alone; touches nothing.
  explicit Home(files::Path root) : root_(std::move(root)) {}

  [[nodiscard]] const files::Path& root() const noexcept { return root_; }
  [[nodiscard]] files::Path settings() const { return root_ / "dockpki.toml"; }
  [[nodiscard]] files::Path lock_file() const { return root_ / "lock"; }
  [[nodiscard]] files::Path log() const { return root_ / "log.jsonl"; }
  [[nodiscard]] files::Path inventory() const { return root_ / "inventory.db"; }
  [[nodiscard]] files::Path authority(const std::string& name) const { return root_ / "authorities" / name; }
  [[nodiscard]] files::Path server(const std::string& name) const { return root_ / "servers" / name; }
  [[nodiscard]] files::Path client(const std::string& name) const { return root_ / "clients" / name; }

  /// Throws Errc::not_found (hint: init-ca), Errc::permission, Errc::invalid_input (a file), as check_private_folder does;
  /// Errc::refused on a network file system, where neither locks nor SQLite can be trusted.
  void check() const;

private:
  files::Path root_;
};

/// ReadSession reads a home without changing it or waiting for writers.
class ReadSession {
public:
  explicit ReadSession(const Home& home);
  [[nodiscard]] Inventory& inventory() noexcept { return *inventory_; }
  [[nodiscard]] AuditLog& log() noexcept { return log_; }

private:
  std::unique_ptr<Inventory> inventory_;
  AuditLog log_;
};

/// WriteSession holds the home's lock. Opening it brings the inventory up to the log, abandons what dead processes had reserved,
/// and cleans up staging that they left in the home.
class WriteSession {
public:
  /// `create`: make the inventory and the log where there are none (init-ca). `command` is what others see who wait.
  /// With Create::yes the home's folder itself is made where it is missing.
  /// With Create::no a missing inventory or log is Errc::damaged, naming it, with the hint to repair, if the home has
  /// authorities.
  WriteSession(const Home& home, const std::string& command, std::string actor, TimePoint now, Create create);

  [[nodiscard]] Inventory& inventory() noexcept { return *inventory_; }
  /// Appends `body` to the log, durably, then applies it to the inventory. Once it is in the log it is recorded, and this does
  /// not throw any more: an inventory that could not be written is behind (see trouble()) and catches up at the next command.
  /// Throws Errc::io, Errc::damaged; then nothing is recorded.
  void record(EventBody body);
  /// Why the inventory is behind the log; nullopt if it is not.
  [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return trouble_; }

private:
  void catch_up();
  void complete(CertificateAbandoned& body);
  files::Lock lock_;
  std::unique_ptr<Inventory> inventory_;
  AuditLog log_;
  LogHead head_;
  std::string actor_;
  TimePoint now_;
  std::optional<Error> trouble_;
};

/// RepairReport says what repair did.
struct RepairReport {
  bool rebuilt = false;                ///< false: nothing was wrong
  std::vector<std::string> found;      ///< what was wrong, a sentence each
  std::vector<files::Path> kept_aside; ///< damaged files, renamed
  std::uint64_t authorities = 0;
  std::uint64_t certificates = 0;
  std::uint64_t placements = 0;
};

/// repair rebuilds the inventory if it is missing, damaged or behind: from the log as far as its seals hold, then from every
/// certificate that lies in the home (authorities/, servers/, clients/) and in the folders that the log, or the damaged inventory
/// as far as it can be read, names. A damaged inventory or log is renamed (inventory.db.damaged-STAMP), never deleted; of a
/// damaged log the sound beginning is kept and the rest set aside. No serial is forgotten that any of these sources knows.
/// Completes or undoes interrupted switches everywhere it looks. `dry_run` says what it would do. Throws Errc::not_found,
/// Errc::permission, Errc::busy, Errc::io.
enum class DryRun { no, yes };
RepairReport repair(const Home& home, const std::string& actor, TimePoint now, DryRun dry_run);

} // namespace dockpki::store
