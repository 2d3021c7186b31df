// Why: the same loop through dockpki's library: key, request, checks, lint, serial number, signature, reading back, PEM, and the
// same files. The serial numbers are kept in memory: what an inventory costs is seen in the times of whole commands.
#include <mutex>
#include <set>

#include <dockpki/pki/issuer.hpp>

#include "loop.hpp"

namespace {

using namespace dockpki;

/// Serial numbers in memory.
class MemoryLedger : public pki::Ledger {
public:
  bool reserve(const x509::SerialNumber& serial, const pki::Reservation&) override {
    const std::lock_guard guard(mutex_);
    return taken_.insert(serial.text()).second;
  }

private:
  std::mutex mutex_;
  std::set<std::string> taken_;
};

pki::Reservation reservation_for(pki::Kind kind) {
  return {.authority = "g1",
          .kind = kind,
          .name = "docker.example",
          .folder = {},
          .at = std::chrono::floor<Seconds>(std::chrono::system_clock::now())};
}

pki::LeafOrder order() {
  pki::LeafOrder order;
  order.common_name = x509::CommonName::parse("docker.example");
  order.names.dns = {x509::DnsName::parse("docker.example"), x509::DnsName::parse("docker.bench.example")};
  order.names.ip = {x509::IpAddress::parse("192.0.2.1"), x509::IpAddress::parse("127.0.0.1")};
  return order;
}

double measure(const bench::Plan& plan) {
  MemoryLedger ledger;
  const pki::NewAuthority authority =
      pki::make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse("bench CA"), std::nullopt,
                          pki::default_authority_lifetime, {}, ledger, reservation_for(pki::Kind::authority));
  const Secret authority_key = authority.key.unencrypted_pkcs8();
  const pki::LeafOrder wanted = order();
  return bench::run(plan, [&](std::atomic<int>& next) {
    // A key of its own for each thread: they do not wait for each other's locks.
    const pki::Issuer issuer(authority.certificate, x509::PrivateKey::from_pkcs8(authority_key.bytes()), "g1");
    for (int number = next++; number < plan.count; number = next++) {
      const x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::p256);
      const x509::Request request = x509::Request::make({.subject = pki::leaf_subject(wanted),
                                                         .extended_key_usage = {std::string(x509::server_auth_oid)},
                                                         .subject_alternative_name = wanted.names},
                                                        key);
      const pki::IssuedLeaf leaf = issuer.issue(request, wanted, ledger, reservation_for(pki::Kind::server));
      const Secret key_pem = key.write_unencrypted_pem();
      const bench::Made made{leaf.certificate.pem(), key_pem.text()};
      if (plan.to_files)
        bench::save(plan, number, made);
    }
  });
}

} // namespace

int main(int argc, char** argv) {
  return bench::run_main(argc, argv, "library", &measure);
}
