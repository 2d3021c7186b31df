// An authority's key is needed to issue, and never by Docker.
#include <algorithm>
#include <set>

#include <sys/stat.h>

#include <dockpki/goverify/key_pair.hpp>
#include <dockpki/goverify/verify.hpp>
#include <dockpki/x509/names.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/audit_clients.hpp"
#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t most_files = 100;
constexpr std::uintmax_t largest_file = 256U << 10U; ///< a bundle of all the world's authorities is smaller

/// What lies in a folder, by what is in it.
struct Contents {
  std::vector<std::pair<files::Path, Secret>> keys;
  std::vector<goverify::CertificatePtr> authorities;
  std::string trouble; ///< why the last file that could not be read was not; ""
};

bool is_authority(const goverify::Certificate& certificate) {
  const bool is_old_root = certificate.version == 1 && std::ranges::equal(certificate.subject, certificate.issuer);
  return certificate.is_ca || is_old_root;
}

void read_folder(const AuditedMachine& machine, const files::Path& folder, Contents& contents) {
  const goverify::Rules rules = goverify::rules_of_daemon(goverify::DockerVersion::v28);
  std::size_t count = 0;
  const ListedFolder listed = list_folder(machine, folder);
  if (!listed.trouble.empty())
    contents.trouble = listed.trouble;
  for (const std::string& name : listed.names) {
    if (++count > most_files)
      return;
    const files::Path path = folder / name;
    const SeenFile seen = look_at(machine, path);
    std::error_code error;
    if (!S_ISREG(seen.standing.mode) || std::filesystem::file_size(seen.real, error) > largest_file)
      continue;
    ReadText text = read_text(machine, path);
    if (!text.trouble.empty())
      contents.trouble = text.trouble;
    if (!text.contents)
      continue;
    for (const goverify::CertificatePtr& certificate : goverify::read_pool(text.contents->bytes(), rules).certificates)
      if (is_authority(*certificate))
        contents.authorities.push_back(certificate);
    if (text.contents->text().find("PRIVATE KEY-----") != std::string_view::npos)
      contents.keys.emplace_back(path, std::move(*text.contents));
  }
}

bool is_encrypted(std::string_view key) {
  return key.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string_view::npos ||
         key.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

/// The names that openssl's guides, easy-rsa and dockpki give it: the one thing to go by where the key is encrypted.
bool is_named_so(const files::Path& path) {
  const std::string name = path.filename().string();
  return name == "ca-key.pem" || name == "ca.key" || name == "cakey.pem" || name == "rootCA.key" || name == "rootCA-key.pem";
}

/// FoundKey is an authority's key, and how that was told; empty if it is none.
struct FoundKey {
  std::string what;
  bool is_encrypted = false;
};

FoundKey judge(const files::Path& path, const Secret& key, const std::vector<goverify::CertificatePtr>& authorities) {
  if (is_encrypted(key.text()))
    return {is_named_so(path) ? "by its name; it is encrypted" : "", true};
  for (const goverify::CertificatePtr& authority : authorities) {
    const std::string pem = x509::write_pem("CERTIFICATE", authority->raw);
    const goverify::Loaded loaded =
        goverify::load_key_pair(bytes_of(pem), key.bytes(), goverify::rules_of_daemon(goverify::DockerVersion::v28));
    if (std::holds_alternative<goverify::KeyPair>(loaded))
      return {"of the authority '" + x509::printable(authority->common_name) + "', not encrypted"};
  }
  return {is_named_so(path) ? "by its name, not encrypted" : ""};
}

/// On the machine of one who develops it is a weakness; where others reach dockerd, whoever breaks in takes all hosts with it. A
/// passphrase has to be found out first.
Severity severity_of(const FoundKey& key, bool is_reachable) {
  if (key.is_encrypted)
    return is_reachable ? Severity::medium : Severity::low;
  return is_reachable ? Severity::high : Severity::medium;
}

/// The PKI homes: ~/.dockpki of everybody, and the caller's DOCKPKI_HOME.
std::vector<files::Path> homes_of(const AuditedMachine& machine) {
  std::vector<files::Path> homes;
  for (const LocalUser& user : machine.users)
    homes.push_back(user.home / ".dockpki");
  if (const auto named = machine.environment.find("DOCKPKI_HOME");
      named != machine.environment.end() && named->second.starts_with('/'))
    homes.emplace_back(named->second);
  return homes;
}

/// The folders in which Docker reads, and where those who make certificates by hand leave what they made.
std::set<files::Path> folders_of(const AuditedMachine& machine) {
  std::set<files::Path> folders{"/etc/docker", "/etc/docker/tls", "/etc/docker/ssl", "/etc/docker/certs"};
  for (const AuditedDaemon& daemon : machine.daemons)
    for (const std::string& file : {daemon.plan.ca, daemon.plan.key})
      if (file.starts_with('/'))
        folders.insert(files::Path(file).lexically_normal().parent_path());
  for (const LocalUser& user : machine.users) {
    for (const files::Path& folder : client_folders_of(machine, user))
      folders.insert(folder);
    folders.insert(user.home / ".docker/machine/certs");
  }
  // A home of dockpki is out of place where dockerd is, and nowhere else.
  if (!machine.daemons.empty())
    for (const files::Path& home : homes_of(machine))
      for (const files::Path& authority : expand(machine, home, "authorities/*"))
        folders.insert(authority);
  return folders;
}

} // namespace

void audit_authority_keys(const AuditedMachine& machine, AuditNotes& notes) {
  const bool reachable = is_reachable(machine);
  std::set<files::Path> found;
  bool is_unknown = false;
  for (const files::Path& folder : folders_of(machine)) {
    Contents contents;
    for (const char* beside : {"", "private", "pki", "pki/private"}) // easy-rsa, openssl ca
      read_folder(machine, (folder / beside).lexically_normal(), contents);
    if (folder.filename() == "private")
      read_folder(machine, folder.parent_path(), contents);
    if (!contents.trouble.empty()) {
      is_unknown = true;
      notes.unknown("perm-ca-key", contents.trouble);
    }
    for (const auto& [path, key] : contents.keys) {
      const FoundKey one = judge(path, key, contents.authorities);
      if (!one.what.empty() && found.insert(path).second)
        notes.fail("perm-ca-key", Side::daemon, x509::printable(path.string()) + ", " + one.what, path).severity =
            severity_of(one, reachable);
    }
  }
  if (found.empty() && !is_unknown)
    notes.pass("perm-ca-key", "no key of an authority lies where Docker reads");
}

} // namespace dockpki::app
