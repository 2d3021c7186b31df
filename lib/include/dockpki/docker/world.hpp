// Why: whether dockerd may listen where it is told to depends on the machine. A prediction asks for it here, so that it can be
// about this machine, about another one, or about the one of a test.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace dockpki::docker {

/// Environment holds the variables of a process by name.
using Environment = std::map<std::string, std::string>;

class World {
public:
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World() = default;

  /// The addresses of a host name, as text ("127.0.0.1", "::1"); none if it does not resolve. Never asked for an address.
  [[nodiscard]] virtual std::vector<std::string> resolve(const std::string& name) const = 0;
  /// Can a socket be bound to this address here?
  [[nodiscard]] virtual bool is_local(const std::string& address) const = 0;
  /// Does systemd hand docker.socket's sockets over (fd://)?
  [[nodiscard]] virtual bool has_socket_activation() const = 0;
  /// Those of them that are TCP: "0.0.0.0:2376".
  [[nodiscard]] virtual std::vector<std::string> activated_ports() const { return {}; }
  /// Where a path of that machine lies, seen from here. "" stays "".
  [[nodiscard]] virtual std::string seen_from_here(const std::string& path) const { return path; }
  /// Is there a folder for a socket once dockerd starts?
  [[nodiscard]] virtual bool has_folder(const std::string& path) const {
    std::error_code error;
    return std::filesystem::is_directory(seen_from_here(path), error);
  }
};

/// QuietWorld is a machine with nothing but loopback and the names it is given: what is asked about need not be there.
class QuietWorld : public World {
public:
  /// `hosts` is in the form of hosts(5); a line that is not is left out.
  explicit QuietWorld(const std::string& hosts);

  [[nodiscard]] std::vector<std::string> resolve(const std::string& name) const override;
  [[nodiscard]] bool is_local(const std::string& address) const override;
  [[nodiscard]] bool has_socket_activation() const override { return false; }

private:
  std::map<std::string, std::vector<std::string>> names_;
};

} // namespace dockpki::docker
