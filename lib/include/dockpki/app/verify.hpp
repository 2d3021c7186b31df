// Why: would a daemon with this server set let in a client with that set, and nobody else? Answered by doing it.
#pragma once

#include <string>
#include <vector>

#include <dockpki/app/context.hpp>

namespace dockpki::app {

struct Check {
  std::string name; ///< "own client", "trust", "no certificate", "foreign client", "server as client", "dual usage", "other
                    ///< host", "host name"
  bool ok = false;
  std::string text; ///< a sentence
};

/// verify_handshake runs mutual TLS handshakes in this process with the files of `client_folder` and `server_folder`: the own
/// client must get in by every name and address of the server's certificate; no certificate, a client of a foreign authority made
/// for the purpose, and the server's own certificate used as a client's (unless it has both usages) must be refused. Throws
/// Errc::not_found, Errc::invalid_input if a file cannot be read.
std::vector<Check> verify_handshake(const files::Path& client_folder, const files::Path& server_folder, TimePoint now);

} // namespace dockpki::app
