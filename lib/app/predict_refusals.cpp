// Which finding a failed handshake stands for.
#include <algorithm>
#include <array>

#include <dockpki/docker/address.hpp>

#include "app/predict_findings.hpp"

namespace dockpki::app {
namespace {

using goverify::CertificatePtr;
using goverify::ExtendedKeyUsage;
using goverify::Reason;

struct Case {
  const goverify::HandshakeVerdict& verdict;
  const goverify::ServerEnd& daemon;
  const goverify::ClientEnd& client;

  [[nodiscard]] bool by_daemon() const { return verdict.refused_by == goverify::Side::daemon; }
  /// The pair whose certificate was refused.
  [[nodiscard]] const goverify::KeyPair* refused() const {
    if (!by_daemon())
      return &daemon.pair;
    return client.pair ? &*client.pair : nullptr;
  }
  [[nodiscard]] const goverify::Pool& authorities() const { return by_daemon() ? daemon.clients : client.authorities; }
};

bool is_wildcard(const std::string& name) {
  return name.starts_with("*.") && name.find('*', 1) == std::string::npos && name.find('.', 2) != std::string::npos;
}

/// The wildcard's domain covers the host, but not by one label.
bool is_too_deep(const std::string& name, const std::string& host) {
  const std::string domain = name.substr(2);
  return host == domain || host.ends_with('.' + domain);
}

std::string name_id(const goverify::Certificate& leaf, const std::string& host) {
  const auto any = [&](auto holds) { return std::ranges::any_of(leaf.dns, holds); };
  if (any([](const std::string& name) { return name.find('*') != std::string::npos && !is_wildcard(name); }))
    return "san-wild-bad";
  if (const auto family = docker::ip_family(host))
    return host.find(':') != std::string::npos ? "san-ipv6" : leaf.ip.empty() ? "san-no-ip" : "san-wrong-ip";
  if (any([&](const std::string& name) { return is_wildcard(name) && is_too_deep(name, host); }))
    return "san-wild-depth";
  if (any([](const std::string& name) { return name.find_first_of(":/ ") != std::string::npos; }))
    return "san-url";
  if (any([&](const std::string& name) { return name == host + '.'; }))
    return "san-dot";
  if (host == "localhost")
    return "san-localhost";
  if (leaf.dns.empty() && leaf.ip.empty())
    return "san-none-usable";
  return any([](const std::string& name) { return name == "docker"; }) &&
                 any([](const std::string& name) { return name == "localhost"; })
             ? "san-dind"
             : "san-wrong-dns";
}

bool allows(const goverify::Certificate& certificate, ExtendedKeyUsage usage) {
  const auto& all = certificate.extended_key_usage;
  return all.empty() || std::ranges::find(all, usage) != all.end() || std::ranges::find(all, ExtendedKeyUsage::any) != all.end();
}

std::string usage_id(const Case& one) {
  const ExtendedKeyUsage usage = one.by_daemon() ? ExtendedKeyUsage::client_auth : ExtendedKeyUsage::server_auth;
  const goverify::KeyPair* pair = one.refused();
  if (pair == nullptr || !allows(*pair->leaf, usage))
    return one.by_daemon() ? "eku-client" : "eku-server";
  const bool is_root = std::ranges::any_of(one.authorities().certificates, [&](const CertificatePtr& root) {
    return std::ranges::equal(root->subject, pair->leaf->issuer) && !allows(*root, usage);
  });
  return is_root || pair->chain.size() < 2 ? "eku-ca-nesting" : "eku-int-nesting";
}

/// Same common name, other octets.
bool is_spelled_otherwise(const Case& one, const goverify::Certificate& leaf) {
  return std::ranges::any_of(one.authorities().certificates, [&](const CertificatePtr& root) {
    return !leaf.issuer_common_name.empty() && !std::ranges::equal(root->subject, leaf.issuer) && root->subject.size() > 0 &&
           std::ranges::equal(
               root->common_name, leaf.issuer_common_name, {}, [](char c) { return static_cast<char>(c | 0x20); },
               [](char c) { return static_cast<char>(c | 0x20); });
  });
}

std::string authority_id(const Case& one) {
  const goverify::KeyPair* pair = one.refused();
  if (pair == nullptr)
    return "chain-wrong-ca-daemon";
  const goverify::Certificate& leaf = *pair->leaf;
  const auto& roots = one.authorities().certificates;
  if (std::ranges::any_of(roots, [&](const CertificatePtr& root) { return root->raw == leaf.raw; }))
    return "chain-client-pinned";
  if (std::ranges::equal(leaf.subject, leaf.issuer))
    return "chain-selfsigned";
  if (is_spelled_otherwise(one, leaf))
    return "chain-dn";
  return one.by_daemon() ? "chain-wrong-ca-daemon" : "chain-wrong-ca-client";
}

std::string reason_id(const Case& one) {
  const goverify::Fault& fault = one.verdict.fault;
  const goverify::KeyPair* pair = one.refused();
  const bool is_leaf = pair != nullptr && fault.certificate && fault.certificate->raw == pair->leaf->raw;
  switch (fault.reason) {
  case Reason::expired:
    if (fault.certificate && fault.certificate->not_after < fault.certificate->not_before)
      return "time-reversed";
    if (!is_leaf)
      return "time-ca-expired";
    return one.by_daemon() ? "time-client-expired" : "time-server-expired";
  case Reason::not_yet_valid:
    return fault.certificate && fault.certificate->not_after < fault.certificate->not_before ? "time-reversed" : "time-future";
  case Reason::host_name:
    return name_id(*one.daemon.pair.leaf, one.client.host);
  case Reason::unknown_authority:
    return authority_id(one);
  case Reason::bad_signature:
    return "chain-same-subject";
  case Reason::cannot_sign:
    return pair != nullptr && pair->chain.size() > 1 ? "ca-int-flags" : "ca-no-bc";
  case Reason::not_an_authority:
    return "ca-int-flags";
  case Reason::path_length:
    return "ca-pathlen";
  case Reason::extended_key_usage:
    return usage_id(one);
  case Reason::name_constraints:
    return "nc-violation";
  case Reason::critical_extension:
    return "ext-critical";
  case Reason::policies:
    return "ext-policy";
  case Reason::none:
  case Reason::other:
    break;
  }
  return one.client.pair ? "chain-wrong-ca-daemon" : "file-missing-client-pair";
}

/// The finding by Go's own words, where they say more than the reason.
std::string id_of(const Case& one) {
  static constexpr std::array named{
      IdOfWords{"relies on legacy Common Name", "san-cn-only"}, IdOfWords{"P-224", "alg-p224"},
      IdOfWords{"key size too small", "alg-rsa-small"},         IdOfWords{"keys are insecure", "alg-rsa-small"},
      IdOfWords{"larger than 8192 bits", "alg-rsa-huge"},       IdOfWords{"insecure algorithm", "alg-sha1"},
      IdOfWords{"algorithm unimplemented", "alg-sha224"},       IdOfWords{"negative serial", "serial-negative"},
      IdOfWords{"elliptic curve", "alg-unsupported-key"},
  };
  std::string id = id_by_words(named, one.verdict.text + one.verdict.not_shown, "");
  if (id.empty() && one.verdict.not_shown.find("acceptable CA") != std::string::npos)
    id = authority_id(one);
  return id.empty() ? reason_id(one) : id;
}

} // namespace

docker::Refusal handshake_refusal(const goverify::HandshakeVerdict& verdict, const goverify::ServerEnd& daemon,
                                  const goverify::ClientEnd& client) {
  const Case one{verdict, daemon, client};
  const std::string prefix = one.by_daemon() ? "(in dockerd's log) http: TLS handshake error: " : "error during connect: ";
  return {prefix + verdict.text + (verdict.not_shown.empty() ? "" : " (" + verdict.not_shown + ')'), id_of(one)};
}

} // namespace dockpki::app
