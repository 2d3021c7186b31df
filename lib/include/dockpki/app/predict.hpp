// Why: would Docker work with this configuration? Answered before anything is started, as dockerd and docker would find out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/endpoint_kind.hpp>
#include <dockpki/app/findings.hpp>
#include <dockpki/base/time.hpp>
#include <dockpki/docker/plan.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/files/file.hpp>

namespace dockpki::app {

/// Where it is to be put right.
enum class Side { daemon, client };

/// Finding is what is wrong with a set-up.
struct Finding {
  std::string id; ///< of a FindingKind
  Side side = Side::daemon;
  Severity severity = Severity::info;
  Blocks blocks = Blocks::nothing;
  std::string text;      ///< what was found; of one that blocks, what Docker says
  std::string remedy;    ///< what to do
  std::string file{};    ///< that it is about; "" where it is about no file
  std::string subject{}; ///< of the certificate that it is about, as openssl writes it; ""
};

/// Question is a set-up. Without `client` it is about the daemon alone.
struct Question {
  docker::DaemonInput daemon;
  std::optional<docker::ClientInput> client;
  std::string client_user; ///< whose rights the client has; "": the caller's
};

struct Prediction {
  std::optional<bool> daemon_ok;        ///< none where no daemon was asked about
  std::string daemon_error;             ///< what dockerd says
  std::optional<EndpointKind> endpoint; ///< none where the daemon does not start
  std::optional<bool> client_ok;        ///< none where the daemon does not start, or no client was asked about
  std::string client_error;
  std::vector<Finding> findings; ///< the worst first
};

/// predict answers with the files on this disk. It does not connect to anything. Throws Errc::usage, Errc::permission
/// if it cannot act as `client_user`.
Prediction predict(const Question& question, const docker::World& world, TimePoint now);

/// SetQuestion is about sets where they lie, one side's or both.
struct SetQuestion {
  std::optional<files::Path> server; ///< folder of ca.pem, server-cert.pem and server-key.pem
  std::optional<files::Path> client; ///< folder of ca.pem, cert.pem and key.pem
  std::string host;                  ///< by which the server is dialled, without a port; may be empty for a client's set alone
  goverify::DockerVersion daemon_version = goverify::DockerVersion::v29;
  goverify::DockerVersion client_version = goverify::DockerVersion::v29;
};

/// True if the folder holds the certificate of such a set.
bool holds_set(const files::Path& folder, const docker::SetLayout& layout);

/// verify_sets tells whether Docker takes the sets: dockerd the server's, docker its own, and each the other's by `host`. Of one
/// side alone, what its own ca.pem can tell. Throws Errc::not_found, Errc::io.
Prediction verify_sets(const SetQuestion& question, TimePoint now);

/// ThisMachine asks the resolver and the interfaces of this machine.
class ThisMachine : public docker::World {
public:
  [[nodiscard]] std::vector<std::string> resolve(const std::string& name) const override;
  [[nodiscard]] bool is_local(const std::string& address) const override;
  [[nodiscard]] bool has_socket_activation() const override;
};

} // namespace dockpki::app
