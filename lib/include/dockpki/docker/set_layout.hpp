// Why: the file names under which Docker's own documentation, and everybody after it, keeps the two kinds of sets.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace dockpki::docker {

/// SetLayout names the files of a set: authorities to trust, own certificate, own key.
struct SetLayout {
  std::string ca;
  std::string certificate;
  std::string key;
  [[nodiscard]] std::array<std::string, 3> names() const { return {ca, certificate, key}; }
};

/// What dockerd is given by --tlscacert, --tlscert and --tlskey (docs.docker.com, "Protect the Docker daemon socket").
inline const SetLayout server_layout{"ca.pem", "server-cert.pem", "server-key.pem"};
/// What the docker client reads (docker/cli cli/flags/options.go).
inline const SetLayout client_layout{"ca.pem", "cert.pem", "key.pem"};

/// No file of a set comes near it; what does is not read, in octets.
inline constexpr std::size_t largest_set_file = 1U << 20U;

} // namespace dockpki::docker
