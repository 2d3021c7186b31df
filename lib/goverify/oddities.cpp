// What Docker lets pass, and others do not, or nobody should.
#include <dockpki/goverify/signs.hpp>

#include <algorithm>

#include "goverify/names.hpp"
#include "goverify/other_clients.hpp"

namespace dockpki::goverify {
namespace {

constexpr std::uint32_t digital_signature = 1U << 0U;
constexpr std::uint32_t key_cert_sign = 1U << 5U;
constexpr std::size_t longest_serial = 20;
constexpr std::size_t fewest_rsa_bits = 2048;
constexpr std::size_t many_names = 100;

bool is_same(Bytes left, Bytes right) {
  return std::ranges::equal(left, right);
}

/// Each thing is told once, whoever has it.
class Oddities {
public:
  std::vector<Sign> signs;

  void add(const char* id, EndFile file, const Certificate& about, std::string evidence = {}) {
    if (std::ranges::find(signs, id, &Sign::id) == signs.end())
      signs.push_back({id, std::move(evidence), file, subject_text(about)});
  }

  void look_at_any(const Certificate& certificate, EndFile file) {
    const bool is_zero = std::ranges::all_of(certificate.serial, [](std::uint8_t octet) { return octet == 0; });
    const std::string name = "'" + certificate.common_name + "'";
    if (certificate.serial_is_negative)
      add("serial-negative", file, certificate, "of " + name);
    else if (is_zero || certificate.serial.size() > longest_serial)
      add("serial-ok", file, certificate, "of " + name + ": " + std::to_string(certificate.serial.size()) + " octets");
    if (const auto* rsa = std::get_if<RsaKey>(&certificate.key); rsa != nullptr && rsa->bits() < fewest_rsa_bits)
      add("alg-rsa-small", file, certificate, name + " has a key of " + std::to_string(rsa->bits()) + " bits");
    if (const auto* rsa = std::get_if<RsaKey>(&certificate.key); rsa != nullptr && rsa->bits() > 8192)
      add("alg-rsa-huge", file, certificate, name + " has a key of " + std::to_string(rsa->bits()) + " bits");
    if (const auto* ecdsa = std::get_if<EcdsaKey>(&certificate.key); ecdsa != nullptr && ecdsa->curve == Curve::p224)
      add("alg-p224", file, certificate, name + " has a key on P-224");
  }

  /// Go minds policies since 1.24; before that it knows none of these extensions.
  void look_at_policies(const Certificate& certificate, EndFile file) {
    const PolicyLimits& limits = certificate.policy_limits;
    if (limits.require_explicit || limits.inhibit_mapping || limits.inhibit_any || !certificate.policy_mappings.empty())
      add("ext-policy", file, certificate, "of '" + certificate.common_name + "'");
  }

  void look_at_leaf(const Certificate& leaf, EndFile file) {
    look_at_any(leaf, file);
    const bool is_unfit = (leaf.key_usage & digital_signature) == 0 || (leaf.key_usage & key_cert_sign) != 0;
    if (leaf.has_key_usage && is_unfit)
      add("ku-leaf", file, leaf, "of '" + leaf.common_name + "'");
    if (std::ranges::find(leaf.dns, "*") != leaf.dns.end())
      add("san-wild-bad", file, leaf, "DNS:* stands for a name of one label with 20.10, and for none since");
    if (std::ranges::any_of(
            leaf.ip, [](const auto& address) { return address.size() == 16 && ip_text(address).find('.') != std::string::npos; }))
      add("san-ipv6-mapped", file, leaf);
  }

  void look_at_authority(const Certificate& authority, EndFile file, const Certificate& child, EndFile child_file) {
    look_at_any(authority, file);
    look_at_policies(authority, file);
    const std::string name = "'" + authority.common_name + "'";
    const bool is_root = is_same(authority.issuer, authority.subject);
    if (authority.version == 1)
      add("ca-v1-root", file, authority, name);
    if (!is_root)
      add("chain-leaf-as-ca", file, authority, name + " is trusted, and was signed by another");
    if (child.authority_key_id && authority.subject_key_id && !is_same(*child.authority_key_id, *authority.subject_key_id))
      add("chain-aki", child_file, child, "of '" + child.common_name + "'");
  }

  void look_at_side(const KeyPair& pair, const Pool& trusted, Side owner) {
    const EndFile own{owner, FileOf::certificate};
    const EndFile others{owner == Side::daemon ? Side::client : Side::daemon, FileOf::authorities};
    look_at_leaf(*pair.leaf, own);
    for (const CertificatePtr& one : trusted.certificates) {
      if (is_same(one->raw, pair.leaf->raw))
        add("chain-leaf-as-ca", others, *one, "'" + one->common_name + "' itself is trusted");
      else if (is_same(one->subject, pair.leaf->issuer))
        look_at_authority(*one, others, *pair.leaf, own);
    }
  }
};

bool has_upper(std::string_view text) {
  return lower_ascii(text) != text;
}

/// Names that look wrong, and are not.
bool has_odd_name(const Certificate& leaf, const std::string& host) {
  const auto is_odd = [](const std::string& name) {
    return has_upper(name) || name.find('_') != std::string::npos || name.starts_with('-') ||
           name.find(".-") != std::string::npos || (name.starts_with("*.") && std::ranges::count(name, '.') == 1);
  };
  const bool is_other_name = leaf.common_name.find('.') != std::string::npos && leaf.common_name.find(' ') == std::string::npos &&
                             !parse_ip(leaf.common_name) && leaf.common_name != host &&
                             std::ranges::find(leaf.dns, leaf.common_name) == leaf.dns.end();
  return std::ranges::any_of(leaf.dns, is_odd) || leaf.dns.size() > many_names || has_upper(host) || host.ends_with('.') ||
         is_other_name;
}

} // namespace

std::vector<Sign> oddities_of(const ServerEnd& server, const ClientEnd* client, const HandshakeVerdict& verdict) {
  Oddities found;
  static const Pool nobody;
  const EndFile file{Side::daemon, FileOf::certificate};
  const Certificate& leaf = *server.pair.leaf;
  found.look_at_side(server.pair, client != nullptr && client->verifies ? client->authorities : nobody, Side::daemon);
  if (client == nullptr)
    return found.signs;
  if (client->pair && server.asks_for_certificate) {
    found.look_at_side(*client->pair, server.clients, Side::client);
    const Certificate& other = *client->pair->leaf;
    if (leaf.serial == other.serial && is_same(leaf.issuer, other.issuer) && !is_same(leaf.raw, other.raw))
      found.add("serial-ok", file, leaf, "server and client have the same serial number");
  }
  if (client->verifies && verdict.ok()) {
    if (has_odd_name(leaf, client->host))
      found.add("san-not-mistake", file, leaf);
    for (Sign& sign : refused_by_others(server.pair, client->authorities, client->host))
      found.signs.push_back(std::move(sign));
  }
  return found.signs;
}

} // namespace dockpki::goverify
