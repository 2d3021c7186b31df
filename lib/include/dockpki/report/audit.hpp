// Why: what an audit found is handed on: to whoever collects the findings of many tools, to a build server, to an auditor.
#pragma once

#include <string>
#include <string_view>

#include <dockpki/app/audit.hpp>

namespace dockpki::report {

/// sarif gives the findings in SARIF 2.1.0 (OASIS), for code scanning: a rule for each kind that was looked for, a result for
/// each finding. `version` is dockpki's. Throws Errc::crypto.
std::string sarif(const app::Audit& audit, std::string_view version);

/// junit gives checks and findings as JUnit's XML, as build servers read it: a suite an area, a case a check.
std::string junit(const app::Audit& audit, std::string_view version);

/// html gives one page that needs nothing else: no script, no other file, nothing from a network. Throws Errc::crypto.
std::string html(const app::Audit& audit, std::string_view version);

} // namespace dockpki::report
