// sign-request: the public key and the checked names of a request, and nothing else that it wishes for.
#include <algorithm>
#include <array>

#include <dockpki/app/issue.hpp>
#include <dockpki/base/error.hpp>

#include "app/order.hpp"

namespace dockpki::app {
namespace {

bool asks_for(const x509::RequestContents& request, std::string_view purpose) {
  return request.extended_key_usage &&
         std::ranges::find(*request.extended_key_usage, purpose) != request.extended_key_usage->end();
}

pki::Kind kind_of(const x509::RequestContents& request, const SignOptions& options) {
  if (options.kind)
    return *options.kind;
  const bool server = asks_for(request, x509::server_auth_oid);
  const bool client = asks_for(request, x509::client_auth_oid);
  if (server == client)
    throw Error(Errc::usage,
                "failed to sign request '" + options.request.string() + "': it " +
                    (server ? "asks for both usages" : "does not say what it is for"),
                "say --server or --client");
  return server ? pki::Kind::server : pki::Kind::client;
}

/// Sentences about what the request wished for and the profile does not grant.
std::vector<std::string> not_granted(const x509::RequestContents& request, pki::Kind kind) {
  std::vector<std::string> notes;
  if (request.basic_constraints && request.basic_constraints->is_ca)
    notes.emplace_back("not granted: CA:TRUE");
  if (request.key_usage) {
    const x509::KeyUsage granted = pki::key_usage(kind, request.subject_public_key.algorithm());
    for (const std::string& usage : x509::key_usage_names(static_cast<x509::KeyUsage>(*request.key_usage & ~granted)))
      notes.push_back("not granted: keyUsage " + usage);
  }
  const std::vector<std::string> purposes = pki::extended_key_usage(kind);
  for (const std::string& purpose : request.extended_key_usage.value_or(std::vector<std::string>{}))
    if (std::ranges::find(purposes, purpose) == purposes.end())
      notes.push_back("not granted: extendedKeyUsage " + x509::extended_key_usage_name(purpose));
  constexpr std::array<std::string_view, 5> understood = {"2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17", "2.5.29.14"};
  for (const x509::Extension& extension : request.extensions)
    if (std::ranges::find(understood, std::string_view(extension.oid)) == understood.end())
      notes.push_back("not granted: extension " + x509::extension_name(extension.oid));
  return notes;
}

/// The names of the request that a certificate of `kind` may carry, each checked as if it had been typed.
x509::SubjectAlternativeName granted_names(const x509::RequestContents& request, pki::Kind kind,
                                           std::vector<std::string>& notes) {
  x509::SubjectAlternativeName names;
  if (!request.subject_alternative_name)
    return names;
  const x509::GeneralNames& asked = *request.subject_alternative_name;
  const bool is_server = kind == pki::Kind::server;
  const auto skip = [&](const std::string& name) { notes.push_back("not granted: name " + x509::printable(name)); };
  for (const std::string& name : asked.dns)
    is_server ? names.dns.push_back(x509::DnsName::parse(name)) : skip("DNS:" + name);
  for (const x509::IpAddress& address : asked.ip)
    is_server ? names.ip.push_back(address) : skip("IP:" + address.text());
  for (const std::string& email : asked.email)
    is_server ? skip("email:" + email) : names.email.push_back(x509::EmailAddress::parse(email));
  for (const std::string& uri : asked.uri)
    skip("URI:" + uri);
  for (const std::string& other : asked.other)
    skip(other);
  return names;
}

SetOrder server_order_for(const Context& context, const SignOptions& options, const x509::SubjectAlternativeName& names) {
  if (names.empty())
    throw Error(Errc::refused,
                "failed to sign request '" + options.request.string() + "': it names no host (subjectAltName is missing)",
                "make it anew with the names that clients use, for example by 'dockpki make-request --server --dns N --out DIR'");
  return server_order(context, {.name = options.name, .dns = names.dns, .ip = names.ip, .leaf = options.leaf});
}

SetOrder client_order_for(const Context& context, const SignOptions& options, const x509::RequestContents& request,
                          const x509::SubjectAlternativeName& names) {
  ClientOptions client{.name = options.name.value_or(request.subject.common_name()), .leaf = options.leaf};
  if (!client.leaf.out) // whoever asks: it is not the set of the one who signs
    client.leaf.out = context.home.client(set_folder_name(*client.name));
  SetOrder order = client_order(context, client);
  order.leaf.names = names;
  return order;
}

SetOrder order_for(const Context& context, const SignOptions& options, const x509::Request& request) {
  const x509::RequestContents& contents = request.contents();
  const pki::Kind kind = kind_of(contents, options);
  std::vector<std::string> notes = not_granted(contents, kind);
  try {
    const x509::SubjectAlternativeName names = granted_names(contents, kind, notes);
    SetOrder order = kind == pki::Kind::server ? server_order_for(context, options, names)
                                               : client_order_for(context, options, contents, names);
    order.key.reset();
    order.request = &request;
    notes.insert(notes.end(), order.notes.begin(), order.notes.end());
    order.notes = std::move(notes);
    return order;
  } catch (const Error& error) {
    if (error.code() != Errc::usage || options.name)
      throw;
    // A name that nobody typed here is the request's fault, not that of the command line.
    throw Error(Errc::refused, "failed to sign request '" + options.request.string() + "': " + error.what(),
                "the request must be made anew with other names, or the set be given one with --name");
  }
}

} // namespace

IssuedSet sign_request(Context& context, const SignOptions& options) {
  const x509::Request request = x509::Request::from_pem(options.request_bytes.bytes(), options.request.string());
  Issuers issuers(context);
  return issue_set(context, order_for(context, options, request), issuers);
}

} // namespace dockpki::app
