// revoke and make-crl: what is on the list now, and what that does not do.
#include <dockpki/report/text.hpp>

#include "report/card.hpp"

namespace dockpki::report {
namespace {

std::string certificate_title(const store::CertificateRecord& record) {
  const std::string kind = record.kind == pki::Kind::dual ? "server and client" : std::string(to_string(record.kind));
  return kind + " certificate '" + x509::printable(record.name) + "'";
}

std::string revoked_text(const store::CertificateRecord& record, const app::RevokeResult& result, TimePoint now) {
  return Card((result.dry_run == app::DryRun::yes ? "Would revoke " : "Revoked ") + certificate_title(record))
      .row("serial", record.serial)
      .row("reason", std::string(to_string(result.reason)))
      .row("valid until", day_and_distance(record.not_after, now))
      .row("authority", record.authority)
      .text();
}

std::string already_text(const store::CertificateRecord& record) {
  return "Revoked already: " + certificate_title(record) + ", serial " + record.serial + ", since " +
         format_day(record.revocation->at) + ", " + std::string(to_string(record.revocation->reason)) + '\n';
}

std::string crl_text(const app::MadeCrl& crl, app::DryRun dry_run, TimePoint now) {
  Card card((dry_run == app::DryRun::yes ? "Would make CRL " : "Made CRL ") + std::to_string(crl.number) + " of authority " +
            crl.authority);
  card.row("entries", revoked_count(crl.revoked));
  card.row("folder", crl.pem.parent_path().string());
  card.row("files", join({crl.pem.filename().string(), crl.der.filename().string()}));
  card.row("copy", crl.out.string());
  card.row("next update", format_day(crl.next_update) + " (" + describe_when(crl.next_update, now) + ")");
  return card.text();
}

} // namespace

std::string text(const app::CrlResult& result, TimePoint now) {
  std::string text;
  for (const app::MadeCrl& crl : result.crls)
    text += crl_text(crl, result.dry_run, now);
  text += notes_text(result.notes);
  if (result.dry_run == app::DryRun::no)
    text += "Docker itself checks no CRL: give it to a TLS front that does\n"
            "(docs/tls-front.md), and reload that. Make the next one before the next\n"
            "update: once a CRL has ended, a front refuses everybody.\n";
  return text;
}

std::string text(const app::RevokeResult& result, TimePoint now) {
  std::string text;
  for (const store::CertificateRecord& record : result.already)
    text += already_text(record);
  for (const store::CertificateRecord& record : result.revoked)
    text += revoked_text(record, result, now);
  for (const app::MadeCrl& crl : result.crls)
    text += crl_text(crl, result.dry_run, now);
  text += notes_text(result.notes);
  if (result.revoked.empty() && result.crls.empty())
    return text + "Nothing was changed\n";
  if (result.dry_run == app::DryRun::yes || result.revoked.empty())
    return text;
  text += "Next: to shut it out before that, do one of these:\n";
  if (!result.crls.empty())
    text += "  let a TLS front before the daemon check the CRL (docs/tls-front.md): give\n"
            "  it the new one, and reload it\n";
  return text + "  exchange the authority, and issue every other set anew (docs/rotation.md):\n"
                "  'dockpki rotate-ca begin'\n";
}

} // namespace dockpki::report
