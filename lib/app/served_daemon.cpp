#include "app/served_daemon.hpp"

#include <algorithm>
#include <set>
#include <thread>

#include <dockpki/base/error.hpp>
#include <dockpki/files/as_user.hpp>

#include "app/sides.hpp"

namespace dockpki::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
constexpr auto one_answer = 10s;
constexpr auto whole_restart = 30s; // once what restarts it has ended
constexpr auto between_looks = 100ms;
constexpr const char* endpoint_hint = "say where it listens: --endpoint tcp://127.0.0.1:2376";

net::Endpoint found_endpoint(const std::optional<docker::RunningDaemon>& daemon) {
  const std::string failed = "failed to find the local dockerd: ";
  if (!daemon)
    throw Error(Errc::not_found, failed + "none runs that wrote /run/docker.pid", endpoint_hint);
  if (!daemon->endpoint)
    throw Error(Errc::not_found, failed + "the one that runs has no TCP address among its options", endpoint_hint);
  return net::Endpoint::parse(*daemon->endpoint);
}

void add_client(std::vector<net::Side>& sets, const files::Path& folder, const std::string& owner) {
  try {
    const files::AsUser as_owner(owner);
    sets.push_back(read_side(folder, docker::client_layout));
  } catch (const Error&) {
    return; // there is none, or none that can be used
  }
}

bool is(const std::vector<std::uint8_t>& der, const x509::Certificate& certificate) {
  return std::ranges::equal(der, certificate.der());
}

/// Why `answer` is not that of a daemon that serves `expected`; empty if it is.
std::string objection(const net::Answer& answer, const x509::Certificate& expected, LetIn let_in) {
  if (answer.certificate.empty())
    return "it does not answer: " + answer.failure;
  if (!is(answer.certificate, expected))
    return "it serves another certificate, serial " +
           x509::Certificate::from_der(answer.certificate).contents().serial_number.text();
  if (let_in == LetIn::needed && answer.status == 0)
    return "it does not let its client in: " + answer.failure;
  return {};
}

/// Every client set that is there: the caller's own first, then those of the home that are in force.
std::vector<net::Side> client_sets(const Context& context) {
  std::vector<net::Side> sets;
  add_client(sets, docker::client_folder(context.caller.docker, context.caller.working_folder), {});
  if (std::error_code error; !std::filesystem::exists(context.home.root(), error))
    return sets; // a daemon can be configured with somebody else's set
  store::ReadSession session(context.home);
  std::set<std::int64_t> in_force;
  for (const store::CertificateRecord& record : session.inventory().certificates())
    if (record.kind == pki::Kind::client && record.state == store::CertificateState::issued && record.not_after >= context.now)
      in_force.insert(record.id);
  for (const store::PlacementRecord& placement : session.inventory().placements())
    if (in_force.contains(placement.certificate_id))
      add_client(sets, placement.folder, placement.owner);
  return sets;
}

} // namespace

ServedDaemon::ServedDaemon(const Context& context, const RestartOptions& options) {
  if (options.endpoint) {
    endpoint_ = *options.endpoint;
  } else {
    const std::optional<docker::RunningDaemon> daemon = docker::running_daemon();
    endpoint_ = found_endpoint(daemon);
    certificate_file_ = daemon->certificate;
  }
  read_clients(context);
}

void ServedDaemon::read_clients(const Context& context) {
  clients_ = client_sets(context);
  if (clients_.empty())
    throw Error(Errc::not_found, "failed to look at dockerd at " + endpoint_.text() + ": there is no client set to do it with",
                "make one: dockpki issue-client");
}

net::Answer ServedDaemon::ask(const std::string& path, std::chrono::milliseconds patience) const {
  net::Answer answer;
  for (const net::Side& client : clients_) {
    try {
      answer = net::ask(endpoint_, client, path, patience);
    } catch (const Error& error) {
      answer.failure = error.what(); // this set's fault: the next one may do
      continue;
    }
    if (answer.status != 0 || answer.certificate.empty())
      break; // it was let in; or nobody would be
  }
  return answer;
}

x509::Certificate ServedDaemon::served() const {
  const net::Answer answer = ask("/_ping", one_answer);
  if (answer.certificate.empty())
    throw Error(Errc::io, "failed to look at dockerd at " + endpoint_.text() + ": " + answer.failure,
                "start it, or renew without restarting it");
  return x509::Certificate::from_der(answer.certificate);
}

std::optional<docker::DaemonInfo> ServedDaemon::info() const {
  return docker::parse_daemon_info(ask("/info", one_answer).body);
}

std::string ServedDaemon::wait_until_it_serves(const x509::Certificate& certificate, LetIn let_in) const {
  const Clock::time_point deadline = Clock::now() + whole_restart;
  for (;;) {
    std::string why = objection(ask("/_ping", one_answer), certificate, let_in);
    if (why.empty() || Clock::now() >= deadline)
      return why;
    std::this_thread::sleep_for(between_looks);
  }
}

} // namespace dockpki::app
