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

/// JudgedBy is by whose rules a side is judged.
struct JudgedBy {
  goverify::DockerVersion version = goverify::DockerVersion::v29;
  bool is_told = false; ///< the caller chose it
  std::string why;      ///< "/usr/sbin/dockerd is 20.10.24", "no docker is installed here"
};

/// judged_by takes the version that was told, else that of the `program` ("docker", "dockerd") that is installed, else 29. Throws
/// Errc::usage if what was told is no version.
JudgedBy judged_by(const std::optional<std::string>& told, const std::string& program, const docker::Environment& environment);

struct Prediction {
  std::optional<bool> daemon_ok;        ///< none where no daemon was asked about
  std::string daemon_error;             ///< what dockerd says
  std::optional<EndpointKind> endpoint; ///< none where the daemon does not start
  std::optional<bool> client_ok;        ///< none where the daemon does not start, or no client was asked about
  std::string client_error;
  std::vector<Finding> findings;       ///< the worst first
  std::optional<JudgedBy> daemon_by{}; ///< whom the caller asked about; predict and verify_sets leave them alone
  std::optional<JudgedBy> client_by{};
};

/// predict answers with the files on this disk. It does not connect to anything. Throws Errc::usage, Errc::permission
/// if it cannot act as `client_user`.
Prediction predict(const Question& question, const docker::World& world, TimePoint now);

/// SetFiles are the files of a set, wherever they lie and whatever they are called.
struct SetFiles {
  files::Path ca;
  files::Path certificate;
  files::Path key;
};

/// The files that such a set has in the folder.
SetFiles files_in(const files::Path& folder, const docker::SetLayout& layout);

/// SetQuestion is about sets where they lie, one side's or both.
struct SetQuestion {
  std::optional<SetFiles> server;
  std::optional<SetFiles> client;
  std::string host; ///< by which the server is dialled, without a port; may be empty for a client's set alone
  goverify::DockerVersion daemon_version = goverify::DockerVersion::v29;
  goverify::DockerVersion client_version = goverify::DockerVersion::v29;
};

/// True if the folder holds the certificate of such a set.
bool holds_set(const files::Path& folder, const docker::SetLayout& layout);

/// RecognizedSet are files that were given in any order and under any names.
struct RecognizedSet {
  SetFiles files;
  bool is_of_server = false; ///< by the extendedKeyUsage of its certificate; without one it is both
  bool is_of_client = false;
};

/// recognize_set tells by their contents which of the files is what: the certificate is the one that the key belongs to, and
/// ca.pem the other. Throws Errc::usage where they are not one set, or leave it open; Errc::not_found, Errc::io.
RecognizedSet recognize_set(const std::vector<files::Path>& paths);

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
