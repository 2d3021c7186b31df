// Why: what a team shares about its PKI stands in dockpki.toml in the home; flags beat it, it beats the defaults.
#pragma once

#include <optional>
#include <string>

#include <dockpki/base/time.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/key.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::app {

/// One of [ca], [server] and [client].
struct IssueSettings {
  std::optional<Seconds> lifetime;
  std::optional<x509::KeyType> key;
  std::optional<x509::CommonName> organization;
};

struct Settings {
  IssueSettings ca;
  IssueSettings server;
  IssueSettings client;
  std::optional<Seconds> renew_before;  ///< [renew] before
  std::optional<files::Path> log_file;  ///< [log] file
  std::optional<std::string> log_level; ///< [log] level: debug, info, warning or error
};

/// read_settings reads `path`; a missing file gives the empty settings.
/// Throws Errc::invalid_input, naming file, line and key: not TOML, an unknown key (with the one that was probably meant), a
/// value of the wrong kind.
Settings read_settings(const files::Path& path);

} // namespace dockpki::app
