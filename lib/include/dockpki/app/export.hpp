// Why: a set has to get to programs that do not read Docker's three files, and to hosts where dockpki does not run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/app/issue.hpp>
#include <dockpki/net/daemon.hpp>
#include <dockpki/x509/pkcs12.hpp>

namespace dockpki::app {

enum class ExportFormat {
  pkcs12,
  pem,    ///< one file: certificate, key, authorities
  tar,    ///< the three files as Docker reads them
  context ///< a docker context, as 'docker context import' takes it
};
std::string_view to_string(ExportFormat format);

struct ExportOptions {
  std::string which; ///< a set's name, its folder, or its certificate's serial number
  files::Path out;
  ExportFormat format = ExportFormat::pkcs12;
  x509::Pkcs12Protection protection = x509::Pkcs12Protection::modern;
  Force force = Force::no;
  DryRun dry_run = DryRun::no;
  std::optional<std::string> context{}; ///< the name of the docker context: with ExportFormat::context alone
  std::optional<net::Endpoint> host{};  ///< where its daemon listens; none: where the caller's context of that name says
  std::function<Secret()> passphrase;   ///< of the PKCS #12 file; called once all else is known to be well
};

struct ExportedSet {
  pki::Kind kind = pki::Kind::server;
  std::string name;
  std::string serial;
  TimePoint not_after;
  files::Path folder; ///< what was exported
  files::Path out;
  ExportFormat format = ExportFormat::pkcs12;
  x509::Pkcs12Protection protection = x509::Pkcs12Protection::modern;
  store::Layout layout = store::Layout::server;
  std::size_t authorities = 0; ///< how many certificates of authorities are in it
  std::vector<std::string> notes;
  std::string context{}; ///< the docker context's name, and where it points to; empty for other formats
  std::string host{};
  DryRun dry_run = DryRun::no;
};

/// export_set writes a copy of a set in force to one file, 0400. The home is not changed, and no renewal reaches the copy. Throws
/// Errc::not_found (no such set, or one whose key lies elsewhere), Errc::refused (several, or another certificate or key lies
/// there), Errc::already_exists without Force::yes; for a
/// docker context Errc::usage for a name that docker refuses, or without a host.
ExportedSet export_set(Context& context, const ExportOptions& options);

} // namespace dockpki::app
