// Why: scripts live by exit codes. One table says what each means, which failure leads to it, and makes the help text and the
// docs.
#pragma once

#include <array>
#include <string_view>

#include <dockpki/base/error.hpp>

namespace dockpki::cmd {

enum class ExitCode : int { done = 0, failed = 1, usage = 2, findings = 3, due = 4, interrupted = 130 };

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view meaning;
};

inline constexpr std::array<ExitCodeMeaning, 6> exit_codes = {{
    {ExitCode::done, "done"},
    {ExitCode::failed, "failed; nothing was changed unless the message says so"},
    {ExitCode::usage, "the command line or a name makes no sense; nothing was changed"},
    {ExitCode::findings, "verify, probe, audit or status found something wrong (not what is due)"},
    {ExitCode::due, "renew --check or list --due found that something is due"},
    {ExitCode::interrupted, "interrupted at a prompt; nothing was changed"},
}};

/// exit_code_of maps a failure to its exit code.
constexpr ExitCode exit_code_of(Errc code) {
  switch (code) {
  case Errc::usage:
    return ExitCode::usage;
  case Errc::cancelled:
    return ExitCode::interrupted;
  default:
    return ExitCode::failed;
  }
}

} // namespace dockpki::cmd
