// Why: the part of a prediction that looks into certificates: what dockerd and docker parse, and whether their handshake
// succeeds.
#pragma once

#include <optional>
#include <vector>

#include <dockpki/app/predict.hpp>
#include <dockpki/goverify/handshake.hpp>

#include "app/predict_findings.hpp"

namespace dockpki::app {

/// A daemon's end of the handshake, or why it does not load its files.
struct LoadedDaemon {
  std::optional<docker::Refusal> refusal;
  goverify::ServerEnd end;
  std::vector<docker::Fact> facts;
};

/// A client's end of the handshake, or why it does not load its files.
struct LoadedClient {
  std::optional<docker::Refusal> refusal;
  goverify::ClientEnd end;
  std::vector<docker::Fact> facts;
};

/// The files are those of the daemon's machine.
LoadedDaemon load_tls(const docker::DaemonPlan& plan, const docker::DaemonInput& input, const docker::World& world);
LoadedClient load_tls(const docker::ClientPlan& plan, const docker::ClientInput& input);

/// Does any client get through the handshake?
bool serves_anybody(const goverify::ServerEnd& daemon, TimePoint now);

/// How the handshake ends, and what is odd about the certificates.
struct Handshake {
  std::optional<docker::Refusal> refusal; ///< in the client's words, or those of the daemon's log
  std::vector<docker::Fact> facts;
};
Handshake shake_hands(const goverify::ServerEnd& daemon, const goverify::ClientEnd& client, const BothPaths& paths,
                      TimePoint now);

} // namespace dockpki::app
