#include "report/audit_verdict.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "report/audit_parts.hpp"

namespace dockpki::report {
namespace {

using app::AuditedDaemon;
using app::EndpointKind;

bool is_loopback(const docker::Listener& listener) {
  return listener.address.starts_with("127.") || listener.address == "::1";
}

bool is_tcp(const docker::Listener& listener) {
  return listener.scheme == "tcp";
}

/// The TCP listeners, those first that other machines reach.
std::vector<docker::Listener> tcp_listeners(const AuditedDaemon& daemon) {
  std::vector<docker::Listener> listeners;
  std::ranges::copy_if(daemon.plan.listeners, std::back_inserter(listeners), &is_tcp);
  std::stable_partition(listeners.begin(), listeners.end(), [](const docker::Listener& one) { return !is_loopback(one); });
  return listeners;
}

bool has_socket(const AuditedDaemon& daemon) {
  return !std::ranges::all_of(daemon.plan.listeners, &is_tcp);
}

/// Of a rootless daemon who gets in has the rights of its user, and no more.
std::string user_of(const AuditedDaemon& daemon, std::string_view root) {
  return daemon.user == 0 ? std::string(root) : "user " + std::to_string(daemon.user);
}

std::string anyone_sentence(const AuditedDaemon& daemon) {
  const std::vector<docker::Listener> listeners = tcp_listeners(daemon);
  const std::string where = listeners.empty() ? "Docker's port" : harmless(listener_text(listeners.front()));
  const std::string is_root = " is " + user_of(daemon, "root") + " here";
  if (daemon.endpoint == EndpointKind::mtls)
    return "Whoever holds a client certificate of any public authority" + is_root + ": at " + where +
           " Docker trusts the system's authorities, because it was told no authority of its own.";
  const std::string why = daemon.endpoint == EndpointKind::tls
                              ? "the connection is encrypted, but Docker asks nobody for a certificate."
                              : "Docker asks nobody who they are.";
  if (!listeners.empty() && is_loopback(listeners.front()))
    return "Every user and every program on this machine" + is_root + ", by way of " + where + ": " + why;
  return "Whoever reaches " + where + is_root + ": " + why;
}

std::string unknown_sentence(const AuditedDaemon& daemon) {
  const std::string who = "Who is " + user_of(daemon, "root") + " here through Docker could not be told: ";
  if (!daemon.unread.empty())
    return who + harmless(daemon.unread) + (daemon.unread.ends_with("permission denied") ? ". Run the audit as root." : ".");
  if (daemon.command.empty())
    return who + "what starts dockerd is not understood, for " + harmless(daemon.refusal) + '.';
  if (daemon.is_changed && daemon.endpoint)
    return who + "dockerd runs with something else than its files say now. 'dockpki probe' tells whom it lets in.";
  return who + "dockerd runs, and would not start with what its files say now. 'dockpki probe' tells whom it lets in.";
}

std::string sentence_of(const AuditedDaemon& daemon, Exposure exposure) {
  const std::string root_is = heading(user_of(daemon, "root")) + " here is whoever ";
  switch (exposure) {
  case Exposure::no_daemon:
    break;
  case Exposure::does_not_start:
    return "Nobody is " + user_of(daemon, "root") + " here through Docker, because dockerd does not start as it is configured.";
  case Exposure::socket_only:
    return root_is + (daemon.endpoint == EndpointKind::tls_handshake_failed
                          ? "may open Docker's socket; its network port lets in nobody, because no TLS handshake succeeds."
                          : "may open Docker's socket; over a network Docker is not reached.");
  case Exposure::certificate:
    return root_is + "holds a client certificate of the daemon's authority" +
           (has_socket(daemon) ? ", or may open Docker's socket." : "; Docker has no socket besides.");
  case Exposure::unknown:
    return unknown_sentence(daemon);
  case Exposure::anyone:
    return anyone_sentence(daemon);
  }
  return {};
}

} // namespace

std::string_view to_string(Exposure exposure) {
  constexpr std::array<std::string_view, 6> names = {"no-daemon",   "does-not-start", "socket-only",
                                                     "certificate", "unknown",        "anyone"};
  return names.at(static_cast<std::size_t>(exposure));
}

std::string listener_text(const docker::Listener& listener) {
  if (!is_tcp(listener))
    return listener.scheme + "://" + listener.address;
  const bool is_v6 = listener.address.find(':') != std::string::npos && !listener.address.starts_with('[');
  return "tcp://" + (is_v6 ? '[' + listener.address + ']' : listener.address) + ':' + std::to_string(listener.port);
}

bool is_known(const AuditedDaemon& daemon) {
  return daemon.unread.empty() && !daemon.command.empty() && !daemon.plan.refusal;
}

Exposure exposure_of(const AuditedDaemon& daemon) {
  if (!daemon.unread.empty() || daemon.command.empty() || daemon.is_changed)
    return Exposure::unknown;
  if (!daemon.refusal.empty() || !daemon.endpoint)
    return daemon.is_running ? Exposure::unknown : Exposure::does_not_start;
  switch (*daemon.endpoint) {
  case EndpointKind::none:
  case EndpointKind::tls_handshake_failed:
    return Exposure::socket_only;
  case EndpointKind::plain:
  case EndpointKind::tls:
    return Exposure::anyone;
  case EndpointKind::mtls:
    break;
  }
  return daemon.plan.ca.empty() ? Exposure::anyone : Exposure::certificate;
}

Verdict verdict_of(const app::Audit& audit) {
  if (audit.daemons.empty())
    return {.exposure = Exposure::no_daemon, .sentence = "No Docker daemon was found: nobody is root here through one."};
  // Root's counts before a rootless one, and one that runs before one that only might.
  const auto rank = [](const AuditedDaemon& one) { return std::tuple(exposure_of(one), one.user == 0, one.is_running); };
  const auto lets_in_more = [&](const AuditedDaemon& one, const AuditedDaemon& other) { return rank(one) < rank(other); };
  const AuditedDaemon& worst = *std::ranges::max_element(audit.daemons, lets_in_more);
  Verdict verdict{.exposure = exposure_of(worst), .sentence = {}};
  verdict.sentence = sentence_of(worst, verdict.exposure);
  verdict.others = verdict.exposure <= Exposure::certificate &&
                   std::ranges::count(audit.findings, app::Severity::critical, &app::Finding::severity) != 0;
  if (verdict.others)
    verdict.sentence += " What is critical below lets in others, too.";
  if (worst.user != 0 && verdict.exposure > Exposure::does_not_start)
    verdict.sentence += " That Docker is rootless.";
  if (audit.root == "/" && !worst.is_running && verdict.exposure != Exposure::does_not_start)
    verdict.sentence += " This is what is configured; that daemon does not run now.";
  return verdict;
}

} // namespace dockpki::report
