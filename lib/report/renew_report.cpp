// What renew did, for a person and for a script.
#include <algorithm>

#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/renewed_set.hpp"
#include "report/table.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

TimePoint not_after_of(const app::RenewedSet& set) {
  return set.set && set.set->validity ? set.set->validity->not_after : set.old_not_after;
}

std::string until(const app::RenewedSet& set, TimePoint now) {
  const bool is_new = set.outcome == app::Renewal::renewed || set.outcome == app::Renewal::due;
  const TimePoint end = is_new ? not_after_of(set) : set.old_not_after;
  return describe_when(end, now);
}

std::string context_line(const app::RenewedContext& context, app::DryRun dry_run) {
  if (!context.failure.empty())
    return "docker context '" + context.context + "' keeps the old set\n";
  return "docker context '" + context.context + "' " + (dry_run == app::DryRun::yes ? "would get" : "has") + " the new set too\n";
}

std::string details(const app::RenewedSet& set, app::DryRun dry_run) {
  std::string text;
  for (const app::RenewedContext& context : set.contexts)
    text += context_line(context, dry_run);
  if (set.daemon && set.outcome != app::Renewal::failed)
    text += "dockerd at " + set.daemon->endpoint.text() +
            (dry_run == app::DryRun::yes ? " would be restarted\n" : " was restarted and serves the new certificate\n");
  if (set.set)
    text += notes_text(set.set->notes);
  return text;
}

Json context_json(const app::RenewedContext& context) {
  return {{"context", context.context},
          {"folder", context.folder.string()},
          {"failure", context.failure.empty() ? Json(nullptr) : Json(context.failure)}};
}

Json daemon_json(const app::RestartedDaemon& daemon) {
  return {{"endpoint", daemon.endpoint.text()}, {"serial", daemon.serial.empty() ? Json(nullptr) : Json(daemon.serial)}};
}

std::string written(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace

Json renewed_set_json(const app::RenewedSet& set) {
  const bool is_new = set.set && set.set->certificate;
  Json contexts = Json::array();
  for (const app::RenewedContext& context : set.contexts)
    contexts.push_back(context_json(context));
  return {{"result", set.outcome == app::Renewal::not_due ? "not_due" : std::string(to_string(set.outcome))},
          {"name", set.name},
          {"kind", to_string(set.kind)},
          {"folder", set.folder.string()},
          {"old_serial", set.old_serial},
          {"old_not_after", format_rfc3339(set.old_not_after)},
          {"serial", is_new ? Json(set.set->certificate->contents().serial_number.text()) : Json(nullptr)},
          {"not_after", set.set ? Json(format_rfc3339(not_after_of(set))) : Json(nullptr)},
          {"contexts", contexts},
          {"daemon", set.daemon ? daemon_json(*set.daemon) : Json(nullptr)},
          {"notes", set.set ? Json(set.set->notes) : Json::array()},
          {"failure", set.failure.empty() ? Json(nullptr) : Json(set.failure)},
          {"hint", set.hint.empty() ? Json(nullptr) : Json(set.hint)}};
}

std::string renewed_table(const std::vector<app::RenewedSet>& sets, app::DryRun dry_run, TimePoint now) {
  if (sets.empty())
    return {};
  Table table({"RESULT", "NAME", "KIND", "EXPIRES"});
  std::string more;
  for (const app::RenewedSet& set : sets) {
    table.add({std::string(to_string(set.outcome)), set.name, std::string(to_string(set.kind)), until(set, now)});
    table.add_below(set.folder.string());
    more += details(set, dry_run);
  }
  return table.text() + more;
}

std::string text(const std::vector<app::RenewedSet>& sets, app::DryRun dry_run, TimePoint now) {
  if (sets.empty())
    return "No set is in force: there is nothing to renew\n";
  const bool servers = std::ranges::any_of(sets, [](const app::RenewedSet& set) {
    return set.outcome == app::Renewal::renewed && set.kind != pki::Kind::client && !set.daemon;
  });
  return renewed_table(sets, dry_run, now) +
         (servers ? "A running dockerd still serves the old certificate: copy the set to where it\n"
                    "reads it, if that is elsewhere, and restart it ('renew --restart-docker' does)\n"
                  : "");
}

std::string json(const std::vector<app::RenewedSet>& sets, app::DryRun dry_run) {
  Json list = Json::array();
  for (const app::RenewedSet& set : sets)
    list.push_back(renewed_set_json(set));
  return written({{"sets", list}, {"dry_run", dry_run == app::DryRun::yes}}, 2);
}

std::string json(const app::RenewedSet& set) {
  return written(renewed_set_json(set), -1);
}

} // namespace dockpki::report
