#include "app/finding_kinds.hpp"

#include <algorithm>
#include <array>

namespace dockpki::app {
namespace {

constexpr std::array<std::string_view, 5> severities = {"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 3> blocked = {"nothing", "daemon", "client"};

} // namespace

std::string_view to_string(Severity severity) {
  return severities.at(static_cast<std::size_t>(severity));
}

std::optional<Severity> parse_severity(std::string_view text) {
  const auto found = std::ranges::find(severities, text);
  return found == severities.end() ? std::nullopt : std::optional(static_cast<Severity>(found - severities.begin()));
}

std::string_view to_string(Blocks blocks) {
  return blocked.at(static_cast<std::size_t>(blocks));
}

std::vector<std::span<const FindingKind>> finding_kinds() {
  return {certificate_kinds(), file_kinds(),  chain_kinds(),        daemon_kinds(),
          client_kinds(),      probe_kinds(), audit_daemon_kinds(), audit_host_kinds()};
}

const FindingKind* find_kind(std::string_view id) {
  for (const std::span<const FindingKind> kinds : finding_kinds())
    if (const auto found = std::ranges::find(kinds, id, &FindingKind::id); found != kinds.end())
      return &*found;
  return nullptr;
}

} // namespace dockpki::app
