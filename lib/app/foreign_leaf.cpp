#include "app/foreign_leaf.hpp"

#include <algorithm>

#include <dockpki/base/error.hpp>

#include "app/carried_over.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_key_file = 64U << 10U;

[[noreturn]] void refuse(const std::string& why, const std::string& hint) {
  throw Error(Errc::refused, why, hint);
}

bool has_usage(const x509::CertificateContents& contents, std::string_view oid) {
  const auto& usages = contents.extended_key_usage;
  return usages && std::ranges::find(*usages, oid) != usages->end();
}

/// `mkcert -client` puts both usages and host names into a client's certificate, and says what it is in the file's name.
bool is_called_client(const FoundLeaf& leaf) {
  return std::ranges::any_of(leaf.certificate_files,
                             [](const files::Path& file) { return file.stem().string().ends_with("-client"); });
}

bool lies_as(const FoundLeaf& leaf, const docker::SetLayout& layout) {
  return std::ranges::any_of(leaf.certificate_files,
                             [&](const files::Path& file) { return file.filename() == layout.certificate; });
}

bool has_host_names(const x509::CertificateContents& contents) {
  const auto& names = contents.subject_alternative_name;
  return names && !(names->dns.empty() && names->ip.empty());
}

/// What a renewal would stumble over.
void check_folder(const files::Path& folder, const docker::SetLayout& layout) {
  files::check_private_folder(folder, "folder");
  for (const std::string& name : layout.names())
    if (std::error_code error;
        std::filesystem::symlink_status(folder / name, error).type() != std::filesystem::file_type::regular)
      refuse("'" + (folder / name).string() + "' is missing, or not a regular file",
             "--out DIR writes the set to a folder below DIR");
  const files::Path path = folder / layout.key;
  const Secret pem = files::read_private_key_file(path, largest_key_file);
  x509::PrivateKey::from_pem(pem.bytes(), path.string());
}

} // namespace

pki::Kind kind_of(const FoundLeaf& leaf) {
  const x509::CertificateContents& contents = leaf.certificate.contents();
  const bool server = has_usage(contents, x509::server_auth_oid);
  const bool client = has_usage(contents, x509::client_auth_oid);
  if (server != client)
    return server ? pki::Kind::server : pki::Kind::client;
  if (contents.extended_key_usage && !server)
    refuse("its extendedKeyUsage holds neither serverAuth nor clientAuth", "it is not for Docker: leave it alone");
  if (lies_as(leaf, docker::server_layout))
    return pki::Kind::server;
  if (lies_as(leaf, docker::client_layout) || is_called_client(leaf))
    return pki::Kind::client;
  return has_host_names(contents) ? pki::Kind::server : pki::Kind::client;
}

std::string name_of(const FoundLeaf& leaf) {
  const x509::CertificateContents& contents = leaf.certificate.contents();
  if (const std::string name = contents.subject.common_name(); !name.empty())
    return x509::printable(name);
  const auto& names = contents.subject_alternative_name;
  if (names && !names->dns.empty())
    return x509::printable(names->dns.front());
  return x509::printable(leaf.certificate_files.front().parent_path().filename().string());
}

void check_has_key(const FoundLeaf& leaf, const std::vector<std::string>& unopened) {
  if (!leaf.key_files.empty())
    return;
  std::string why = "no key that fits it lies there";
  for (const std::string& key : unopened)
    why += "; not looked into: " + key;
  refuse(why, unopened.empty() ? "give the folder that holds both"
                               : "Docker takes unencrypted keys only: openssl pkey -in KEY -out NEW");
}

void check_renewable(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name) {
  const std::string anew = "issue it anew: dockpki issue-" + std::string(to_string(kind));
  if (const auto weakness = contents.subject_public_key.weakness())
    refuse(*weakness, anew);
  if (kind == pki::Kind::server && !has_host_names(contents))
    refuse("it has neither a DNS name nor an IP address, and Docker does not look at its common name", anew + " --dns NAME");
  try {
    carried_over(contents, kind, name);
  } catch (const Error& error) {
    refuse("it cannot be renewed: " + std::string(error.what()), anew);
  }
}

files::Path folder_in_layout(const FoundLeaf& leaf, const docker::SetLayout& layout) {
  for (const files::Path& file : leaf.certificate_files) {
    files::Path folder = file.parent_path();
    if (file.filename() != layout.certificate || std::ranges::find(leaf.key_files, folder / layout.key) == leaf.key_files.end())
      continue;
    check_folder(folder, layout);
    return folder;
  }
  refuse("its files are not called " + layout.ca + ", " + layout.certificate + " and " + layout.key,
         "--out DIR writes the set to a folder below DIR, under these names");
}

std::vector<std::string> notes_on_leaf(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name,
                                       TimePoint now) {
  std::vector<std::string> notes;
  const bool is_client = kind == pki::Kind::client;
  if (contents.validity.not_after < now)
    notes.push_back("it expired on " + format_day(contents.validity.not_after) + ": renew it");
  if (has_usage(contents, x509::server_auth_oid) && has_usage(contents, x509::client_auth_oid))
    notes.emplace_back(is_client ? "a server can use it as well; the renewed one will be a client's only"
                                 : "a client can use it as well, so whoever has its key is root on every daemon; the renewed one "
                                   "will be a server's only");
  if (is_client && contents.subject.common_name().empty())
    notes.push_back("it has no common name; the renewed one will be called '" + name + "'");
  if (contents.validity.not_after - contents.validity.not_before > pki::longest_leaf_lifetime)
    notes.emplace_back("it lives longer than 825 days, which many clients refuse: renew it with --lifetime 365d");
  return notes;
}

} // namespace dockpki::app
