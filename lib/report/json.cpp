#include <dockpki/report/json.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include <dockpki/base/hex.hpp>

#include "report/listed_json.hpp"
#include "report/names.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

std::string document(const Json& json) {
  // What strangers wrote into certificates may be no UTF-8: it must not make the document fail.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json names_json(const x509::SubjectAlternativeName& names) {
  Json json = {{"dns", Json::array()}, {"ip", Json::array()}, {"email", Json::array()}};
  for (const x509::DnsName& name : names.dns)
    json["dns"].push_back(name.text());
  for (const x509::IpAddress& address : names.ip)
    json["ip"].push_back(address.text());
  for (const x509::EmailAddress& email : names.email)
    json["email"].push_back(email.text());
  return json;
}

Json paths_json(const std::vector<files::Path>& paths) {
  Json json = Json::array();
  for (const files::Path& path : paths)
    json.push_back(path.string());
  return json;
}

Json optional_path(const files::Path& path) {
  return path.empty() ? Json(nullptr) : Json(path.string());
}

Json authority_json(const app::AuthorityCard& authority) {
  const x509::CertificateContents& contents = authority.certificate.contents();
  return {{"name", authority.name},
          {"role", to_string(authority.role)},
          {"state", to_string(authority.state)},
          {"subject", contents.subject.text()},
          {"serial", contents.serial_number.text()},
          {"not_before", format_rfc3339(contents.validity.not_before)},
          {"not_after", format_rfc3339(contents.validity.not_after)},
          {"key", contents.subject_public_key.description()},
          {"permitted", contents.permitted_names},
          {"certificate", authority.certificate_path.string()},
          {"private_key", authority.key_path.string()},
          {"encrypted", authority.encrypted}};
}

Json authorities_json(const std::vector<app::AuthorityCard>& authorities) {
  Json json = Json::array();
  for (const app::AuthorityCard& authority : authorities)
    json.push_back(authority_json(authority));
  return json;
}

Json crl_states_json(const std::vector<app::CrlState>& states) {
  Json json = Json::array();
  for (const app::CrlState& state : states)
    json.push_back({{"authority", state.authority},
                    {"number", state.last ? Json(state.last->number) : Json(nullptr)},
                    {"this_update", state.last ? Json(format_rfc3339(state.last->this_update)) : Json(nullptr)},
                    {"next_update", state.last ? Json(format_rfc3339(state.last->next_update)) : Json(nullptr)},
                    {"entries", state.revoked},
                    {"due", state.is_due},
                    {"behind", state.is_behind},
                    {"file", state.pem.string()}});
  return json;
}

std::string_view error_name(Errc code) {
  switch (code) {
  case Errc::usage:
    return "usage";
  case Errc::invalid_input:
    return "invalid-input";
  case Errc::not_found:
    return "not-found";
  case Errc::already_exists:
    return "already-exists";
  case Errc::permission:
    return "permission";
  case Errc::io:
    return "io";
  case Errc::busy:
    return "busy";
  case Errc::wrong_passphrase:
    return "wrong-passphrase";
  case Errc::damaged:
    return "damaged";
  case Errc::refused:
    return "refused";
  case Errc::crypto:
    return "crypto";
  case Errc::cancelled:
    return "cancelled";
  }
  return "internal";
}

} // namespace

std::string json(const app::InitResult& result) {
  return document({{"home", result.home.string()},
                   {"authorities", authorities_json(result.authorities)},
                   {"planned", result.planned},
                   {"notes", result.notes},
                   {"next", result.next}});
}

std::string json(const app::IssuedSet& set) {
  Json json = {{"kind", to_string(set.kind)}, {"name", set.name}};
  json["serial"] = set.certificate ? Json(set.certificate->contents().serial_number.text()) : Json(nullptr);
  json["not_before"] = set.validity ? Json(format_rfc3339(set.validity->not_before)) : Json(nullptr);
  json["not_after"] = set.validity ? Json(format_rfc3339(set.validity->not_after)) : Json(nullptr);
  json["key"] = set.key;
  json["subject_alternative_name"] = names_json(set.names);
  json["authority"] = set.authority.empty() ? Json(nullptr) : Json(set.authority);
  json["folder"] = set.folder.string();
  json["files"] = {{"ca", optional_path(set.ca_path)},
                   {"certificate", optional_path(set.certificate_path)},
                   {"key", optional_path(set.key_path)},
                   {"request", optional_path(set.request_path)}};
  json["backups"] = paths_json(set.backups);
  json["dry_run"] = set.dry_run == app::DryRun::yes;
  json["notes"] = set.notes;
  return document(json);
}

std::string json(const app::PassphraseResult& result) {
  return document({{"keys", paths_json(result.keys)}, {"encrypted", result.encrypted}});
}

std::string json(const app::Status& status) {
  return document({{"home", status.home.string()},
                   {"authorities", authorities_json(status.authorities)},
                   {"servers", status.servers},
                   {"clients", status.clients},
                   {"crls", crl_states_json(status.crls)},
                   {"attention", listed_json(status.attention)},
                   {"problems", status.problems},
                   {"next", status.next}});
}

std::string json(const app::LogReport& log, bool verified) {
  Json entries = Json::array();
  for (std::size_t i = 0; i < log.entries.size(); ++i) {
    const store::Event& event = log.entries[i];
    entries.push_back({{"seq", event.sequence},
                       {"time", format_rfc3339(event.at)},
                       {"event", event_name(event.body)},
                       {"actor", event.actor},
                       {"text", describe(event.body)},
                       {"seal", log.seals[i]}});
  }
  return document({{"entries", entries}, {"verified", verified ? Json(true) : Json(nullptr)}});
}

std::string json(const std::vector<app::Check>& checks) {
  Json list = Json::array();
  for (const app::Check& check : checks)
    list.push_back({{"name", check.name}, {"ok", check.ok}, {"text", check.text}});
  return document({{"ok", std::ranges::all_of(checks, &app::Check::ok)}, {"checks", list}});
}

std::string json(const std::vector<app::ForgottenSet>& sets, app::DryRun dry_run) {
  Json list = Json::array();
  for (const app::ForgottenSet& set : sets)
    list.push_back({{"kind", to_string(set.record.kind)},
                    {"name", set.record.name},
                    {"serial", set.record.serial},
                    {"not_after", format_rfc3339(set.record.not_after)},
                    {"folder", set.folder.string()}});
  return document({{"forgotten", list}, {"dry_run", dry_run == app::DryRun::yes}});
}

std::string json(const store::RepairReport& report) {
  return document({{"rebuilt", report.rebuilt},
                   {"found", report.found},
                   {"kept_aside", paths_json(report.kept_aside)},
                   {"authorities", report.authorities},
                   {"certificates", report.certificates},
                   {"placements", report.placements}});
}

std::string error_json(std::optional<Errc> code, const std::string& message, const std::string& hint) {
  return document({{"error",
                    {{"code", code ? error_name(*code) : "internal"},
                     {"message", message},
                     {"hint", hint.empty() ? Json(nullptr) : Json(hint)}}}});
}

std::string version_json(const std::string& dockpki, const std::string& openssl) {
  return document({{"dockpki", dockpki}, {"openssl", openssl}});
}

} // namespace dockpki::report
