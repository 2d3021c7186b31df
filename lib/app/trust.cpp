#include "app/trust.hpp"

#include <algorithm>
#include <set>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/certificate.hpp>
#include <dockpki/x509/pem.hpp>

namespace dockpki::app {

bool trusts(pki::Kind kind, pki::Role role) {
  return pki::signs(role, kind == pki::Kind::client ? pki::Kind::server : pki::Kind::client);
}

bool is_same_authority(const x509::Certificate& left, const x509::Certificate& right) {
  return left.contents().subject == right.contents().subject &&
         left.contents().subject_public_key == right.contents().subject_public_key;
}

HomeAuthorities::HomeAuthorities(store::Inventory& inventory) {
  for (store::AuthorityRecord& record : inventory.authorities())
    if (!record.certificate.empty()) {
      x509::Certificate certificate = x509::Certificate::from_der(record.certificate);
      authorities_.push_back({std::move(record), std::move(certificate)});
    }
}

std::vector<const HomeAuthorities::Authority*> HomeAuthorities::trusted_by(pki::Kind kind) const {
  std::vector<const Authority*> trusted;
  for (const Authority& one : authorities_)
    if (store::is_trusted(one.record.state) && trusts(kind, one.record.role))
      trusted.push_back(&one);
  std::stable_partition(trusted.begin(), trusted.end(),
                        [](const Authority* one) { return one->record.state == store::AuthorityState::active; });
  return trusted;
}

std::string HomeAuthorities::trust_pem(pki::Kind kind) const {
  std::string pem;
  for (const Authority* one : trusted_by(kind))
    pem += one->certificate.pem();
  return pem;
}

const std::string* HomeAuthorities::find(Bytes der) const {
  try {
    const auto certificate = x509::Certificate::from_der(der);
    const auto found =
        std::ranges::find_if(authorities_, [&](const Authority& one) { return is_same_authority(one.certificate, certificate); });
    return found == authorities_.end() ? nullptr : &found->record.name;
  } catch (const Error&) {
    return nullptr; // whatever it is, it is not ours
  }
}

Trust HomeAuthorities::weigh(pki::Kind kind, Bytes standing) const {
  Trust trust{.found = {}, .is_right = false, .pem = trust_pem(kind)};
  std::set<store::Der> wanted;
  for (const Authority* one : trusted_by(kind))
    wanted.insert(one->record.certificate);
  std::set<store::Der> found;
  const std::vector<x509::PemBlock> blocks =
      standing.empty() ? std::vector<x509::PemBlock>{} : x509::read_pem(standing, "ca.pem", x509::Explanatory::skipped);
  for (const x509::PemBlock& block : blocks) {
    const Bytes der = block.der.bytes();
    const std::string* const name = block.label == "CERTIFICATE" ? find(der) : nullptr;
    if (block.label.ends_with("PRIVATE KEY")) // it would become readable for everybody
      throw Error(Errc::refused, "failed to write a new ca.pem: a private key stands in the old one",
                  "move it to a file of its own");
    if (name == nullptr) {
      trust.pem += x509::write_pem(block.label, der);
      continue;
    }
    found.insert({der.begin(), der.end()});
    if (std::ranges::find(trust.found, *name) == trust.found.end())
      trust.found.push_back(*name);
  }
  trust.is_right = found == wanted;
  return trust;
}

} // namespace dockpki::app
