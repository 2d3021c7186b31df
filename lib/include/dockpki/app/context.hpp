// Why: everything that a use case needs from outside is handed to it here: where, when, who, and how to ask for a passphrase.
#pragma once

#include <functional>
#include <string>

#include <dockpki/app/settings.hpp>
#include <dockpki/docker/client_folder.hpp>
#include <dockpki/store/home.hpp>

namespace dockpki::app {

enum class DryRun { no, yes };
enum class Force { no, yes };

/// Who runs dockpki, and where.
struct Caller {
  std::string user;      ///< login name
  std::string sudo_user; ///< who called sudo; empty if nobody did
  std::string host;      ///< short host name
  files::Path working_folder;
  files::Path shell; ///< the user's; empty if it is not known
  docker::ClientEnvironment docker;
};

struct Context {
  store::Home home;
  TimePoint now;
  Caller caller;
  Settings settings;
  std::string command; ///< as the log and those who wait for the lock see it: "issue-server"
  /// Gives the passphrase of `authority`'s key. Called only if that key is encrypted. Throws Errc::usage where there is none to
  /// be had.
  std::function<Secret(const std::string& authority)> passphrase;
  /// Called now and then during long work (RSA keys).
  std::function<void()> tick;
  /// Called while many sets are renewed: how many of them are done. May be empty.
  std::function<void(std::size_t done, std::size_t total)> advance;

  /// "alice (uid 1000) on host", with the caller of sudo where there is one.
  [[nodiscard]] std::string actor() const;
  /// A sentence for those who run dockpki by sudo and may not expect that the home is root's; none if they do not.
  [[nodiscard]] std::optional<std::string> sudo_note() const;
};

} // namespace dockpki::app
