// Why: what a context and what variables lead to is found out in the same way: by what docker would do.
#pragma once

#include <string>

#include "app/audited_machine.hpp"

namespace dockpki::app {

/// ClientQuestion is one way in which a person's docker may be called.
struct ClientQuestion {
  const LocalUser* user = nullptr;
  std::string check;               ///< under which it is noted that all is well, or that nothing can be told
  std::string who;                 ///< whom findings are about: "ann, context 'prod'"
  files::Path file;                ///< that is to be changed
  files::Path config;              ///< --config, as the machine sees it; empty: docker's own choice
  std::string context;             ///< --context; "": docker's own choice
  docker::Environment environment; ///< paths as the machine sees them
};

/// judge_client notes what docker makes of it, and, where it leads to a dockerd of this machine, whether the two get on.
void judge_client(const AuditedMachine& machine, const ClientQuestion& question, AuditNotes& notes);

} // namespace dockpki::app
