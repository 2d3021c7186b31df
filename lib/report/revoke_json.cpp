#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

std::string document(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json records_json(const std::vector<store::CertificateRecord>& records) {
  Json json = Json::array();
  for (const store::CertificateRecord& record : records)
    json.push_back({{"name", record.name},
                    {"kind", to_string(record.kind)},
                    {"serial", record.serial},
                    {"authority", record.authority},
                    {"not_after", format_rfc3339(record.not_after)}});
  return json;
}

Json made_crls_json(const std::vector<app::MadeCrl>& crls) {
  Json json = Json::array();
  for (const app::MadeCrl& crl : crls)
    json.push_back({{"authority", crl.authority},
                    {"number", crl.number},
                    {"this_update", format_rfc3339(crl.this_update)},
                    {"next_update", format_rfc3339(crl.next_update)},
                    {"entries", crl.revoked},
                    {"files",
                     {{"pem", crl.pem.string()},
                      {"der", crl.der.string()},
                      {"copy", crl.out.empty() ? Json(nullptr) : Json(crl.out.string())}}}});
  return json;
}

} // namespace

std::string json(const app::CrlResult& result) {
  return document(
      {{"crls", made_crls_json(result.crls)}, {"dry_run", result.dry_run == app::DryRun::yes}, {"notes", result.notes}});
}

std::string json(const app::RevokeResult& result) {
  return document({{"reason", to_string(result.reason)},
                   {"revoked", records_json(result.revoked)},
                   {"already_revoked", records_json(result.already)},
                   {"crls", made_crls_json(result.crls)},
                   {"dry_run", result.dry_run == app::DryRun::yes},
                   {"notes", result.notes}});
}

} // namespace dockpki::report
