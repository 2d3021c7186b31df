// Why: what can be wrong with a Docker TLS set-up is a list, in one place: verify, probe, audit and explain tell of the same
// thing in the same words, and under an id that never changes its meaning.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dockpki::app {

enum class Severity {
  info,    ///< it works, and looks odd
  low,     ///< it works, and others stumble over it
  medium,  ///< it works, and will fail or weaken something
  high,    ///< Docker refuses, or a key is in danger
  critical ///< whoever reaches it is root
};
std::string_view to_string(Severity severity);
/// Reads what to_string writes; nullopt for anything else.
std::optional<Severity> parse_severity(std::string_view text);

/// What Docker itself does not do because of it.
enum class Blocks {
  nothing,
  daemon, ///< dockerd does not start
  client  ///< docker does not get through
};
std::string_view to_string(Blocks blocks);

/// FindingKind is what is known of a mistake, wherever it is made.
struct FindingKind {
  std::string_view id;
  Severity severity; ///< of the mistake; that Docker refuses because of it is told by Finding::blocks
  std::string_view title;
  std::string_view remedy;      ///< a command where there is one
  std::string_view reference{}; ///< where it is written: "RFC 5280 4.2.1.12", "CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"
};

/// Every kind, in the order in which people ask: names, purposes, authorities, time, files, chains, algorithms, daemon, client.
std::vector<std::span<const FindingKind>> finding_kinds();

/// nullptr if there is no such id.
const FindingKind* find_kind(std::string_view id);

} // namespace dockpki::app
