// probe, for a script.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json bool_or_null(const std::optional<bool>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const app::ServedCertificate& one) {
  return {{"subject", text_or_null(one.subject)},
          {"issuer", text_or_null(one.issuer)},
          {"serial", text_or_null(one.serial)},
          {"not_before", one.validity ? Json(format_rfc3339(one.validity->not_before)) : Json(nullptr)},
          {"not_after", one.validity ? Json(format_rfc3339(one.validity->not_after)) : Json(nullptr)},
          {"key", text_or_null(one.key)},
          {"names", one.names},
          {"sha256", one.sha256},
          {"unread", text_or_null(one.unread)}};
}

Json json_of(const app::OnDisk& disk) {
  return {
      {"state", to_string(disk.state)}, {"folder", text_or_null(disk.folder.string())}, {"serial", text_or_null(disk.serial)}};
}

Json json_of(const app::Reception& reception) {
  return {{"verdict", to_string(reception.verdict)}, {"how", text_or_null(reception.how)}};
}

Json json_of(const std::optional<docker::VersionInfo>& version) {
  if (!version)
    return nullptr;
  return {{"version", version->version},
          {"api_version", version->api_version},
          {"min_api_version", text_or_null(version->min_api_version)},
          {"platform", text_or_null(version->platform)}};
}

Json json_of(const app::ProbeResult& result) {
  Json certificates = Json::array();
  for (const app::ServedCertificate& one : result.chain)
    certificates.push_back(json_of(one));
  Json protocols = Json::array();
  for (const net::Suites& suites : result.offer.protocols)
    protocols.push_back({{"protocol", suites.protocol}, {"suites", suites.names}});
  Json findings = Json::array();
  for (const app::ProbeFinding& finding : result.findings)
    findings.push_back(
        {{"id", finding.id}, {"severity", to_string(finding.severity)}, {"text", finding.text}, {"remedy", finding.remedy}});
  return {{"endpoint", result.endpoint.text()},
          {"address", text_or_null(result.address)},
          {"kind", to_string(result.kind)},
          {"failure", text_or_null(result.failure)},
          {"certificates", std::move(certificates)},
          {"fits_host", bool_or_null(result.fits_host)},
          {"trusted", bool_or_null(result.trusted)},
          {"on_disk", json_of(result.on_disk)},
          {"protocol", text_or_null(result.protocol)},
          {"suite", text_or_null(result.suite)},
          {"protocols", std::move(protocols)},
          {"protocols_complete", result.offer.complete},
          {"asks", result.asks},
          {"authorities", result.authorities},
          {"nobody", json_of(result.nobody)},
          {"foreign", json_of(result.foreign)},
          {"pair", json_of(result.pair)},
          {"server", text_or_null(result.server)},
          {"api_version", text_or_null(result.api_version)},
          {"version", json_of(result.version)},
          {"findings", std::move(findings)}};
}

} // namespace

std::string json(const app::ProbeReport& report) {
  Json endpoints = Json::array();
  for (const app::ProbeResult& result : report.results)
    endpoints.push_back(json_of(result));
  return Json({{"endpoints", std::move(endpoints)}, {"notes", report.notes}})
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         '\n';
}

} // namespace dockpki::report
