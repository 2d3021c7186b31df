#include <dockpki/app/predict.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <dockpki/files/as_user.hpp>

#include "app/predict_findings.hpp"
#include "app/predict_reach.hpp"
#include "app/predict_revoked.hpp"
#include "app/predict_tls.hpp"

namespace dockpki::app {
namespace {

using docker::ClientTls;
using docker::Refusal;
using docker::ServerTls;

/// What blocks comes first, then the severe.
bool worse(const Finding& one, const Finding& other) {
  const auto rank = [](const Finding& finding) { return std::pair(finding.blocks != Blocks::nothing, finding.severity); };
  return rank(one) > rank(other);
}

class Predictor {
public:
  Predictor(const Question& question, const docker::World& world, TimePoint now)
      : question_(question), world_(world), now_(now) {}

  Prediction predict() {
    daemon_ = docker::plan_daemon(question_.daemon, world_);
    paths_.daemon = paths_of(daemon_);
    note(daemon_.facts, Side::daemon);
    std::optional<Refusal> refusal = daemon_.refusal;
    if (!refusal && daemon_.tls != ServerTls::none)
      refusal = load_daemon();
    if (!refusal)
      refusal = daemon_.listen_refusal;
    prediction_.daemon_ok = !refusal;
    if (refusal)
      prediction_.daemon_error = refuse(*refusal, Side::daemon);
    else
      prediction_.endpoint = endpoint();
    if (question_.client)
      predict_client();
    if (server_end_.pair.leaf && !has_shaken_) {
      std::vector<docker::Fact> facts;
      note_signs(goverify::oddities_of(server_end_, nullptr, {}), paths_, facts);
      note(facts, Side::daemon);
    }
    for (Finding& finding : prediction_.findings)
      fill_in_remedy(finding, client_.scheme == "tcp" ? client_.host : "", paths_);
    std::ranges::stable_sort(prediction_.findings, worse);
    return std::move(prediction_);
  }

private:
  void note(const std::vector<docker::Fact>& facts, Side side) {
    for (const docker::Fact& fact : facts)
      prediction_.findings.push_back(finding_of(fact, side));
  }

  std::optional<Refusal> load_daemon() {
    LoadedDaemon loaded = load_tls(daemon_, question_.daemon, world_);
    note(loaded.facts, Side::daemon);
    server_end_ = std::move(loaded.end);
    return std::move(loaded.refusal);
  }

  std::optional<Refusal> load_client() {
    LoadedClient loaded = load_tls(client_, *question_.client);
    note(loaded.facts, Side::client);
    client_end_ = std::move(loaded.end);
    return std::move(loaded.refusal);
  }

  std::string refuse(const Refusal& refusal, Side side) {
    prediction_.findings.push_back(blocking_finding(refusal, side));
    return refusal.message;
  }

  [[nodiscard]] EndpointKind endpoint() const {
    if (std::ranges::none_of(daemon_.listeners, [](const docker::Listener& one) { return one.scheme == "tcp"; }))
      return EndpointKind::none;
    if (daemon_.tls == ServerTls::none)
      return EndpointKind::plain;
    if (!serves_anybody(server_end_, now_))
      return EndpointKind::tls_handshake_failed;
    return daemon_.tls == ServerTls::open ? EndpointKind::tls : EndpointKind::mtls;
  }

  void predict_client() {
    {
      const files::AsUser user(question_.client_user);
      client_ = docker::plan_client(*question_.client);
    }
    paths_.client = paths_of(client_);
    note(client_.facts, Side::client);
    if (!*prediction_.daemon_ok)
      return;
    std::optional<Refusal> refusal = client_.refusal;
    if (!refusal && client_.loads_tls)
      refusal = load_client();
    if (!refusal)
      refusal = client_.dial_refusal;
    if (!refusal)
      refusal = reach(daemon_, client_, world_);
    if (!refusal)
      refusal = speak();
    prediction_.client_ok = !refusal;
    if (!refusal)
      return;
    prediction_.client_error = refuse(*refusal, Side::client);
    if (client_.scheme == "tcp")
      note(look_alikes(*refusal), Side::client);
  }

  /// What comes of the first octets.
  std::optional<Refusal> speak() {
    const bool is_socket = client_.scheme == "unix";
    const bool serves_tls = !is_socket && daemon_.tls != ServerTls::none;
    const bool wants_tls = client_.tls != ClientTls::none;
    if (wants_tls && !serves_tls)
      return Refusal{"error during connect: http: server gave HTTP response to HTTPS client", "env-tls-to-plain"};
    if (!wants_tls && serves_tls)
      return Refusal{"Error response from daemon: Client sent an HTTP request to an HTTPS server.",
                     client_.context == "default" ? "env-no-verify" : "env-context-no-tls"};
    if (wants_tls) {
      Handshake handshake = shake_hands(server_end_, client_end_, paths_, now_);
      note(handshake.facts, Side::client);
      has_shaken_ = true;
      if (handshake.refusal)
        return std::move(handshake.refusal);
      if (server_end_.asks_for_certificate && client_end_.pair)
        if (const auto list = revoked_by_a_list(daemon_.ca, *client_end_.pair->leaf))
          note({*list}, Side::client);
    }
    if (client_.path_prefix.size() > 1)
      return Refusal{"Error response from daemon: page not found", "env-host-form"};
    return api_refusal(client_, question_.daemon.release);
  }

  const Question& question_;
  const docker::World& world_;
  TimePoint now_;
  docker::DaemonPlan daemon_;
  docker::ClientPlan client_;
  BothPaths paths_;
  goverify::ServerEnd server_end_;
  goverify::ClientEnd client_end_;
  bool has_shaken_ = false;
  Prediction prediction_;
};

} // namespace

Prediction predict(const Question& question, const docker::World& world, TimePoint now) {
  return Predictor(question, world, now).predict();
}

} // namespace dockpki::app
