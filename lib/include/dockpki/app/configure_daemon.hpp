// Why: a set protects nothing before dockerd is told to use it, in the one way that does not leave a port open or keep it from
// starting.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/app/restart.hpp>

namespace dockpki::app {

enum class LiveRestore { as_it_is, on };
enum class Daemon { system, rootless };

struct DaemonOptions {
  std::optional<std::string> server;       ///< the name of a set of the home; none: the only one
  std::optional<files::Path> certificates; ///< a folder with ca.pem, server-cert.pem and server-key.pem, instead
  std::vector<net::Endpoint> listen;       ///< where it is to listen with TLS
  files::Path root = "/";                  ///< of the machine that is configured: an image's
  Daemon daemon = Daemon::system;
  LiveRestore live_restore = LiveRestore::as_it_is;
  Interruption interruption = Interruption::refused;
  DryRun dry_run = DryRun::no;
  /// Runs `command` with `input` on its standard input: gives what it found fault with, empty if all is well, none if it does not
  /// know how to tell. Not called for another root.
  std::function<std::optional<std::string>(const std::vector<std::string>& command, const std::string& input)> validate;
  /// Restarts the daemon, its units read anew. Empty: the caller is told to.
  std::function<void()> restart;
  std::function<void(const std::string&)> warn; ///< is told, before the restart, what it stops
};

/// ConfiguredDaemon is what dockerd is told from now on. Paths are as the machine itself sees them: without the root.
struct ConfiguredDaemon {
  files::Path source; ///< the folder of the set
  files::Path folder; ///< where dockerd reads it
  files::Path daemon_json;
  std::string daemon_json_text;
  std::optional<files::Path> unit;    ///< the unit that starts dockerd; none if none is installed
  std::optional<files::Path> drop_in; ///< none if the unit needs none
  std::string drop_in_text;
  std::vector<std::string> taken;    ///< the options that the drop-in takes out of the unit's command line
  std::vector<std::string> hosts;    ///< all that dockerd listens on
  std::optional<files::Path> record; ///< how everything was before
  bool validated = false;            ///< dockerd itself has looked at it
  bool restarted = false;            ///< and serves the set now
  net::Endpoint endpoint;            ///< where it can be dialled from that machine
  Daemon daemon = Daemon::system;
  std::vector<std::string> notes;
  DryRun dry_run = DryRun::no;
};

/// configure_daemon puts the set where dockerd reads it, merges daemon.json, and takes what would contradict it out of the unit
/// by a drop-in. How everything was before is kept for unconfigure_daemon. With `restart`, what does not serve the set and let a
/// client in is put back, and restarted again. Throws Errc::usage (nothing to listen on, port 2375), Errc::not_found (no set),
/// Errc::refused (several sets, a unit that cannot be understood, dockerd found fault, the restart would stop containers),
/// Errc::invalid_input (daemon.json).
ConfiguredDaemon configure_daemon(Context& context, const DaemonOptions& options);

struct UnconfiguredDaemon {
  std::vector<files::Path> restored; ///< files that are as they were, or are gone again
  bool restarted = false;
  Daemon daemon = Daemon::system;
};

/// unconfigure_daemon puts back every file that configure_daemon changed. Of `options` it takes root, daemon, interruption and
/// restart. Throws Errc::not_found if there is nothing to put back, Errc::refused if a file was changed since.
UnconfiguredDaemon unconfigure_daemon(const Context& context, const DaemonOptions& options);

} // namespace dockpki::app
