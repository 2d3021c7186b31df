// Why: from names to a set of files that Docker reads: the use cases behind issue-server, issue-client, make-request and
// sign-request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/pki/issuer.hpp>

namespace dockpki::app {

/// What every way of issuing can be told.
struct LeafOptions {
  std::optional<x509::KeyType> key;
  std::optional<Seconds> lifetime;
  pki::LongLifetime long_lifetime = pki::LongLifetime::refused;
  std::optional<files::Path> out;
  Force force = Force::no;
  DryRun dry_run = DryRun::no;
};

enum class LocalNames { no, yes };
enum class DualUsage { no, yes };

struct ServerOptions {
  std::optional<std::string> name;
  std::vector<x509::DnsName> dns;
  std::vector<x509::IpAddress> ip;
  LocalNames local = LocalNames::no;
  DualUsage dual_usage = DualUsage::no;
  LeafOptions leaf;
};

struct ClientOptions {
  std::optional<std::string> name;
  std::optional<x509::EmailAddress> email;
  std::optional<std::string> for_user;
  LeafOptions leaf;
};

/// IssuedSet is what was made, or in a dry run would be.
struct IssuedSet {
  pki::Kind kind = pki::Kind::server;
  std::string name;
  std::string authority;
  std::optional<x509::Certificate> certificate; ///< none in a dry run, and none for a request
  std::optional<x509::Validity> validity;
  std::string key; ///< "p256", ... ; what the request holds for sign-request
  x509::SubjectAlternativeName names;
  files::Path folder;
  files::Path ca_path;          ///< empty where none was written
  files::Path certificate_path; ///< empty where none was written
  files::Path key_path;         ///< empty where none was written
  files::Path request_path;     ///< empty but for make-request
  std::vector<files::Path> backups;
  std::vector<std::string> notes; ///< what the caller should know, a sentence each
  bool is_own = false;            ///< a client's set that lies where the docker client looks
  DryRun dry_run = DryRun::no;
};

/// issue_server makes key and certificate for a daemon. Throws Errc::usage (no name at all, a bad set name),
/// Errc::already_exists, and what Issuer and StagedSet throw.
IssuedSet issue_server(Context& context, const ServerOptions& options);

/// issue_client makes key and certificate for a user of docker.
IssuedSet issue_client(Context& context, const ClientOptions& options);

/// make_server_request makes key and request in options.leaf.out, which is required, under the names that the set will have;
/// make_client_request does without it for the caller's own, which goes where the docker client looks. Needs no authority and no
/// home. Throws Errc::usage without a folder, Errc::already_exists.
IssuedSet make_server_request(Context& context, const ServerOptions& options);
IssuedSet make_client_request(Context& context, const ClientOptions& options);

struct SignOptions {
  files::Path request;           ///< "-" is standard input, handed in as `request_bytes`
  Secret request_bytes;          ///< the PEM
  std::optional<pki::Kind> kind; ///< server or client; else the request's own usage decides
  std::optional<std::string> name;
  LeafOptions leaf; ///< key is of no meaning here
};

/// sign_request issues for the public key and the checked names of a request; nothing else in it is granted, and notes tell what
/// was not. Throws Errc::usage if neither request nor options say the kind.
IssuedSet sign_request(Context& context, const SignOptions& options);

/// set_folder_name checks the name of a set, which becomes a folder: not empty, no '/', no control characters, not beginning with
/// '.', at most 200 octets; '*' becomes "_wildcard". Throws Errc::usage.
std::string set_folder_name(const std::string& name);

} // namespace dockpki::app
