// Why: of the sets that are renewed, one may be what a running daemon serves. That one is not done before the daemon serves it;
// and if it does not, the old one is put back.
#pragma once

#include <optional>
#include <vector>

#include <dockpki/app/renew.hpp>
#include <dockpki/base/error.hpp>

#include "app/kept_set.hpp"
#include "app/served_daemon.hpp"

namespace dockpki::app {

/// Restarting accompanies one renewal of several sets.
class Restarting {
public:
  /// Asks nothing yet.
  Restarting(Context& context, const RestartOptions& options, DryRun dry_run)
      : context_(context), options_(options), dry_run_(dry_run) {}

  /// To be called before a server's set is renewed. If it is the one that the daemon serves, keeps what lies there. `one` must
  /// outlive this object. Throws what ServedDaemon throws; Errc::refused if the daemon serves a certificate that is not this
  /// home's, reads a copy of this set, or would take running containers with it.
  void prepare(const Candidate& one);
  /// To be called for a server's set that is not renewed: the daemon may still serve the certificate before this one.
  void notice(const Candidate& one);
  /// To be called when all sets are renewed: restarts the daemon if it has to be, sees what it serves then, and puts the old set
  /// back if it is not the new one. Notes in the set's result how it ended.
  void finish(const std::vector<Candidate>& candidates, std::vector<RenewedSet>& results);

private:
  /// Looks at the daemon, the first time. Throws what was wrong then, each time.
  void look();
  void look_at_daemon();
  [[nodiscard]] bool serves(const Candidate& one) const;
  void refuse_copy(const Candidate& one) const;
  void mind_containers(const Candidate& one);
  /// Gives why the daemon does not serve the set that lies in the folder now; empty if it does.
  std::string serve_new();
  void put_back(RenewedSet& result, const std::string& cause);

  Context& context_;
  const RestartOptions& options_;
  DryRun dry_run_;
  std::optional<ServedDaemon> daemon_;
  std::optional<store::CertificateRecord> served_; ///< what it serves
  std::optional<Error> trouble_;                   ///< why that is not known
  const Candidate* target_ = nullptr;              ///< the set that the daemon serves
  std::optional<KeptSet> kept_;
  std::string warning_;
  bool restarted_ = false;
};

} // namespace dockpki::app
