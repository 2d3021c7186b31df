// Why: what happened, for a support person: --verbose and --log-file, by spdlog. No secret is ever handed to it.
#pragma once

#include <optional>
#include <string>

namespace dockpki::cmd {

struct DiagnosticsOptions {
  bool verbose = false;
  std::optional<std::string> file;
  std::string level = "info"; ///< debug, info, warning or error; for the file
};

/// start_diagnostics opens what was asked for; without verbose and file nothing is started at all. Throws Errc::io if the file
/// cannot be opened.
void start_diagnostics(const DiagnosticsOptions& options);

void log_info(const std::string& text);
void log_error(const std::string& text);

} // namespace dockpki::cmd
