// Why: what verify tries and what a renewal tries before a daemon is restarted is the same handshake, with the same files.
#pragma once

#include <string>
#include <vector>

#include <dockpki/docker/set_layout.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/net/handshake.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::app {

/// Throws Errc::not_found, Errc::permission, Errc::invalid_input if a file cannot be read.
net::Side read_side(const files::Path& folder, const docker::SetLayout& layout);

/// hosts_of gives every name and address of a server's certificate, as a client would dial it.
std::vector<std::string> hosts_of(const x509::Certificate& server);

} // namespace dockpki::app
