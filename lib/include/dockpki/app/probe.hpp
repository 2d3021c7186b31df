// Why: files say what a daemon was to do. What it does, a client learns by dialling it: several clients, one of them a stranger.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/app/endpoint_kind.hpp>
#include <dockpki/app/findings.hpp>
#include <dockpki/docker/version_info.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/net/look.hpp>
#include <dockpki/store/home.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::app {

/// ProbeFinding is what is wrong with an endpoint.
struct ProbeFinding {
  std::string_view id; ///< "probe-plaintext"; its meaning never changes
  Severity severity = Severity::low;
  std::string text;   ///< a sentence
  std::string remedy; ///< what to do, a command where there is one
};

/// Reception is how one client was received.
struct Reception {
  enum class Verdict { not_tried, let_in, refused, unknown };
  Verdict verdict = Verdict::not_tried;
  std::string how; ///< "HTTP 200", "certificate required"
};
std::string_view to_string(Reception::Verdict verdict);

/// ServedCertificate is one of the chain that an endpoint serves. Its text is a stranger's.
struct ServedCertificate {
  std::string subject;
  std::string issuer;
  std::string serial;
  std::string key;
  std::string sha256;
  std::optional<x509::Validity> validity; ///< none if it could not be read
  std::vector<std::string> names;         ///< "a.example", "10.0.0.1"; at most 100
  std::string unread;                     ///< why it could not be read; empty if it was
};

/// OnDisk says whether the certificate that is served lies in a folder of ours, too.
struct OnDisk {
  enum class State { unknown, same, another };
  State state = State::unknown;
  files::Path folder; ///< where the set of that server lies; empty if unknown
  std::string serial; ///< of the certificate that lies there
};
std::string_view to_string(OnDisk::State state);

/// ProbeResult is what was seen of one endpoint.
struct ProbeResult {
  net::Endpoint endpoint;
  std::string address; ///< that took the connection; empty if none did
  EndpointKind kind = EndpointKind::none;
  std::string failure;                  ///< why it could not be told what it does; empty if it could
  std::vector<ServedCertificate> chain; ///< leaf first; at most 10
  std::optional<bool> fits_host;        ///< the leaf is for the host that was dialled; none if there is no leaf to be read
  std::string misfit;                   ///< why it is not, in Go's words
  std::optional<bool> trusted;          ///< the given ca.pem vouches for the chain; none if none was given
  std::string distrust;                 ///< why it does not, in Go's words
  OnDisk on_disk;
  std::string protocol; ///< chosen for a client that takes them all: "TLSv1.3"
  std::string suite;
  net::Offer offer;
  bool asks = false;                    ///< it asks for a certificate
  std::vector<std::string> authorities; ///< the names of those whose certificates it asks for; at most 100
  Reception nobody;                     ///< a client without a certificate
  Reception foreign;                    ///< one with the certificate of an authority made for the purpose
  Reception pair;                       ///< one with the pair that was given
  bool pair_is_asked_for = true; ///< false: it asks for certificates of others only, so that docker would not send this one
  std::string server;            ///< how it calls itself, in the header Server
  std::string api_version;       ///< in the header Api-Version of /_ping; empty: it is not Docker's API
  std::optional<docker::VersionInfo> version; ///< its answer to /version; none if nobody was let in
  std::vector<ProbeFinding> findings;         ///< the worst first
};

struct ProbeOptions {
  std::vector<net::Endpoint> endpoints;
  std::optional<files::Path> client_folder; ///< with ca.pem, cert.pem and key.pem; perhaps the server's set as well
  std::chrono::milliseconds patience;       ///< for each step: to connect, to shake hands, to answer
};

struct ProbeReport {
  std::vector<ProbeResult> results; ///< one for each endpoint, in their order
  std::vector<std::string> notes;
};

/// probe looks at each endpoint, many at once. It sends nothing but GET /_ping and GET /version. `home` need not exist; if it
/// does, its inventory tells whether a newer certificate waits for a restart. `advance`, which may be empty, is called with the
/// number of those that are done. Throws if a file of the client's set cannot be used; what an endpoint does, or does not do, is
/// never a reason to throw.
ProbeReport probe(const store::Home& home, const ProbeOptions& options, TimePoint now,
                  const std::function<void(std::size_t done, std::size_t total)>& advance);

} // namespace dockpki::app
