// Why: in an image no sshd can be asked what it makes of its configuration; of a machine that runs, only root can ask.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app/audited_machine.hpp"

namespace dockpki::app {

/// SshdSettings are the settings outside of Match blocks by their keywords, in small letters.
struct SshdSettings {
  std::map<std::string, std::string> values;
  std::string source;  ///< "sshd -T", "/etc/ssh/sshd_config"
  std::string trouble; ///< why they are not known; ""
};

/// What `sshd -T` prints.
SshdSettings parse_sshd_output(std::string_view text);

/// read_sshd_config reads /etc/ssh/sshd_config and what it includes: of a setting the first value counts (sshd_config(5)).
SshdSettings read_sshd_config(const AuditedMachine& machine);

} // namespace dockpki::app
