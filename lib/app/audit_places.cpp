#include "app/audit_places.hpp"

#include <algorithm>
#include <cstring>

#include <fnmatch.h>
#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/address.hpp>
#include <dockpki/goverify/verify.hpp>
#include <dockpki/x509/certificate.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::app {
namespace {

constexpr std::size_t most_names = 1000;
constexpr std::size_t largest_text = 1U << 20U;

std::string variable(const AuditedMachine& machine, const std::string& name) {
  const auto found = machine.environment.find(name);
  return found == machine.environment.end() ? "" : found->second;
}

std::string subject_of(const goverify::Certificate& certificate) {
  try {
    return x509::DistinguishedName::from_der(certificate.subject).text();
  } catch (const Error&) {
    return x509::printable(certificate.common_name); // Go reads names that we do not
  }
}

} // namespace

ListedFolder list_folder(const AuditedMachine& machine, const files::Path& folder) {
  ListedFolder listed;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(machine.real(folder), error);
       !error && entry != end(entry) && listed.names.size() < most_names; entry.increment(error))
    listed.names.push_back(entry->path().filename().string());
  std::ranges::sort(listed.names);
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
    listed.trouble = x509::printable(folder.string()) + ": " + error.message();
  return listed;
}

std::vector<files::Path> expand(const AuditedMachine& machine, const files::Path& folder, const files::Path& pattern) {
  std::vector<files::Path> paths{folder};
  for (const files::Path& part : pattern) {
    std::vector<files::Path> longer;
    for (const files::Path& path : paths) {
      if (part.string().find_first_of("*?[") == std::string::npos) {
        longer.push_back(path / part);
        continue;
      }
      for (const std::string& name : list_folder(machine, path).names)
        if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0 && longer.size() < most_names)
          longer.push_back(path / name);
    }
    paths = std::move(longer);
  }
  std::erase_if(paths, [&](const files::Path& path) { return look_at(machine, path).is_missing; });
  return paths;
}

SeenFile look_at(const AuditedMachine& machine, const files::Path& path) {
  files::Way way = files::way_below(machine.root, path);
  SeenFile seen{
      .is_missing = false, .trouble = {}, .real = std::move(way.target), .folders = std::move(way.folders), .standing = {}};
  try {
    const std::optional<files::Standing> standing = files::standing_of(seen.real);
    seen.is_missing = !standing;
    seen.standing = standing.value_or(files::Standing{});
  } catch (const Error& error) {
    seen.trouble = x509::printable(error.what(), 400);
  }
  return seen;
}

ReadText read_text(const AuditedMachine& machine, const files::Path& path) {
  ReadText text;
  try {
    text.contents = files::read_file(machine.real(path), "file", largest_text);
  } catch (const Error& error) {
    if (error.code() != Errc::not_found)
      text.trouble = x509::printable(error.what(), 400);
  }
  return text;
}

std::string describe(const AuditedMachine& machine, const files::Path& path, const files::Standing& standing) {
  return x509::printable(path.string()) + ": " + describe(standing, machine.root);
}

std::string shell_word(const files::Path& path) {
  std::string text = path.string();
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::strchr("/._+-:@,", c) != nullptr;
  };
  if (std::ranges::all_of(text, is_plain))
    return text;
  std::string word = "'";
  for (const char c : x509::printable(text, text.size() * 4))
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + '\'';
}

const LocalUser* caller_of(const AuditedMachine& machine) {
  const auto found = std::ranges::find(machine.users, ::geteuid(), &LocalUser::uid);
  return machine.environment.empty() || found == machine.users.end() ? nullptr : &*found;
}

files::Path config_folder_of(const AuditedMachine& machine, const LocalUser& user) {
  const std::string config = caller_of(machine) == &user ? variable(machine, "DOCKER_CONFIG") : "";
  return config.starts_with('/') ? files::Path(config) : user.home / ".docker";
}

std::vector<files::Path> client_folders_of(const AuditedMachine& machine, const LocalUser& user) {
  std::vector<files::Path> folders{user.home / ".docker"};
  if (caller_of(machine) == &user)
    for (const char* name : {"DOCKER_CONFIG", "DOCKER_CERT_PATH"})
      if (const std::string folder = variable(machine, name); folder.starts_with('/'))
        folders.push_back(files::Path(folder).lexically_normal());
  for (const files::Path& folder : expand(machine, config_folder_of(machine, user), "contexts/tls/*/*"))
    folders.push_back(folder);
  std::ranges::sort(folders);
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  return folders;
}

void note_ends(const AuditedMachine& machine, const files::Path& path, const std::string& role, AuditNotes& notes) {
  constexpr std::size_t most_certificates = 50;
  const ReadText text = read_text(machine, path);
  if (!text.trouble.empty())
    notes.unknown("time-soon", text.trouble);
  if (!text.contents)
    return;
  goverify::Pool pool = goverify::read_pool(text.contents->bytes(), goverify::rules_of_client(goverify::DockerVersion::v28));
  if (pool.certificates.size() > most_certificates)
    pool.certificates.resize(most_certificates);
  for (const goverify::CertificatePtr& certificate : pool.certificates)
    notes.add(Expiry{.file = path,
                     .subject = subject_of(*certificate),
                     .role = certificate->is_ca ? "authority" : role,
                     .not_after = certificate->not_after});
}

bool is_reachable(const AuditedMachine& machine) {
  return std::ranges::any_of(machine.daemons, [](const AuditedDaemon& daemon) {
    return std::ranges::any_of(daemon.plan.listeners, [](const docker::Listener& listener) {
      return listener.scheme == "tcp" && (listener.is_wildcard || !docker::is_loopback(listener.address));
    });
  });
}

} // namespace dockpki::app
