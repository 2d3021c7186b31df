// What is predicted of a set-up, for a person and for a script.
#include <algorithm>

#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>
#include <dockpki/x509/names.hpp>

#include "report/endpoint_words.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_remedy = 1000;

std::string_view word(app::Side side) {
  return side == app::Side::daemon ? "daemon" : "client";
}

/// The file and the certificate that a finding is about.
std::string about(const app::Finding& finding) {
  std::string text;
  if (!finding.file.empty())
    text += "  file: " + x509::printable(finding.file) + '\n';
  if (!finding.subject.empty())
    text += "  subject: " + finding.subject + '\n';
  return text;
}

/// "dockerd 20.10 (/usr/sbin/dockerd is 20.10.24)"; "" where the caller chose the version.
std::string assumed(const char* program, const std::optional<app::JudgedBy>& by) {
  if (!by || by->is_told)
    return {};
  return "for   " + std::string(program) + ' ' + std::string(to_string(by->version)) + " (" + x509::printable(by->why) + ")\n";
}

Json judged_by(const std::optional<app::JudgedBy>& by) {
  return by ? Json{{"version", to_string(by->version)}, {"because", by->why}} : Json(nullptr);
}

} // namespace

std::string text(const app::Prediction& prediction) {
  std::string text;
  if (prediction.daemon_ok)
    text = *prediction.daemon_ok && prediction.endpoint
               ? "ok    dockerd starts, and " + std::string(endpoint_words(*prediction.endpoint)) + '\n'
               : "FAIL  dockerd does not start\n";
  if (prediction.client_ok)
    text += *prediction.client_ok ? "ok    docker is let in\n" : "FAIL  docker does not get in\n";
  for (const app::Finding& finding : prediction.findings)
    text += std::string(to_string(finding.severity)) + " " + std::string(word(finding.side)) + " " + finding.id + "\n  " +
            x509::printable(finding.text) + '\n' + about(finding) +
            (finding.remedy.empty() ? "" : "  hint: " + x509::printable(finding.remedy, longest_remedy) + '\n');
  return text + assumed("dockerd", prediction.daemon_by) + assumed("docker", prediction.client_by);
}

std::string json(const app::Prediction& prediction) {
  const auto nullable = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
  Json findings = Json::array();
  for (const app::Finding& finding : prediction.findings)
    findings.push_back({{"id", finding.id},
                        {"side", word(finding.side)},
                        {"severity", to_string(finding.severity)},
                        {"blocks", to_string(finding.blocks)},
                        {"text", finding.text},
                        {"file", nullable(finding.file)},
                        {"subject", nullable(finding.subject)},
                        {"remedy", nullable(finding.remedy)}});
  const Json document{{"daemon_ok", prediction.daemon_ok ? Json(*prediction.daemon_ok) : Json(nullptr)},
                      {"daemon_error", nullable(prediction.daemon_error)},
                      {"endpoint", prediction.endpoint ? Json(to_string(*prediction.endpoint)) : Json(nullptr)},
                      {"client_ok", prediction.client_ok ? Json(*prediction.client_ok) : Json(nullptr)},
                      {"client_error", nullable(prediction.client_error)},
                      {"daemon_by", judged_by(prediction.daemon_by)},
                      {"client_by", judged_by(prediction.client_by)},
                      {"findings", findings}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
