// audit, for a script.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>

#include "report/audit_verdict.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::string_view word(docker::ServerTls tls) {
  switch (tls) {
  case docker::ServerTls::none:
    return "none";
  case docker::ServerTls::open:
    return "open";
  case docker::ServerTls::mutual:
    break;
  }
  return "mutual";
}

Json json_of(const app::AuditedDaemon& daemon) {
  const bool known = is_known(daemon);
  const auto if_known = [&](Json value) { return known ? std::move(value) : Json(nullptr); };
  Json listeners = Json::array();
  for (const docker::Listener& one : daemon.plan.listeners)
    listeners.push_back(listener_text(one));
  return {{"origin", daemon.origin},
          {"running", daemon.is_running},
          {"pid", daemon.process ? Json(daemon.process->id) : Json(nullptr)},
          {"rootless", daemon.user != 0},
          {"version", text_or_null(daemon.version)},
          {"command", text_or_null(daemon.command)},
          {"unit", daemon.unit ? Json(daemon.shown(daemon.unit->file).string()) : Json(nullptr)},
          {"config_file", text_or_null(daemon.config_file.string())},
          {"starts", daemon.endpoint.has_value()},
          {"refusal", text_or_null(daemon.refusal)},
          {"endpoint", daemon.endpoint ? Json(to_string(*daemon.endpoint)) : Json(nullptr)},
          {"listeners", if_known(std::move(listeners))},
          {"tls", if_known(word(daemon.plan.tls))},
          {"ca", text_or_null(daemon.plan.ca)},
          {"certificate", text_or_null(daemon.plan.certificate)},
          {"key", text_or_null(daemon.plan.key)},
          {"authorization_plugins", if_known(daemon.plan.authorization_plugins)},
          {"live_restore", if_known(daemon.plan.live_restore)}};
}

Json json_of(const app::Finding& finding) {
  const app::FindingKind* kind = app::find_kind(finding.id);
  return {{"id", finding.id},
          {"side", finding.side == app::Side::daemon ? "daemon" : "client"},
          {"severity", to_string(finding.severity)},
          {"blocks", to_string(finding.blocks)},
          {"text", finding.text},
          {"file", text_or_null(finding.file)},
          {"subject", text_or_null(finding.subject)},
          {"remedy", text_or_null(finding.remedy)},
          {"reference", text_or_null(kind == nullptr ? "" : std::string(kind->reference))}};
}

Json json_of(const app::AuditCheck& check) {
  return {{"id", check.id}, {"result", to_string(check.result)}, {"evidence", check.evidence}};
}

Json json_of(const app::Expiry& expiry) {
  return {{"file", expiry.file.string()},
          {"subject", text_or_null(expiry.subject)},
          {"role", expiry.role},
          {"not_after", format_rfc3339(expiry.not_after)}};
}

Json json_of(const app::Fix& fix) {
  return {{"id", fix.id}, {"file", fix.file.string()}, {"command", fix.command}};
}

Json json_of(const app::AppliedFix& applied) {
  Json json = json_of(applied.fix);
  json["failure"] = text_or_null(applied.failure);
  return json;
}

template <class Items>
Json list_of(const Items& items) {
  Json list = Json::array();
  for (const auto& item : items)
    list.push_back(json_of(item));
  return list;
}

} // namespace

std::string json(const app::Audit& audit, const std::vector<app::AppliedFix>& fixed) {
  const Verdict verdict = verdict_of(audit);
  return Json({{"host", text_or_null(audit.host)},
               {"root", audit.root.string()},
               {"when", format_rfc3339(audit.when)},
               {"exposure", to_string(verdict.exposure)},
               {"verdict", verdict.sentence},
               {"daemons", list_of(audit.daemons)},
               {"findings", list_of(audit.findings)},
               {"checks", list_of(audit.checks)},
               {"expiries", list_of(audit.expiries)},
               {"fixes", list_of(audit.fixes)},
               {"fixed", list_of(fixed)}})
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         '\n';
}

} // namespace dockpki::report
