// What was made or changed, where, until when, and what to do next.
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/names.hpp"

namespace dockpki::report {
namespace {

std::string quoted(const files::Path& path) {
  return path.string();
}

std::string authority_text(const app::AuthorityCard& authority, store::Origin origin, TimePoint now) {
  const x509::CertificateContents& contents = authority.certificate.contents();
  Card card(std::string(origin == store::Origin::made ? "Made" : "Imported") + " authority '" + authority_title(contents) +
            "' (" + authority.name + ")");
  card.row("signs", authority.role == pki::Role::all ? "servers and clients" : std::string(to_string(authority.role)));
  card.row("certificate", quoted(authority.certificate_path));
  card.row("key", quoted(authority.key_path) + (authority.encrypted ? " (encrypted)" : " (NOT encrypted)"));
  std::vector<std::string> permitted;
  for (const std::string& name : contents.permitted_names)
    permitted.push_back(name);
  card.row("only for", join(permitted));
  card.row("valid until", day_and_distance(contents.validity.not_after, now));
  return card.text();
}

std::string set_title(const app::IssuedSet& set) {
  const bool dry = set.dry_run == app::DryRun::yes;
  const std::string kind = set.kind == pki::Kind::dual ? "server and client" : std::string(to_string(set.kind));
  if (!set.request_path.empty())
    return (dry ? "Would make a request for " : "Made a request for ") + kind + " '" + set.name + "'";
  return (dry ? "Would issue " : "Issued ") + kind + " certificate '" + set.name + "'";
}

std::string server_next(const app::IssuedSet& set) {
  const std::string folder = set.folder.string();
  if (set.key_path.empty())
    return "Next: copy ca.pem and server-cert.pem from " + folder + "\nbeside the key, on the machine that has it\n";
  return "Next: on the daemon's host, as root, with these files (copy them if it is\n"
         "another machine):\n"
         "  dockerd --tlsverify \\\n"
         "    --tlscacert=" +
         (set.folder / docker::server_layout.ca).string() + " \\\n    --tlscert=" + set.certificate_path.string() +
         " \\\n    --tlskey=" + set.key_path.string() +
         " \\\n    -H unix:///var/run/docker.sock -H tcp://0.0.0.0:2376\n"
         "A running dockerd reads them only when it is restarted.\n";
}

std::string client_next(const app::IssuedSet& set) {
  const std::string use = "docker --tlsverify -H tcp://HOST:2376 version\n";
  if (set.key_path.empty())
    return "Next: copy ca.pem and cert.pem from " + set.folder.string() + "\nbeside the key, on the machine that has it\n";
  if (set.is_own)
    return "Next: " + use;
  return "Next: hand these files to their user by a safe way (the key opens every\n"
         "daemon); there, DIR being where they lie:\n  DOCKER_CERT_PATH=DIR " +
         use;
}

std::string request_next(const app::IssuedSet& set) {
  return "Next: carry " + set.request_path.string() +
         " (not the key)\nto the machine with the authority, and there:\n  dockpki sign-request " +
         set.request_path.filename().string() + "\n";
}

std::string next(const app::IssuedSet& set) {
  if (!set.request_path.empty())
    return request_next(set);
  return set.kind == pki::Kind::client ? client_next(set) : server_next(set);
}

} // namespace

std::string text(const app::InitResult& result, TimePoint now) {
  std::string text;
  for (const app::AuthorityCard& authority : result.authorities)
    text += authority_text(authority, result.origin, now);
  for (const std::string& planned : result.planned)
    text += (result.origin == store::Origin::made ? "Would make " : "Would import ") + planned + '\n';
  return text + notes_text(result.notes) + next_text(result.next);
}

std::string text(const app::IssuedSet& set, TimePoint now) {
  Card card(set_title(set));
  card.row("names", join(name_list(set.names)));
  card.row("key", set.key);
  card.row("folder", set.folder.string());
  std::vector<std::string> files;
  for (const files::Path& path : {set.ca_path, set.certificate_path, set.key_path, set.request_path})
    if (!path.empty())
      files.push_back(path.filename().string());
  card.row("files", join(files));
  for (const files::Path& backup : set.backups)
    card.row("backup", backup.string());
  if (set.validity)
    card.row("valid until", day_and_distance(set.validity->not_after, now));
  if (set.certificate)
    card.row("serial", set.certificate->contents().serial_number.text());
  card.row("authority", set.authority);
  std::string text = card.text() + notes_text(set.notes);
  if (set.dry_run == app::DryRun::no)
    text += next(set);
  return text;
}

std::string text(const app::PassphraseResult& result, app::DryRun dry_run) {
  const bool dry = dry_run == app::DryRun::yes;
  std::string what = dry ? "Would encrypt with the new passphrase: " : "Encrypted with the new passphrase: ";
  if (!result.encrypted)
    what = dry ? "Would keep unencrypted: " : "No longer encrypted: ";
  std::string text;
  for (const files::Path& key : result.keys)
    text += what + key.string() + '\n';
  if (!result.encrypted)
    text += notes_text({"whoever reads this key can make themselves root on every host that trusts the authority"});
  return text;
}

std::string text(const std::vector<app::ForgottenSet>& sets, app::DryRun dry_run, TimePoint now) {
  std::string text;
  for (const app::ForgottenSet& set : sets)
    text += std::string(dry_run == app::DryRun::yes ? "Would forget" : "Forgot") + " the set in " + set.folder.string() + ": " +
            std::string(to_string(set.record.kind)) + " '" + set.record.name + "', valid until " +
            day_and_distance(set.record.not_after, now) + '\n';
  return text;
}

std::string text(const store::RepairReport& report, app::DryRun dry_run) {
  std::string text;
  for (const std::string& found : report.found)
    text += "found: " + found + '\n';
  for (const files::Path& kept : report.kept_aside)
    text += "kept aside: " + kept.string() + '\n';
  if (!report.rebuilt)
    return text + (report.found.empty() ? "Nothing to repair\n" : "");
  text += dry_run == app::DryRun::yes ? "Would rebuild the inventory: " : "Rebuilt the inventory: ";
  text += std::to_string(report.authorities) + (report.authorities == 1 ? " authority, " : " authorities, ") +
          std::to_string(report.certificates) + (report.certificates == 1 ? " certificate, " : " certificates, ") +
          std::to_string(report.placements) + (report.placements == 1 ? " folder\n" : " folders\n");
  return text;
}

} // namespace dockpki::report
