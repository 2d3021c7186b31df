// Why: what dockerd and docker will do is decided by flags, variables and files together, with surprises. A plan is the result,
// and each surprise met on the way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>
#include <dockpki/docker/world.hpp>
#include <dockpki/goverify/rules.hpp>

namespace dockpki::docker {

using goverify::DockerVersion;

/// Fact is something about a configuration that a person should be told; `id` never changes its meaning.
struct Fact {
  std::string id;
  std::string text;      ///< what was seen: a value, a path, a key
  std::string file{};    ///< that it is about; ""
  std::string subject{}; ///< of the certificate in it that it is about; ""
  bool is_guess = false; ///< it looks like this, and need not be it
};

/// Refusal is why a program does not get to work, in its own words.
struct Refusal {
  std::string message;
  std::string id; ///< as of a Fact
  std::string file{};
  std::string subject{};
};

enum class ServerTls {
  none,
  open,  ///< TLS, but any client may come
  mutual ///< clients need a certificate
};

struct Listener {
  std::string scheme;  ///< tcp, unix or fd
  std::string address; ///< of tcp the address, as text; of unix the path
  std::uint16_t port = 0;
  bool is_wildcard = false; ///< every address of this machine
};

/// DaemonPlan is what dockerd makes of its configuration. Nobody has looked into the certificates yet: dockerd does between
/// `refusal` and `listen_refusal`.
struct DaemonPlan {
  std::optional<Refusal> refusal;
  ServerTls tls = ServerTls::none;
  std::string ca; ///< file of the authorities of clients; "": the system's. Of a refusal, the three are those that are named
  std::string certificate;
  std::string key;
  std::vector<Listener> listeners;
  std::optional<Refusal> listen_refusal;
  std::vector<Fact> facts;
  std::vector<std::string> authorization_plugins{};
  bool plugins_by_flag = false; ///< a reload then switches them off
  bool live_restore = false;
  std::string group = "docker"; ///< of the unix sockets
  std::string data_root{};      ///< "": /var/lib/docker, or below the home folder of a rootless daemon's user
  std::string containerd{};     ///< the socket of the containerd in use; "": dockerd looks for one, or starts its own
};

struct DaemonInput {
  std::vector<std::string> arguments; ///< behind the program's name
  Environment environment;
  std::string home;
  std::optional<std::string> config; ///< the contents of the configuration file; none: there is no such file
  DockerVersion release = DockerVersion::v29;
  std::string standard_config{}; ///< where it looks for its configuration; "": /etc/docker/daemon.json
  std::string standard_host{};   ///< where it listens if it is told nothing; "": /var/run/docker.sock
};

/// The file that dockerd reads its configuration from: --config-file, else /etc/docker/daemon.json.
std::string daemon_config_file(const std::vector<std::string>& arguments, DockerVersion release);

/// plan_daemon tells what dockerd does. It looks at the disk only to see whether a default file and a socket's folder are there.
DaemonPlan plan_daemon(const DaemonInput& input, const World& world);

/// Where a choice came from.
enum class Source { flag, variable, context_flag, context_variable, config_file, standard };

enum class ClientTls { none, unverified, verified };

/// ReadFile is a file as the client read it.
struct ReadFile {
  std::string path;
  Secret contents;
};

/// ClientPlan is what docker does before the first octet is sent. Nobody has looked into the certificates yet.
struct ClientPlan {
  std::optional<Refusal> refusal;
  Source source = Source::standard; ///< of the endpoint
  std::string context;              ///< the name of the context in use, or "default"
  std::string endpoint;             ///< as docker writes it: "tcp://127.0.0.1:2376"
  std::string scheme;               ///< tcp, unix, ssh or what else was named
  std::string host;                 ///< of tcp: a name or an address without brackets; of unix: the path
  std::string port;
  std::string path_prefix; ///< what stands before every request's path; "" or "/...": only "/" is harmless
  ClientTls tls = ClientTls::none;
  bool loads_tls = false;     ///< the files below are parsed, even if no TLS follows
  std::optional<ReadFile> ca; ///< none: the system's
  std::optional<ReadFile> certificate;
  std::optional<ReadFile> key;
  std::optional<std::string> proxy;    ///< the proxy that stands in between
  std::optional<Refusal> dial_refusal; ///< why nothing is reached, once those files are parsed
  std::string api_version;             ///< DOCKER_API_VERSION; "" where the two agree on one
  std::vector<Fact> facts;
};

struct ClientInput {
  std::vector<std::string> arguments; ///< behind the program's name; without a command, `version` is meant
  Environment environment;
  std::string home;
  DockerVersion release = DockerVersion::v29;
};

/// plan_client reads the client's configuration, contexts and TLS files, with the rights of the caller.
ClientPlan plan_client(const ClientInput& input);

/// GoRead is what os.ReadFile gives.
struct GoRead {
  std::optional<Secret> contents;
  std::string error;       ///< "open /x: no such file or directory"
  bool is_missing = false; ///< os.IsNotExist
};

/// read_as_go reads a file of at most 16 MiB.
GoRead read_as_go(const std::string& path);
/// The same of a file that lies at `seen_from_here`.
GoRead read_as_go(const std::string& path, const std::string& seen_from_here);

/// What is odd about a path that cannot be read: "cfg-tilde", "cfg-relative", "cfg-path-blank", "lst-quotes"; else `otherwise`.
std::string path_fact(std::string_view path, std::string_view otherwise);

} // namespace dockpki::docker
