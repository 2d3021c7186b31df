#include "app/foreign_client.hpp"

#include <dockpki/pki/issuer.hpp>

namespace dockpki::app {
namespace {

/// Remembers nothing: the foreign authority lives for one handshake.
class NoLedger : public pki::Ledger {
public:
  bool reserve(const x509::SerialNumber&, const pki::Reservation&) override { return true; }
};

} // namespace

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
  return {.trust = Secret::copy_of(trust.bytes()),
          .certificate = Secret::copy_of(leaf.certificate.pem()),
          .key = key.write_unencrypted_pem()};
}

} // namespace dockpki::app
