// Why: one exception type for everything that could not be done. What is merely wrong with a thing
// that was looked at is a finding (a value), and our own bugs are asserts.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace dockpki {

/// Errc says of which kind a failure is. The command line maps each to an exit code in one table.
enum class Errc {
  usage,          ///< the caller asked for something that makes no sense
  invalid_input,  ///< a file, name or document that was given is malformed
  not_found,      ///< something that must exist does not
  already_exists, ///< something that must not be overwritten stands there
  permission,     ///< owner, mode or rights forbid it
  io,             ///< the operating system refused a read, a write or a sync
  busy,           ///< another process holds the lock for too long
  wrong_passphrase,
  damaged,  ///< the inventory or the audit log is not what dockpki wrote
  refused,  ///< a rule of the profile forbids it
  crypto,   ///< OpenSSL failed
  cancelled ///< the person at the terminal stopped it
};

/// Error is the only exception that dockpki throws on purpose.
/// `what()` is "failed to <verb> <thing> '<user text>': <cause>", lower case, without a full stop;
/// `hint()` is the next thing to do, empty where there is none. Neither ever holds a secret.
class Error : public std::runtime_error {
public:
  Error(Errc code, const std::string& message, std::string hint = {})
      : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

  [[nodiscard]] Errc code() const noexcept { return code_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

private:
  Errc code_;
  std::string hint_;
};

} // namespace dockpki
