// Why: the table of findings is long; each part stands in a file of its own.
#pragma once

#include <dockpki/app/findings.hpp>

namespace dockpki::app {

std::span<const FindingKind> certificate_kinds();
std::span<const FindingKind> file_kinds();
std::span<const FindingKind> chain_kinds();
std::span<const FindingKind> daemon_kinds();
std::span<const FindingKind> client_kinds();
std::span<const FindingKind> probe_kinds();
std::span<const FindingKind> audit_daemon_kinds();
std::span<const FindingKind> audit_host_kinds();

} // namespace dockpki::app
