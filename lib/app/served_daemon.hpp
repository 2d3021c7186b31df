// Why: which set a running daemon serves, whom it would take down with it, and whether it serves the new set after its restart:
// asked of the daemon itself, as a client of it.
#pragma once

#include <optional>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/app/restart.hpp>
#include <dockpki/docker/daemon.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::app {

enum class LetIn { not_needed, needed };

/// ServedDaemon is a daemon and the client sets with which it may be asked: the caller's own, and those of the home.
class ServedDaemon {
public:
  /// Finds it: options.endpoint, else the local dockerd. Throws Errc::not_found, with the remedy: no dockerd, no TCP socket, no
  /// client set; Errc::usage for an address in dockerd's configuration that cannot be read.
  ServedDaemon(const Context& context, const RestartOptions& options);

  [[nodiscard]] const net::Endpoint& endpoint() const noexcept { return endpoint_; }
  /// The file of its certificate; none where that cannot be told.
  [[nodiscard]] const std::optional<files::Path>& certificate_file() const noexcept { return certificate_file_; }

  [[nodiscard]] const std::vector<net::Side>& clients() const noexcept { return clients_; }
  /// Reads the client sets again: they may have been renewed.
  void read_clients(const Context& context);
  /// The certificate that it serves at this moment, expired or not. Throws Errc::io if it does not answer.
  [[nodiscard]] x509::Certificate served() const;
  /// What it says of its containers; none if it does not let any of the clients in.
  [[nodiscard]] std::optional<docker::DaemonInfo> info() const;
  /// Waits, within a bound, until it serves `certificate` and, with LetIn::needed, answers one of the clients. Gives why it does
  /// not; empty if it does.
  [[nodiscard]] std::string wait_until_it_serves(const x509::Certificate& certificate, LetIn let_in) const;

private:
  [[nodiscard]] net::Answer ask(const std::string& path, std::chrono::milliseconds patience) const;

  net::Endpoint endpoint_;
  std::optional<files::Path> certificate_file_;
  std::vector<net::Side> clients_;
};

} // namespace dockpki::app
