// What was exported, and how it is used over there.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"

namespace dockpki::report {
namespace {

std::string format_text(const app::ExportedSet& set) {
  switch (set.format) {
  case app::ExportFormat::pkcs12:
    return set.protection == x509::Pkcs12Protection::legacy ? "PKCS #12, old: triple DES and SHA-1"
                                                            : "PKCS #12: AES-256, PBKDF2 and MAC with SHA-256";
  case app::ExportFormat::pem:
    return "PEM: certificate, key, authorities";
  case app::ExportFormat::tar:
    return set.layout == store::Layout::client ? "tar: ca.pem, cert.pem, key.pem"
                                               : "tar: ca.pem, server-cert.pem, server-key.pem";
  case app::ExportFormat::context:
    return "docker context '" + set.context + "'";
  }
  return {};
}

std::string next(const app::ExportedSet& set) {
  const std::string file = set.out.filename().string();
  switch (set.format) {
  case app::ExportFormat::pkcs12:
    return next_text({"openssl pkcs12 -in " + file + " -info -noout   (shows how it is protected)"});
  case app::ExportFormat::pem:
    return {};
  case app::ExportFormat::tar:
    return next_text({set.layout == store::Layout::client ? "tar -xf " + file + " -C ~/.docker   (over there, as the user)"
                                                          : "tar -xpf " + file + " -C /etc/docker   (over there, as root)"});
  case app::ExportFormat::context:
    return next_text({"docker context import " + set.context + ' ' + file + "   (over there, as the user)"});
  }
  return {};
}

} // namespace

std::string text(const app::ExportedSet& set, TimePoint now) {
  const bool dry = set.dry_run == app::DryRun::yes;
  Card card((dry ? "Would export " : "Exported ") + std::string(to_string(set.kind)) + " '" + x509::printable(set.name) + "'");
  card.row("from", set.folder.string());
  card.row("file", set.out.string());
  card.row("format", format_text(set));
  card.row("host", x509::printable(set.host));
  card.row("authorities", std::to_string(set.authorities));
  card.row("valid until", day_and_distance(set.not_after, now));
  return card.text() + notes_text(set.notes) + (dry ? "" : next(set));
}

std::string json(const app::ExportedSet& set) {
  using Json = nlohmann::ordered_json;
  const Json document = {{"kind", to_string(set.kind)},
                         {"name", set.name},
                         {"serial", set.serial},
                         {"not_after", format_rfc3339(set.not_after)},
                         {"folder", set.folder.string()},
                         {"file", set.out.string()},
                         {"format", to_string(set.format)},
                         {"legacy", set.protection == x509::Pkcs12Protection::legacy},
                         {"authorities", set.authorities},
                         {"context", set.context.empty() ? Json(nullptr) : Json(set.context)},
                         {"host", set.host.empty() ? Json(nullptr) : Json(set.host)},
                         {"notes", set.notes},
                         {"dry_run", set.dry_run == app::DryRun::yes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
