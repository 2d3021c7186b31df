// Why: would Docker work with this configuration? Answered before anything is started, as dockerd and docker would find out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/endpoint_kind.hpp>
#include <dockpki/app/findings.hpp>
#include <dockpki/base/time.hpp>
#include <dockpki/docker/plan.hpp>

namespace dockpki::app {

/// Where it is to be put right.
enum class Side { daemon, client };

/// Finding is what is wrong with a set-up.
struct Finding {
  std::string id; ///< of a FindingKind
  Side side = Side::daemon;
  Severity severity = Severity::info;
  Blocks blocks = Blocks::nothing;
  std::string text;   ///< what was found; of one that blocks, what Docker says
  std::string remedy; ///< what to do
};

/// Question is a set-up. Without `client` it is about the daemon alone.
struct Question {
  docker::DaemonInput daemon;
  std::optional<docker::ClientInput> client;
  std::string client_user; ///< whose rights the client has; "": the caller's
};

struct Prediction {
  bool daemon_ok = false;
  std::string daemon_error;             ///< what dockerd says
  std::optional<EndpointKind> endpoint; ///< none where the daemon does not start
  std::optional<bool> client_ok;        ///< none where the daemon does not start, or no client was asked about
  std::string client_error;
  std::vector<Finding> findings; ///< the worst first
};

/// predict answers with the files on this disk. It does not connect to anything. Throws Errc::usage, Errc::permission
/// if it cannot act as `client_user`.
Prediction predict(const Question& question, const docker::World& world, TimePoint now);

/// ThisMachine asks the resolver and the interfaces of this machine.
class ThisMachine : public docker::World {
public:
  [[nodiscard]] std::vector<std::string> resolve(const std::string& name) const override;
  [[nodiscard]] bool is_local(const std::string& address) const override;
  [[nodiscard]] bool has_socket_activation() const override;
};

} // namespace dockpki::app
