// Why: dockerd and docker load certificate and key with Go's tls.X509KeyPair, which takes and refuses files in its own way.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <dockpki/goverify/certificate.hpp>

namespace dockpki::goverify {

/// KeyPair is a chain, the leaf first, and the fact that its key was there. Only the leaf was read when it was loaded.
struct KeyPair {
  CertificatePtr leaf;
  std::vector<std::vector<std::uint8_t>> chain; ///< DER, the leaf's first
};

/// What loading gave: the pair, or Go's complaint ("tls: private key does not match public key").
using Loaded = std::variant<KeyPair, std::string>;

/// load_key_pair: tls.X509KeyPair. The key is read, compared with the certificate, and forgotten.
Loaded load_key_pair(Bytes certificate_pem, Bytes key_pem, const Rules& rules);

/// load_client_key_pair: the same with what docker asks before (docker/cli cli/context/docker/load.go): a key encrypted the old
/// way is refused, or with 20.10 asked for, which fails without a terminal. The complaint is docker's, "failed to retrieve
/// context tls info: " included where docker has it.
Loaded load_client_key_pair(Bytes certificate_pem, Bytes key_pem, DockerVersion version);

} // namespace dockpki::goverify
