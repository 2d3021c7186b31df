#include <nlohmann/json.hpp>

#include <dockpki/base/hex.hpp>
#include <dockpki/report/json.hpp>

#include "report/names.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json key_json(const x509::PublicKey& key) {
  return {{"algorithm", key.description()},
          {"identifier", to_hex(key.key_identifier())},
          {"weakness", optional_json(key.weakness())},
          {"sha256", to_hex(x509::sha256(key.der()))}};
}

Json extensions_json(const std::vector<x509::Extension>& extensions) {
  Json json = Json::array();
  for (const x509::Extension& extension : extensions)
    json.push_back({{"oid", extension.oid}, {"name", x509::extension_name(extension.oid)}, {"critical", extension.critical}});
  return json;
}

/// What certificates and requests have in common.
template <class Contents>
void add_common(Json& json, const Contents& contents) {
  json["public_key"] = key_json(contents.subject_public_key);
  json["subject_alternative_name"] = general_names(contents.subject_alternative_name);
  json["is_ca"] = contents.basic_constraints && contents.basic_constraints->is_ca;
  json["path_length"] = contents.basic_constraints ? optional_json(contents.basic_constraints->path_length) : Json(nullptr);
  json["key_usage"] = contents.key_usage ? Json(x509::key_usage_names(*contents.key_usage)) : Json(nullptr);
  json["extended_key_usage"] = nullptr;
  if (contents.extended_key_usage) {
    json["extended_key_usage"] = Json::array();
    for (const std::string& purpose : *contents.extended_key_usage)
      json["extended_key_usage"].push_back(x509::extended_key_usage_name(purpose));
  }
  json["extensions"] = extensions_json(contents.extensions);
}

Json describe(const x509::Certificate& certificate, TimePoint now) {
  const x509::CertificateContents& contents = certificate.contents();
  const auto algorithm = certificate.signature_algorithm();
  Json json = {{"type", "certificate"},
               {"version", contents.version},
               {"serial", contents.serial_number.text()},
               {"subject", contents.subject.text()},
               {"issuer", contents.issuer.text()},
               {"not_before", format_rfc3339(contents.validity.not_before)},
               {"not_after", format_rfc3339(contents.validity.not_after)},
               {"is_valid_now", contents.validity.contains(now)},
               {"signature_algorithm", algorithm ? std::string(to_string(*algorithm)) : contents.signature_algorithm}};
  add_common(json, contents);
  json["permitted"] = contents.permitted_names;
  json["excluded"] = contents.excluded_names;
  json["subject_key_identifier"] =
      contents.subject_key_identifier ? Json(to_hex(*contents.subject_key_identifier)) : Json(nullptr);
  json["authority_key_identifier"] =
      contents.authority_key_identifier ? Json(to_hex(*contents.authority_key_identifier)) : Json(nullptr);
  json["sha256"] = to_hex(certificate.fingerprint());
  return json;
}

Json describe(const x509::Request& request, TimePoint) {
  Json json = {{"type", "certificate request"},
               {"subject", request.contents().subject.text()},
               {"signed_by_its_key", request.is_signed_by_its_key()}};
  add_common(json, request.contents());
  return json;
}

Json describe(const x509::CrlContents& crl, TimePoint now) {
  Json revoked = Json::array();
  for (const x509::RevokedCertificate& one : crl.revoked)
    revoked.push_back({{"serial", one.serial_number.text()},
                       {"revocation_date", format_rfc3339(one.revocation_date)},
                       {"reason", one.reason.empty() ? Json(nullptr) : Json(one.reason)}});
  return {{"type", "certificate revocation list"},
          {"issuer", crl.issuer.text()},
          {"this_update", format_rfc3339(crl.this_update)},
          {"next_update", crl.next_update ? Json(format_rfc3339(*crl.next_update)) : Json(nullptr)},
          {"is_valid_now", crl.this_update <= now && (!crl.next_update || now <= *crl.next_update)},
          {"number", crl.crl_number ? Json(crl.crl_number->text()) : Json(nullptr)},
          {"signature_algorithm", crl.signature_algorithm},
          {"revoked", revoked}};
}

Json describe(const app::KeyCard& key, TimePoint) {
  Json encryption = nullptr;
  if (key.encryption)
    encryption = {{"cipher", key.encryption->cipher}, {"prf", key.encryption->prf}, {"iterations", key.encryption->iterations}};
  return {{"type", key.form == "public key" ? "public key" : "private key"},
          {"form", key.form},
          {"encryption", encryption},
          {"unread", key.unread.empty() ? Json(nullptr) : Json(key.unread)},
          {"public_key", key.public_key ? key_json(*key.public_key) : Json(nullptr)}};
}

} // namespace

std::string json(const std::vector<ShownFile>& files, TimePoint now) {
  Json list = Json::array();
  for (const ShownFile& file : files)
    for (const app::Shown& shown : file.shown) {
      Json entry = {{"source", file.source}};
      entry.update(std::visit([&](const auto& what) { return describe(what, now); }, shown));
      list.push_back(std::move(entry));
    }
  return Json{{"objects", list}}.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
