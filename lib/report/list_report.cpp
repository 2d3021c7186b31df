// list, for a person, for a script and for Prometheus.
#include <algorithm>

#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/listed_json.hpp"
#include "report/places.hpp"
#include "report/prometheus_text.hpp"
#include "report/table.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

/// Member by member: an initializer list makes an array of each first, and there may be many thousands.
Json json_of(const app::ListedPlacement& placement) {
  Json json = Json::object();
  json.emplace("folder", placement.folder.string());
  json.emplace("state", to_string(placement.state));
  json.emplace("context", placement.context.empty() ? Json(nullptr) : Json(placement.context));
  return json;
}

Json json_of(const app::ListedCertificate& listed) {
  const store::CertificateRecord& record = listed.record;
  const bool dated = record.not_after != TimePoint{};
  Json placements = Json::array();
  for (const app::ListedPlacement& placement : listed.placements)
    placements.push_back(json_of(placement));
  Json json = Json::object();
  json.emplace("name", record.name);
  json.emplace("kind", to_string(record.kind));
  json.emplace("serial", record.serial);
  json.emplace("state", to_string(record.state));
  json.emplace("due", listed.is_due);
  json.emplace("authority", record.authority);
  json.emplace("not_before", dated ? Json(format_rfc3339(record.not_before)) : Json(nullptr));
  json.emplace("not_after", dated ? Json(format_rfc3339(record.not_after)) : Json(nullptr));
  json.emplace("revoked_at", record.revocation ? Json(format_rfc3339(record.revocation->at)) : Json(nullptr));
  json.emplace("revocation_reason", record.revocation ? Json(to_string(record.revocation->reason)) : Json(nullptr));
  json.emplace("placements", std::move(placements));
  return json;
}

std::string state_text(const app::ListedCertificate& listed, TimePoint now) {
  const store::CertificateRecord& record = listed.record;
  if (record.state == store::CertificateState::issued && record.not_after < now)
    return "expired";
  if (record.revocation)
    return "revoked (" + std::string(to_string(record.revocation->reason)) + ")";
  return std::string(to_string(record.state)) + (listed.is_due ? ", due" : "");
}

bool has_validity(const store::CertificateRecord& record) {
  return record.not_after != TimePoint{};
}

Tint tint_of(const app::ListedCertificate& listed, TimePoint now) {
  if (listed.record.state != store::CertificateState::issued)
    return Tint::none;
  if (listed.record.not_after < now)
    return Tint::alarm;
  return listed.is_due ? Tint::warning : Tint::none;
}

std::string place_text(const app::ListedPlacement& placement) {
  const std::string place = placement.context.empty() ? placement.folder.string() : "docker context '" + placement.context + "'";
  return placement.state == app::PlacementState::current ? place : place + " (" + std::string(to_string(placement.state)) + ")";
}

std::string labels(const app::ListedCertificate& listed, const app::ListedPlacement& placement) {
  return "{name=\"" + label(listed.record.name) + "\",kind=\"" + std::string(to_string(listed.record.kind)) + "\",serial=\"" +
         listed.record.serial + "\",folder=\"" + label(placement.folder.string()) + "\",context=\"" + label(placement.context) +
         "\",placement=\"" + std::string(to_string(placement.state)) + "\"}";
}

const std::string certificate_gauge = "dockpki_certificate_expires_in_seconds";
const std::string authority_gauge = "dockpki_authority_expires_in_seconds";
const std::string crl_gauge = "dockpki_crl_expires_in_seconds";

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace

std::vector<std::string> places(const app::ListedCertificate& listed) {
  std::vector<std::string> texts;
  for (const app::ListedPlacement& placement : listed.placements)
    texts.push_back(place_text(placement));
  return texts;
}

std::string text(const app::Listing& listing, TimePoint now, Colour colour) {
  const std::string others =
      listing.left_out == 0 ? "" : "Not shown: " + std::to_string(listing.left_out) + " more (dockpki list --all)\n";
  if (listing.certificates.empty())
    return listing.left_out == 0 ? "No certificates yet\n" : "None\n" + others;
  Table table({"NAME", "KIND", "STATE", "EXPIRES"});
  for (const app::ListedCertificate& listed : listing.certificates) {
    const store::CertificateRecord& record = listed.record;
    table.add({record.name, std::string(to_string(record.kind)), state_text(listed, now),
               has_validity(record) ? describe_when(record.not_after, now) : "-"},
              tint_of(listed, now));
    table.add_below("serial " + record.serial);
    for (const std::string& place : places(listed))
      table.add_below(place);
  }
  return table.text(colour) + others;
}

Json listed_json(const std::vector<app::ListedCertificate>& list) {
  Json json = Json::array();
  for (const app::ListedCertificate& listed : list)
    json.push_back(json_of(listed));
  return json;
}

std::string json(const app::Listing& listing) {
  // One by one, as a document of them all would be written: of ten thousand, that would take longer than to find them.
  std::string text = "{\n  \"certificates\": [";
  const char* separator = "\n    ";
  for (const app::ListedCertificate& listed : listing.certificates) {
    text += separator;
    for (const char c : dumped(json_of(listed))) {
      text += c;
      if (c == '\n')
        text += "    ";
    }
    separator = ",\n    ";
  }
  text += listing.certificates.empty() ? "]" : "\n  ]";
  return text + ",\n  \"left_out\": " + std::to_string(listing.left_out) + "\n}\n";
}

std::string prometheus(const app::Listing& listing, TimePoint now) {
  const auto sample = [&](const std::string& labels, TimePoint end) {
    return labels + ' ' + std::to_string((end - now).count()) + '\n';
  };
  std::string text = gauge(certificate_gauge, "Seconds until the certificate of a set ends; negative once it has.");
  for (const app::ListedCertificate& listed : listing.certificates)
    for (const app::ListedPlacement& placement : listed.placements)
      text += certificate_gauge + sample(labels(listed, placement), listed.record.not_after);
  text += gauge(authority_gauge, "Seconds until an authority ends, and with it all that it signed.");
  for (const app::TrustedAuthority& authority : listing.authorities)
    text += authority_gauge + sample("{authority=\"" + label(authority.name) + "\"}", authority.not_after);
  text += gauge(crl_gauge, "Seconds until a revocation list is over, and whoever checks it refuses everybody.");
  for (const app::TrustedAuthority& authority : listing.authorities)
    if (authority.crl_next_update)
      text += crl_gauge + sample("{authority=\"" + label(authority.name) + "\"}", *authority.crl_next_update);
  return text;
}

} // namespace dockpki::report
