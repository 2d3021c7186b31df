// issue-server and issue-client: what is to be issued, decided from what the caller said.
#include <dockpki/app/issue.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/client_folder.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/net/local_names.hpp>

#include "app/order.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t longest_set_name = 200;
constexpr std::string_view wildcard_word = "_wildcard";
constexpr std::size_t most_names = 100;
constexpr std::size_t longest_common_name = 64;

void add_all(x509::SubjectAlternativeName& names, const std::vector<x509::DnsName>& dns, const std::vector<x509::IpAddress>& ip) {
  for (const x509::DnsName& name : dns)
    names.add(name);
  for (const x509::IpAddress& address : ip)
    names.add(address);
}

/// The names of a server, with this machine's where asked for.
x509::SubjectAlternativeName server_names(const ServerOptions& options, std::vector<std::string>& notes) {
  x509::SubjectAlternativeName names;
  add_all(names, options.dns, options.ip);
  if (options.local == LocalNames::yes) {
    const net::LocalNames local = net::local_names();
    add_all(names, local.names.dns, local.names.ip);
    notes.insert(notes.end(), local.notes.begin(), local.notes.end());
  }
  if (names.empty())
    throw Error(Errc::usage, "failed to issue a server certificate: it needs at least one name or address",
                "say how clients reach the daemon: --ip 192.168.1.10, --dns docker.example.com, or --local for this machine");
  refuse_too_many(names);
  for (const x509::DnsName& name : names.dns)
    if (name.is_wildcard())
      notes.push_back("wildcard '" + name.text() +
                      "': it covers exactly one label, and every host that holds this key can pose as any of them");
  return names;
}

std::string first_name(const x509::SubjectAlternativeName& names) {
  return names.dns.empty() ? names.ip.front().text() : names.dns.front().text();
}

/// The first name that fits into a subject; none if all are longer than 64 octets.
std::optional<x509::CommonName> server_common_name(const x509::SubjectAlternativeName& names) {
  for (const x509::DnsName& name : names.dns)
    if (name.text().size() <= longest_common_name)
      return x509::CommonName::parse(name.text());
  if (!names.ip.empty())
    return x509::CommonName::parse(names.ip.front().text());
  return std::nullopt;
}

void note_on_key(x509::KeyType key, std::vector<std::string>& notes) {
  if (key == x509::KeyType::ed25519)
    notes.emplace_back("ed25519: Docker takes it, but .NET, NSS and Windows refuse it");
}

/// Where `user` keeps their set.
files::Path users_client_folder(const std::string& user) {
  const files::Path home = files::home_folder(user);
  std::error_code error;
  if (!std::filesystem::is_directory(home, error))
    throw Error(Errc::not_found, "failed to find the home folder of user '" + user + "': there is no '" + home.string() + "'",
                "--out DIR puts the set elsewhere");
  return home / ".docker";
}

/// Where a client's set goes, and whose it is.
void place_client_set(const Context& context, const ClientOptions& options, SetOrder& order) {
  order.owner = options.for_user.value_or("");
  if (options.leaf.out) {
    order.folder = absolute_folder(context, *options.leaf.out);
  } else if (options.for_user) {
    order.folder = users_client_folder(*options.for_user);
  } else if (options.name && *options.name != context.caller.user) {
    order.folder = context.home.client(set_folder_name(order.name));
  } else {
    order.folder = absolute_folder(context, docker::client_folder(context.caller.docker, context.caller.working_folder));
    order.is_own = true;
    if (!context.caller.sudo_user.empty())
      order.notes.push_back("run by sudo: this set is root's, in " + order.folder.string() + "; --for-user " +
                            context.caller.sudo_user + " makes one for " + context.caller.sudo_user);
  }
}

} // namespace

void refuse_too_many(const x509::SubjectAlternativeName& names) {
  if (names.dns.size() + names.ip.size() > most_names)
    throw Error(Errc::refused, "failed to issue a server certificate: more than 100 names and addresses", "issue several sets");
}

std::string set_folder_name(const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Errc::usage, "failed to use '" + x509::printable(name) + "' as the name of a set: " + why,
                "give a plain name with --name");
  };
  if (name.empty())
    refuse("it is empty");
  if (name.size() > longest_set_name)
    refuse("it is longer than 200 octets");
  if (name.front() == '.')
    refuse("it begins with '.'");
  if (name.starts_with(wildcard_word))
    refuse("it begins with '_wildcard', which stands for '*'");
  std::string folder;
  for (const char c : name) {
    if (c == '/')
      refuse("it contains '/'");
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      refuse("it contains a control character");
    if (c == '*')
      folder += wildcard_word;
    else
      folder += c;
  }
  return folder;
}

files::Path absolute_folder(const Context& context, const files::Path& folder) {
  files::Path path = (context.caller.working_folder / folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path(); // without a slash at the end
}

SetOrder server_order(const Context& context, const ServerOptions& options) {
  SetOrder order{.leaf = {}, .name = {}, .folder = {}, .owner = {}, .options = options.leaf, .key = {}, .notes = {}};
  order.leaf.kind = options.dual_usage == DualUsage::yes ? pki::Kind::dual : pki::Kind::server;
  order.leaf.names = server_names(options, order.notes);
  order.leaf.common_name = server_common_name(order.leaf.names);
  order.leaf.organization = context.settings.server.organization;
  order.leaf.lifetime = lifetime_of(options.leaf, context.settings.server);
  order.leaf.long_lifetime = options.leaf.long_lifetime;
  order.name = options.name.value_or(first_name(order.leaf.names));
  const std::string folder_name = set_folder_name(order.name);
  order.folder = options.leaf.out ? absolute_folder(context, *options.leaf.out) : context.home.server(folder_name);
  order.key = options.leaf.key.value_or(context.settings.server.key.value_or(x509::KeyType::p256));
  note_on_key(*order.key, order.notes);
  if (auto note = context.sudo_note(); note && !options.leaf.out)
    order.notes.push_back(std::move(*note));
  if (order.leaf.kind == pki::Kind::dual)
    order.notes.emplace_back(
        "both usages: whoever holds this daemon's key is root on every other daemon that trusts this authority");
  return order;
}

SetOrder client_order(const Context& context, const ClientOptions& options) {
  SetOrder order{.leaf = {}, .name = {}, .folder = {}, .owner = {}, .options = options.leaf, .key = {}, .notes = {}};
  order.leaf.kind = pki::Kind::client;
  order.layout = store::Layout::client;
  order.name = options.name.value_or(options.for_user.value_or(context.caller.user));
  order.leaf.common_name = x509::CommonName::parse(order.name);
  order.leaf.organization = context.settings.client.organization;
  if (options.email)
    order.leaf.names.email.push_back(*options.email);
  order.leaf.lifetime = lifetime_of(options.leaf, context.settings.client);
  order.leaf.long_lifetime = options.leaf.long_lifetime;
  order.key = options.leaf.key.value_or(context.settings.client.key.value_or(x509::KeyType::p256));
  note_on_key(*order.key, order.notes);
  place_client_set(context, options, order);
  return order;
}

IssuedSet issue_server(Context& context, const ServerOptions& options) {
  Issuers issuers(context);
  return issue_set(context, server_order(context, options), issuers);
}

IssuedSet issue_client(Context& context, const ClientOptions& options) {
  Issuers issuers(context);
  return issue_set(context, client_order(context, options), issuers);
}

} // namespace dockpki::app
