#include "app/restarting.hpp"

#include <algorithm>

#include <dockpki/base/hex.hpp>
#include <dockpki/files/as_user.hpp>

#include "app/placed_sets.hpp"
#include "app/sides.hpp"

namespace dockpki::app {
namespace {

constexpr const char* log_hint = "dockerd's log tells more; where systemd runs it: journalctl -u docker";

/// The set that lies in the folder of `one` now.
net::Side read_server(const Candidate& one) {
  const files::AsUser as_owner(one.placement.owner);
  return read_side(one.placement.folder, layout_of(one.placement.layout));
}

/// Would a daemon with this set start, and let one of `clients` in? Throws Errc::refused, Errc::invalid_input if not.
void refuse_unfit(const net::Side& server, const x509::Certificate& certificate, const std::vector<net::Side>& clients,
                  TimePoint now) {
  const std::vector<std::string> hosts = hosts_of(certificate);
  if (hosts.empty())
    throw Error(Errc::refused, "its certificate has no subjectAltName, and no client accepts it");
  net::HandshakeResult result;
  for (const net::Side& client : clients) {
    result = net::handshake(server, client, hosts.front(), now);
    if (result.ok())
      return;
  }
  throw Error(Errc::refused,
              "no client set gets in with it: " + (result.client_error.empty() ? result.server_error : result.client_error));
}

std::string containers(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " running container" : " running containers");
}

} // namespace

void Restarting::look_at_daemon() {
  daemon_.emplace(context_, options_);
  const x509::Certificate certificate = daemon_->served();
  store::ReadSession session(context_.home);
  served_ = session.inventory().find_certificate(to_hex(certificate.fingerprint()));
  if (!served_)
    throw Error(Errc::refused,
                "failed to find the set that dockerd at " + daemon_->endpoint().text() +
                    " serves: its certificate is not one of this home",
                "renew without restarting it, or name another: --endpoint");
}

void Restarting::look() {
  if (trouble_)
    throw Error(*trouble_);
  if (served_)
    return;
  try {
    look_at_daemon();
  } catch (const Error& error) {
    trouble_ = error;
    throw;
  }
}

/// True too for a certificate of the same set from before.
bool Restarting::serves(const Candidate& one) const {
  if (served_->id == one.record.id)
    return true;
  return served_->state == store::CertificateState::superseded && served_->kind == one.record.kind &&
         served_->name == one.record.name && served_->folder == one.placement.folder;
}

void Restarting::refuse_copy(const Candidate& one) const {
  if (options_.delivery == Delivery::by_restart || !daemon_->certificate_file())
    return;
  const files::Path file = files::Path(one.placement.folder) / layout_of(one.placement.layout).certificate;
  std::error_code error;
  if (std::filesystem::equivalent(file, *daemon_->certificate_file(), error))
    return;
  throw Error(Errc::refused,
              "failed to renew the set in '" + one.placement.folder + "': dockerd reads a copy, " +
                  daemon_->certificate_file()->string() + ", and would not serve the new one",
              "issue it where dockerd reads it (--out), or let --restart-command carry it there");
}

void Restarting::mind_containers(const Candidate& one) {
  const std::optional<docker::DaemonInfo> info = daemon_->info();
  if (info && (info->live_restore || info->containers_running == 0))
    return;
  const std::string at = "dockerd at " + daemon_->endpoint().text();
  const std::string stops = info ? "live-restore is off: the restart stops its " + containers(info->containers_running)
                                 : "it does not tell whether the restart stops its containers";
  if (options_.interruption == Interruption::refused)
    throw Error(Errc::refused,
                "failed to renew the set in '" + one.placement.folder + "': " + at + " was not restarted: " + stops,
                "\"live-restore\": true in daemon.json keeps them running; --yes restarts it all the same");
  warning_ = at + " is restarted: " + stops;
}

void Restarting::prepare(const Candidate& one) {
  look();
  if (!serves(one))
    return;
  refuse_copy(one);
  mind_containers(one);
  if (dry_run_ == DryRun::no)
    kept_.emplace(one);
  target_ = &one;
}

void Restarting::notice(const Candidate& one) {
  try {
    look();
  } catch (const Error&) {
    return; // one that does not run reads the set when it starts
  }
  if (served_->id == one.record.id || !serves(one))
    return;
  refuse_copy(one);
  mind_containers(one);
  target_ = &one;
}

std::string Restarting::serve_new() {
  try {
    daemon_->read_clients(context_);
    const net::Side server = read_server(*target_);
    const auto certificate = x509::Certificate::from_pem(server.certificate.bytes(), "the certificate");
    refuse_unfit(server, certificate, daemon_->clients(), context_.now);
    if (!warning_.empty())
      options_.warn(warning_);
    restarted_ = true;
    options_.restart(target_->record.name, target_->placement.folder);
    return daemon_->wait_until_it_serves(certificate, LetIn::needed);
  } catch (const Error& error) {
    return error.what();
  }
}

void Restarting::put_back(RenewedSet& result, const std::string& cause) {
  const std::string serial = result.set->certificate->contents().serial_number.text();
  try {
    kept_->put_back(context_, serial, cause);
  } catch (const Error& error) {
    result.failure += "; the old set could not be put back: " + std::string(error.what());
    return;
  }
  result.set.reset();
  result.failure += "; the old set is back";
  std::string trouble;
  try {
    if (restarted_)
      options_.restart(target_->record.name, target_->placement.folder);
  } catch (const Error& error) {
    trouble = std::string(error.what()) + ", and ";
  }
  const std::string why = daemon_->wait_until_it_serves(kept_->certificate(), LetIn::not_needed);
  if (why.empty())
    result.daemon->serial = result.old_serial;
  result.failure += why.empty() ? ", and dockerd serves it" : ", but dockerd does not serve it: " + trouble + why;
}

void Restarting::finish(const std::vector<Candidate>& candidates, std::vector<RenewedSet>& results) {
  if (target_ == nullptr)
    return;
  RenewedSet& result = results.at(static_cast<std::size_t>(target_ - candidates.data()));
  if (result.outcome == Renewal::failed)
    return;
  result.daemon = {.endpoint = daemon_->endpoint(), .serial = served_->serial};
  if (dry_run_ == DryRun::yes)
    return;
  const std::string cause = serve_new();
  if (cause.empty()) {
    result.daemon->serial = result.set ? result.set->certificate->contents().serial_number.text() : target_->record.serial;
    return;
  }
  result.outcome = Renewal::failed;
  result.failure = "failed to have dockerd at " + daemon_->endpoint().text() + " serve the set in '" + target_->placement.folder +
                   "': " + cause;
  result.hint = log_hint;
  result.daemon->serial.clear();
  if (kept_)
    put_back(result, cause);
}

} // namespace dockpki::app
