// Why: what an endpoint really does no file can tell. It is dialled as one client and as another, and each look is a value.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <dockpki/net/daemon.hpp>

namespace dockpki::net {

/// Address is one that a name led to.
struct Address {
  std::vector<std::uint8_t> octets; ///< a sockaddr of the kernel
  std::string text;                 ///< "127.0.0.1", "::1"
};

/// Target is an endpoint that is looked at several times. Its name is resolved once, and once one of its addresses has taken a
/// connection, all further ones go there: what is told of it is told of one machine. For one thread at a time.
class Target {
public:
  /// `patience` bounds each step: to connect, to shake hands, to answer. The resolver's own time is not counted.
  Target(Endpoint endpoint, std::chrono::milliseconds patience) : endpoint_(std::move(endpoint)), patience_(patience) {}
  [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }
  [[nodiscard]] std::chrono::milliseconds patience() const noexcept { return patience_; }
  /// The address that took a connection; empty before.
  [[nodiscard]] std::string address() const { return found_ ? addresses_.front().text : std::string(); }

private:
  friend class Dialler;
  Endpoint endpoint_;
  std::chrono::milliseconds patience_;
  std::vector<Address> addresses_; ///< once found_, the one that took a connection stands first
  bool found_ = false;
};

/// Response is an HTTP response, as far as it is of interest. Its text is a stranger's.
struct Response {
  int status = 0;          ///< 0: there was none
  std::string server;      ///< of its header Server
  std::string api_version; ///< of its header Api-Version, which Docker and podman send
  std::string body;        ///< at most 64 KiB
};

/// Ending is how a conversation ended.
enum class Ending {
  unreachable, ///< no connection
  silent,      ///< no answer in time
  closed,      ///< the other end closed the connection without an answer
  refused,     ///< it sent a TLS alert
  garbled,     ///< what came is not TLS, or not HTTP
  answered     ///< an HTTP response came
};

/// Look is what one client saw.
struct Look {
  Ending ending = Ending::unreachable;
  std::string failure;  ///< why there was no answer; empty if there was one
  bool is_tls = false;  ///< it chose a protocol and a suite
  bool shaken = false;  ///< the handshake ended well, seen from here; in TLS 1.3 a server judges the client only afterwards
  bool asked = false;   ///< it asked for a certificate
  std::string protocol; ///< "TLSv1.3"
  std::string suite;    ///< OpenSSL's name of it
  std::vector<std::vector<std::uint8_t>> chain;       ///< DER, leaf first, as it was sent
  std::vector<std::vector<std::uint8_t>> authorities; ///< DER of each name in its CertificateRequest
  std::string first_octets;                           ///< of what came instead of an HTTP response, at most 64 octets
  Response response;
};

/// Suites are those that an endpoint takes in one version of the protocol, in the order of its preference.
struct Suites {
  std::string protocol; ///< "TLSv1.3" to "TLSv1"
  std::vector<std::string> names;
};

struct Offer {
  std::vector<Suites> protocols; ///< newest first; those without a suite are left out
  bool complete = true;          ///< false: the endpoint was too slow to ask for all
};

/// Looker is a client that looks at endpoints: it takes TLS 1.0 to 1.3, judges nobody, and sends its certificate to whoever asks.
/// It may be used by many threads at once. SIGPIPE must be ignored.
class Looker {
public:
  /// A client without a certificate.
  Looker();
  /// A client with this certificate and key. Throws Errc::invalid_input if a file cannot be used.
  explicit Looker(const Side& side);
  Looker(Looker&&) noexcept;
  Looker& operator=(Looker&&) noexcept;
  ~Looker();

  /// Shakes hands, sends GET `path`, and waits for the answer, because in TLS 1.3 a refusal comes no sooner.
  [[nodiscard]] Look look(Target& target, const std::string& path) const;
  /// Asks for every version and suite that this OpenSSL knows, a handshake each, until twice the target's patience is over. Sends
  /// no request.
  [[nodiscard]] Offer offer(Target& target) const;

private:
  struct Tls;
  std::unique_ptr<Tls> tls_;
};

/// look_in_plain sends GET `path` without TLS.
Look look_in_plain(Target& target, const std::string& path);

} // namespace dockpki::net
