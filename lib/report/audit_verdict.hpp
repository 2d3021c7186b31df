// Why: whoever reads a report first asks one question: who is root on this machine through Docker?
#pragma once

#include <string>
#include <string_view>

#include <dockpki/app/audit.hpp>

namespace dockpki::report {

/// What a daemon's port makes of those who reach it.
enum class Exposure {
  no_daemon,
  does_not_start,
  socket_only, ///< nothing over a network
  certificate, ///< who has one of its authority
  unknown,     ///< its files cannot be read, or do not tell
  anyone       ///< whoever reaches it
};

std::string_view to_string(Exposure exposure);

/// False if its configuration could not be read, or was refused before anything followed from it.
bool is_known(const app::AuditedDaemon& daemon);

Exposure exposure_of(const app::AuditedDaemon& daemon);

struct Verdict {
  Exposure exposure = Exposure::no_daemon; ///< of the daemon that lets in the most
  bool others = false;                     ///< there is a critical finding that lets in others than those
  std::string sentence;
};

Verdict verdict_of(const app::Audit& audit);

/// A listener as Docker writes it: "tcp://0.0.0.0:2376".
std::string listener_text(const docker::Listener& listener);

} // namespace dockpki::report
