#include "app/foreign_leaf.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <dockpki/base/error.hpp>

#include "app/carried_over.hpp"
#include "app/placed_sets.hpp"

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

bool has_both_usages(const x509::CertificateContents& contents) {
  return has_usage(contents, x509::server_auth_oid) && has_usage(contents, x509::client_auth_oid);
}

bool is_for_anything(const x509::CertificateContents& contents) {
  return !contents.extended_key_usage || has_usage(contents, x509::any_extended_key_usage_oid);
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

/// What carried_over leaves out: "OU=ops, URI:spiffe://a".
std::string lost_parts(const x509::CertificateContents& contents, pki::Kind kind) {
  std::string lost;
  const auto add = [&](const std::string& part) { lost += (lost.empty() ? "" : ", ") + x509::printable(part); };
  const bool is_client = kind == pki::Kind::client;
  std::set<std::string> kept; // of several, the first
  if (is_client || !contents.subject.common_name().empty())
    kept = {"CN", "O"};
  for (const x509::DistinguishedName::Attribute& attribute : contents.subject.attributes())
    if (kept.erase(attribute.type) == 0)
      add(attribute.type + '=' + attribute.value);
  const x509::GeneralNames names = contents.subject_alternative_name.value_or(x509::GeneralNames{});
  if (is_client) {
    for (const std::string& name : names.dns)
      add("DNS:" + name);
    for (const x509::IpAddress& address : names.ip)
      add("IP:" + address.text());
  } else {
    for (const std::string& email : names.email)
      add("email:" + email);
  }
  for (const std::string& uri : names.uri)
    add("URI:" + uri);
  for (const std::string& other : names.other)
    add(other);
  return lost;
}

} // namespace

pki::Kind kind_of(const FoundLeaf& leaf) {
  const x509::CertificateContents& contents = leaf.certificate.contents();
  if (has_both_usages(contents)) // without names it can pass for no server
    return has_host_names(contents) ? pki::Kind::dual : pki::Kind::client;
  if (has_usage(contents, x509::server_auth_oid))
    return pki::Kind::server;
  if (has_usage(contents, x509::client_auth_oid))
    return pki::Kind::client;
  if (!is_for_anything(contents))
    refuse("its extendedKeyUsage holds neither serverAuth nor clientAuth", "it is not for Docker: leave it alone");
  if (lies_as(leaf, docker::server_layout))
    return pki::Kind::server;
  if (lies_as(leaf, docker::client_layout) || is_called_client(leaf))
    return pki::Kind::client;
  return has_host_names(contents) ? pki::Kind::server : pki::Kind::client;
}

store::Layout layout_for(const FoundLeaf& leaf, pki::Kind kind) {
  if (kind != pki::Kind::dual)
    return kind == pki::Kind::client ? store::Layout::client : store::Layout::server;
  const bool is_clients = lies_as(leaf, docker::client_layout) || is_called_client(leaf);
  return is_clients && !lies_as(leaf, docker::server_layout) ? store::Layout::client : store::Layout::server;
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

void check_renewable(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name,
                     const x509::CertificateContents& signer) {
  const std::string anew = "issue it anew: dockpki issue-" + std::string(kind == pki::Kind::client ? "client" : "server");
  if (const auto weakness = contents.subject_public_key.weakness())
    refuse(*weakness, anew);
  if (kind == pki::Kind::server && !has_host_names(contents))
    refuse("it has neither a DNS name nor an IP address, and Docker does not look at its common name", anew + " --dns NAME");
  std::optional<pki::LeafOrder> order;
  try {
    order = carried_over(contents, kind, name);
  } catch (const Error& error) {
    refuse("it cannot be renewed: " + std::string(error.what()), anew);
  }
  if (kind == pki::Kind::client && pki::leaf_subject(*order).text() == signer.subject.text())
    refuse("it cannot be renewed: its name is the authority's own", anew + " --name NAME");
}

std::vector<SetPlace> places_of(const FoundLeaf& leaf, pki::Kind kind) {
  std::vector<SetPlace> places;
  for (const store::Layout layout : {store::Layout::server, store::Layout::client}) {
    if (kind != pki::Kind::dual && layout != layout_for(leaf, kind))
      continue;
    const docker::SetLayout& names = layout_of(layout);
    for (const files::Path& file : leaf.certificate_files) {
      const files::Path folder = file.parent_path();
      const bool has_key = std::ranges::find(leaf.key_files, folder / names.key) != leaf.key_files.end();
      if (file.filename() != names.certificate || !has_key)
        continue;
      check_place({folder, layout});
      places.push_back({folder, layout});
    }
  }
  const docker::SetLayout& names = layout_of(layout_for(leaf, kind));
  if (places.empty())
    refuse("its files are not called " + names.ca + ", " + names.certificate + " and " + names.key,
           "--out DIR writes the set to a folder below DIR, under these names");
  return places;
}

void check_place(const SetPlace& place) {
  files::check_private_folder(place.folder, "folder");
  const docker::SetLayout& layout = layout_of(place.layout);
  for (const std::string& name : layout.names())
    if (std::error_code error;
        std::filesystem::symlink_status(place.folder / name, error).type() != std::filesystem::file_type::regular)
      refuse("'" + (place.folder / name).string() + "' is missing, or not a regular file",
             "--out DIR writes the set to a folder below DIR");
  const files::Path path = place.folder / layout.key;
  const Secret pem = files::read_private_key_file(path, largest_key_file);
  x509::PrivateKey::from_pem(pem.bytes(), path.string());
}

std::vector<std::string> notes_on_leaf(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name,
                                       TimePoint now) {
  std::vector<std::string> notes;
  const bool is_client = kind == pki::Kind::client;
  if (contents.validity.not_after < now)
    notes.push_back("it expired on " + format_day(contents.validity.not_after) + ": renew it");
  if (kind == pki::Kind::dual)
    notes.emplace_back("it has both usages, and renewals keep them: whoever has its key is root on every daemon that trusts "
                       "its authority, and can pass for one");
  else if (const bool anything = is_for_anything(contents); anything || has_both_usages(contents))
    notes.emplace_back(std::string(anything ? "it may be used for anything" : "it has both usages, but no host's name") +
                       "; the renewed one will be a " + (is_client ? "client's only" : "server's only"));
  if (is_client && contents.subject.common_name().empty())
    notes.push_back("it has no common name; the renewed one will be called '" + name + "'");
  if (const std::string lost = lost_parts(contents, kind); !lost.empty())
    notes.push_back("the renewed one will lack " + lost + ", which dockpki does not write");
  if (contents.validity.not_after - contents.validity.not_before > pki::longest_leaf_lifetime)
    notes.emplace_back("it lives longer than 825 days, which many clients refuse: renew it with --lifetime 365d");
  return notes;
}

} // namespace dockpki::app
