#include <dockpki/app/verify.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/net/handshake.hpp>
#include <dockpki/pki/issuer.hpp>

namespace dockpki::app {
namespace {

constexpr std::size_t largest_set_file = 1U << 20U;

net::Side read_side(const files::Path& folder, const docker::SetLayout& layout) {
  return {.trust = files::read_file(folder / layout.ca, "trusted certificates", largest_set_file),
          .certificate = files::read_file(folder / layout.certificate, "certificate", largest_set_file),
          .key = files::read_file(folder / layout.key, "key", largest_set_file)};
}

Secret copy(const Secret& secret) {
  return Secret::copy_of(secret.bytes());
}

/// Remembers nothing: the foreign authority lives for one handshake.
class NoLedger : public pki::Ledger {
public:
  bool reserve(const x509::SerialNumber&, const pki::Reservation&) override { return true; }
};

/// A client set of an authority that nobody trusts, which itself trusts the daemon under test.
net::Side make_foreign_client(const Secret& trust, TimePoint now) {
  NoLedger ledger;
  const pki::Reservation reservation{
      .authority = "foreign", .kind = pki::Kind::authority, .name = "foreign", .folder = {}, .at = now};
  pki::NewAuthority foreign =
      pki::make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse("a foreign CA"), std::nullopt,
                          std::chrono::hours(1), {}, ledger, reservation);
  const pki::Issuer issuer(std::move(foreign.certificate), std::move(foreign.key), "foreign");
  const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
  const pki::LeafOrder order{
      .kind = pki::Kind::client, .common_name = x509::CommonName::parse("foreign"), .lifetime = std::chrono::hours(1)};
  const auto request =
      x509::Request::make({.subject = pki::leaf_subject(order), .extended_key_usage = {}, .subject_alternative_name = {}}, key);
  const pki::IssuedLeaf leaf = issuer.issue(request, order, ledger, reservation);
  return {.trust = copy(trust), .certificate = Secret::copy_of(leaf.certificate.pem()), .key = key.write_unencrypted_pem()};
}

std::vector<std::string> hosts_of(const x509::Certificate& server) {
  std::vector<std::string> hosts;
  const auto& names = server.contents().subject_alternative_name;
  if (!names)
    return hosts;
  for (std::string name : names->dns) {
    if (name.starts_with("*."))
      name.replace(0, 1, "any"); // a wildcard stands for one label, whichever
    hosts.push_back(std::move(name));
  }
  for (const x509::IpAddress& address : names->ip)
    hosts.push_back(address.text());
  return hosts;
}

Check own_client(const net::Side& server, const net::Side& client, const std::string& host, TimePoint now) {
  const net::HandshakeResult result = net::handshake(server, client, host, now);
  if (result.ok())
    return {.name = "own client", .ok = true, .text = "the client gets in at " + host + " (" + result.protocol + ")"};
  std::string text = "the client does not get in at " + host + ":";
  if (!result.client_error.empty())
    text += " the client says '" + result.client_error + "'";
  if (!result.server_error.empty())
    text += std::string(result.client_error.empty() ? "" : ",") + " the daemon says '" + result.server_error + "'";
  return {.name = "own client", .ok = false, .text = text};
}

/// `who` must not get in, and it must be the daemon that says no.
Check refused(const std::string& name, const std::string& who, const net::Side& server, const net::Side& client,
              const std::string& host, TimePoint now) {
  const net::HandshakeResult result = net::handshake(server, client, host, now);
  const bool ok = !result.server_ok && !result.server_error.empty();
  return {.name = name, .ok = ok, .text = who + (ok ? " is refused: " + result.server_error : " is not refused by the daemon")};
}

x509::Certificate first_certificate(const Secret& pem, const files::Path& path) {
  return x509::Certificate::from_pem(pem.bytes(), path.string());
}

} // namespace

std::vector<Check> verify_handshake(const files::Path& client_folder, const files::Path& server_folder, TimePoint now) {
  const net::Side server = read_side(server_folder, docker::server_layout);
  const net::Side client = read_side(client_folder, docker::client_layout);
  const auto certificate = first_certificate(server.certificate, server_folder / docker::server_layout.certificate);
  const std::vector<std::string> hosts = hosts_of(certificate);
  if (hosts.empty())
    return {{.name = "host name",
             .ok = false,
             .text = "the server's certificate has no subjectAltName: no client accepts it for any host"}};

  std::vector<Check> checks;
  for (const std::string& host : hosts)
    checks.push_back(own_client(server, client, host, now));
  const std::string& host = hosts.front();
  const net::Side nobody{.trust = copy(client.trust), .certificate = {}, .key = {}};
  checks.push_back(refused("no certificate", "a client without a certificate", server, nobody, host, now));
  checks.push_back(
      refused("foreign client", "a client of a foreign authority", server, make_foreign_client(client.trust, now), host, now));
  const net::Side server_as_client{.trust = copy(client.trust), .certificate = copy(server.certificate), .key = copy(server.key)};
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
