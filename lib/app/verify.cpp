#include <dockpki/app/verify.hpp>

#include <algorithm>
#include <iterator>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/foreign_client.hpp"
#include "app/sides.hpp"

namespace dockpki::app {
namespace {

x509::Certificate first_certificate(const Secret& pem, const files::Path& path) {
  return x509::Certificate::from_pem(pem.bytes(), path.string());
}

Secret copy(const Secret& secret) {
  return Secret::copy_of(secret.bytes());
}

struct Attempt {
  std::string host;
  net::HandshakeResult result;
};

std::vector<Attempt> try_own_client(const net::Side& server, const net::Side& client, const std::vector<std::string>& hosts,
                                    TimePoint now) {
  std::vector<Attempt> attempts;
  for (const std::string& host : hosts)
    attempts.push_back({host, net::handshake(server, client, host, now)});
  return attempts;
}

Check own_client(const std::string& hosts, const net::HandshakeResult& result) {
  if (result.ok())
    return {.name = "own client", .ok = true, .text = "the client gets in at " + hosts + " (" + result.protocol + ")"};
  std::string text = "the client does not get in at " + hosts + ":";
  if (!result.client_error.empty())
    text += " the client says '" + result.client_error + "'";
  if (!result.server_error.empty())
    text += std::string(result.client_error.empty() ? "" : ",") + " the daemon says '" + result.server_error + "'";
  return {.name = "own client", .ok = false, .text = text};
}

/// One check a host; but one for all of them if they fail alike.
std::vector<Check> own_client_checks(const std::vector<Attempt>& attempts) {
  const net::HandshakeResult& first = attempts.front().result;
  std::vector<Check> checks;
  if (!first.ok() && attempts.size() > 1 && std::ranges::all_of(attempts, [&](const Attempt& attempt) {
        return attempt.result.client_error == first.client_error && attempt.result.server_error == first.server_error;
      })) {
    checks.push_back(own_client("any of the server's " + std::to_string(attempts.size()) + " names and addresses", first));
    return checks;
  }
  for (const Attempt& attempt : attempts)
    checks.push_back(own_client(attempt.host, attempt.result));
  return checks;
}

/// False if none of the certificates that `trust` holds, or that come behind the leaf, signed the leaf of `certificate`. True
/// too where that cannot be told, because something is not read: the handshake decides then.
bool may_be_trusted(const Secret& trust, const Secret& certificate) {
  try {
    std::vector<x509::PemBlock> own = x509::read_pem(certificate.bytes(), "certificate", x509::Explanatory::skipped);
    std::vector<x509::PemBlock> signers = x509::read_pem(trust.bytes(), "ca.pem", x509::Explanatory::skipped);
    const auto leaf = x509::Certificate::from_der(own.front().der.bytes());
    std::move(own.begin() + 1, own.end(), std::back_inserter(signers));
    return std::ranges::any_of(signers, [&](const x509::PemBlock& block) {
      const auto signer = x509::Certificate::from_der(block.der.bytes());
      return signer.contents().subject == leaf.contents().issuer && leaf.is_signed_by(signer.contents().subject_public_key);
    });
  } catch (const Error&) {
    return true;
  }
}

/// Sets of two authorities fail in every way at once; this is why.
std::vector<Check> missing_trust(const files::Path& client_folder, const net::Side& client, const files::Path& server_folder,
                                 const net::Side& server) {
  std::vector<Check> checks;
  const auto missing = [&](const std::string& who, const files::Path& trust, const files::Path& certificate) {
    checks.push_back({.name = "trust",
                      .ok = false,
                      .text = who + ": no certificate in " + trust.string() + " issued " + certificate.string()});
  };
  if (!may_be_trusted(client.trust, server.certificate))
    missing("the client does not trust the server", client_folder / docker::client_layout.ca,
            server_folder / docker::server_layout.certificate);
  if (!may_be_trusted(server.trust, client.certificate))
    missing("the daemon does not trust the client", server_folder / docker::server_layout.ca,
            client_folder / docker::client_layout.certificate);
  return checks;
}

/// The key and the certificate of a folder must belong together; a key that is not read here is left to the handshake.
std::vector<Check> foreign_keys(const files::Path& client_folder, const net::Side& client, const files::Path& server_folder,
                                const net::Side& server) {
  std::vector<Check> checks;
  const auto check = [&](const files::Path& folder, const docker::SetLayout& layout, const net::Side& side) {
    try {
      const auto certificate = first_certificate(side.certificate, folder / layout.certificate);
      const auto key = x509::PrivateKey::from_pem(side.key.bytes(), (folder / layout.key).string());
      if (key.public_key() == certificate.contents().subject_public_key)
        return;
    } catch (const Error&) {
      return;
    }
    checks.push_back({.name = "key",
                      .ok = false,
                      .text = (folder / layout.key).string() + " is not the key of " + (folder / layout.certificate).string() +
                              ": nobody can use this set"});
  };
  check(client_folder, docker::client_layout, client);
  check(server_folder, docker::server_layout, server);
  return checks;
}

bool has_both_usages(const x509::Certificate& certificate) {
  const auto& purposes = certificate.contents().extended_key_usage;
  const auto has = [&](std::string_view purpose) { return std::ranges::find(*purposes, purpose) != purposes->end(); };
  return purposes && has(x509::server_auth_oid) && has(x509::client_auth_oid);
}

/// `who` must not get in, and it must be the daemon that says no.
Check refused(const std::string& name, const std::string& who, const net::Side& server, const net::Side& client,
              const std::string& host, TimePoint now) {
  const net::HandshakeResult result = net::handshake(server, client, host, now);
  const bool ok = !result.server_ok && !result.server_error.empty();
  return {.name = name, .ok = ok, .text = who + (ok ? " is refused: " + result.server_error : " is not refused by the daemon")};
}

} // namespace

std::vector<Check> verify_handshake(const files::Path& client_folder, const files::Path& server_folder, TimePoint now) {
  const net::Side server = read_side(server_folder, docker::server_layout);
  const net::Side client = read_side(client_folder, docker::client_layout);
  const auto certificate = first_certificate(server.certificate, server_folder / docker::server_layout.certificate);
  if (std::vector<Check> causes = foreign_keys(client_folder, client, server_folder, server); !causes.empty())
    return causes;
  const std::vector<std::string> hosts = hosts_of(certificate);
  if (hosts.empty())
    return {{.name = "host name",
             .ok = false,
             .text = "the server's certificate has no subjectAltName: no client accepts it for any host"}};

  const std::vector<Attempt> attempts = try_own_client(server, client, hosts, now);
  if (!attempts.front().result.ok())
    if (std::vector<Check> causes = missing_trust(client_folder, client, server_folder, server); !causes.empty())
      return causes;
  std::vector<Check> checks = own_client_checks(attempts);
  const std::string& host = hosts.front();
  const net::Side nobody{.trust = copy(client.trust), .certificate = {}, .key = {}};
  checks.push_back(refused("no certificate", "a client without a certificate", server, nobody, host, now));
  checks.push_back(
      refused("foreign client", "a client of a foreign authority", server, make_foreign_client(client.trust, now), host, now));
  const net::Side server_as_client{.trust = copy(client.trust), .certificate = copy(server.certificate), .key = copy(server.key)};
  if (has_both_usages(certificate))
    checks.push_back({.name = "dual usage",
                      .ok = true,
                      .text = "the server's certificate has both usages, as swarm managers need: its key opens this daemon too"});
  else
    checks.push_back(
        refused("server as client", "the server's own certificate, used as a client's,", server, server_as_client, host, now));
  const net::HandshakeResult elsewhere = net::handshake(server, client, "not-in-the-certificate.invalid", now);
  checks.push_back({.name = "other host",
                    .ok = !elsewhere.client_ok && !elsewhere.client_error.empty(),
                    .text = elsewhere.client_ok ? "the client accepts the server under a name that is not in its certificate"
                                                : "the client refuses the server under another name: " + elsewhere.client_error});
  return checks;
}

} // namespace dockpki::app
