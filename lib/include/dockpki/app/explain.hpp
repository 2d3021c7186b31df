// Why: Docker's messages tell what stopped it; whoever has one before him wants to know why, and what to do.
#pragma once

#include <string>
#include <vector>

#include <dockpki/app/findings.hpp>

namespace dockpki::app {

/// Explanation of a finding, or of one of Docker's messages.
struct Explanation {
  std::string meaning;                    ///< of the message, a sentence; empty for an id
  std::vector<const FindingKind*> causes; ///< the likely ones first; for an id that one alone
  std::string find_out;                   ///< the command that tells which of them it is; empty for an id
};

/// explain takes an id, or text that holds a message of docker, dockerd or a program like them. Throws Errc::not_found, with the
/// id that may have been meant.
Explanation explain(const std::string& text);

/// The parts by which messages are known; each is explained.
std::vector<std::string> known_messages();

} // namespace dockpki::app
