// Which mistake is behind a handshake that fails.
#include <dockpki/goverify/signs.hpp>

#include <algorithm>
#include <array>
#include <set>

#include "goverify/der_view.hpp"
#include "goverify/names.hpp"
#include "goverify/refusal_signs.hpp"

namespace dockpki::goverify {
namespace {

constexpr std::uint32_t key_cert_sign = 1U << 5U;

bool is_same(Bytes left, Bytes right) {
  return std::ranges::equal(left, right);
}

bool is_self_issued(const Certificate& certificate) {
  return is_same(certificate.issuer, certificate.subject);
}

std::size_t dots_in(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(name, '.'));
}

/// '*' anywhere but as the whole first label of at least two, or where an address was meant.
bool is_bad_wildcard(const std::string& name) {
  if (name.find('*') == std::string::npos)
    return false;
  const bool is_of_address = name.find_first_not_of("0123456789.*") == std::string::npos;
  return !name.starts_with("*.") || name.find('*', 1) != std::string::npos || is_of_address;
}

/// A wildcard of the same domain as `host`, but of another depth.
bool is_of_other_depth(const std::string& name, const std::string& host) {
  if (!name.starts_with("*.") || is_bad_wildcard(name))
    return false;
  const std::string domain = lower_ascii(name.substr(2));
  const std::string lower = lower_ascii(host);
  return lower == domain || (lower.ends_with('.' + domain) && dots_in(lower) != dots_in(name));
}

bool has_url_part(const std::string& name) {
  return name.find_first_of(":/ \t") != std::string::npos;
}

std::vector<Sign> host_name_signs(const Certificate& leaf, const std::string& host) {
  std::vector<Sign> signs;
  const auto add_if = [&](bool applies, const char* id) {
    if (applies)
      signs.push_back({id, {}});
  };
  const auto any_dns = [&](auto matches) { return std::ranges::any_of(leaf.dns, matches); };
  const auto address = parse_ip(host);
  add_if(any_dns(is_bad_wildcard), "san-wild-bad");
  if (address) {
    add_if(address->size() == 16, "san-ipv6");
    add_if(address->size() == 4 && leaf.ip.empty(), "san-no-ip");
    add_if(address->size() == 4 && !leaf.ip.empty(), "san-wrong-ip");
    add_if(host == "127.0.0.1" && any_dns([](const std::string& name) { return name == "localhost"; }), "san-localhost");
    add_if(leaf.ip.empty(), "san-lost-extfile");
    return signs;
  }
  if (!leaf.has_subject_alternative_name) {
    add_if(true, "san-cn-only");
    add_if(true, "san-lost-extfile");
    return signs;
  }
  add_if(leaf.dns.empty() && leaf.ip.empty(), "san-none-usable");
  add_if(any_dns(has_url_part), "san-url");
  add_if(any_dns([&](const std::string& name) { return equal_fold(name, host + '.'); }), "san-dot");
  add_if(any_dns([&](const std::string& name) { return is_of_other_depth(name, host); }), "san-wild-depth");
  add_if(host == "localhost", "san-localhost");
  const auto has_name = [&](const char* wanted) { return any_dns([&](const std::string& name) { return name == wanted; }); };
  add_if(has_name("docker") && has_name("localhost"), "san-dind");
  add_if(!leaf.dns.empty() || signs.empty(), "san-wrong-dns");
  return signs;
}

/// The values of a Name without the types of their strings, in small letters, in any order.
std::multiset<std::string> loosely(Bytes name) {
  std::multiset<std::string> values;
  auto rest = DerView(name).enter(tag::sequence);
  while (rest && !rest->empty()) {
    auto set = rest->enter(tag::set);
    auto attribute = set ? set->enter(tag::sequence) : std::nullopt;
    const auto type = attribute ? attribute->oid() : std::nullopt;
    const auto value = type ? attribute->any() : std::nullopt;
    if (!value)
      return {};
    values.insert(dotted(*type) + '=' + lower_ascii(std::string(value->contents.begin(), value->contents.end())));
  }
  return values;
}

bool is_nearly_in(const Pool& pool, Bytes name) {
  const std::multiset<std::string> wanted = loosely(name);
  return std::ranges::any_of(pool.certificates,
                             [&](const CertificatePtr& one) { return !wanted.empty() && loosely(one->subject) == wanted; });
}

/// Does its issuer have a key of a kind that Go does not know?
bool is_by_unknown_key(const Certificate& child, const Pool& pool) {
  return std::ranges::any_of(pool.certificates, [&](const CertificatePtr& one) {
    return is_same(one->subject, child.issuer) && std::holds_alternative<std::monostate>(one->key);
  });
}

/// The authority is neither trusted nor sent along.
std::vector<Sign> unknown_server_signs(const Certificate& leaf, const ServerEnd& server, const Pool& trusted) {
  if (is_by_unknown_key(leaf, trusted))
    return {{"alg-unsupported-key", {}}};
  if (is_nearly_in(trusted, leaf.issuer))
    return {{"chain-dn", {}}};
  if (is_self_issued(leaf))
    return {{"chain-selfsigned", {}}, {"chain-wrong-ca-client", {}}};
  std::vector<Sign> signs = {{"chain-wrong-ca-client", {}}};
  const bool trusts_several = server.clients.certificates.size() > 1;
  if (server.pair.chain.size() == 1)
    signs.push_back({"chain-int-missing-server", {}});
  signs.push_back({"chain-rotation", trusts_several ? "the daemon trusts several authorities" : ""});
  return signs;
}

std::vector<Sign> unknown_client_signs(const Certificate& leaf, const ServerEnd& server, const KeyPair& pair) {
  if (!server.names_authorities)
    return {{"cfg-no-tlscacert", {}}, {"chain-wrong-ca-daemon", {}}};
  if (is_by_unknown_key(leaf, server.clients))
    return {{"alg-unsupported-key", {}}};
  if (is_nearly_in(server.clients, leaf.issuer))
    return {{"chain-dn", {}}};
  const bool is_pinned =
      std::ranges::any_of(server.clients.certificates, [&](const CertificatePtr& one) { return is_same(one->raw, leaf.raw); });
  if (is_pinned)
    return {{"chain-client-pinned", {}}};
  std::vector<Sign> signs = {{"chain-wrong-ca-daemon", {}}};
  if (pair.chain.size() == 1)
    signs.push_back({"chain-int-missing-client", {}});
  return signs;
}

std::vector<Sign> signature_signs(const HandshakeVerdict& verdict, const Pool& trusted) {
  const Certificate& child = *verdict.fault.certificate;
  const SignatureAlgorithm algorithm = child.signature_algorithm;
  const std::string& text = verdict.fault.text;
  if (text.find("insecure algorithm") != std::string::npos)
    return {{"alg-sha1", std::string(to_string(algorithm))}};
  if (text.find("-bit keys are insecure") != std::string::npos)
    return {{"alg-rsa-small", {}}};
  if (text.find("algorithm unimplemented") != std::string::npos)
    return {
        {algorithm == SignatureAlgorithm::unknown && !is_by_unknown_key(child, trusted) ? "alg-sha224" : "alg-unsupported-key",
         {}}};
  return {{"chain-same-subject", {}}, {"alg-bad-signature", {}}, {"sur-dind-race", {}}};
}

std::string id_of_no_authority(const Certificate& certificate) {
  if (certificate.key_usage != 0 && (certificate.key_usage & key_cert_sign) == 0 && certificate.is_ca)
    return "ku-ca";
  if (is_self_issued(certificate))
    return "ca-no-bc";
  const bool is_leaf = certificate.has_subject_alternative_name || !certificate.extended_key_usage.empty();
  return is_leaf ? "ca-leaf-signs" : "ca-int-flags";
}

std::string id_of_critical(const Certificate& certificate) {
  const auto has = [&](const char* oid) {
    return std::ranges::find(certificate.unhandled_critical, oid) != certificate.unhandled_critical.end();
  };
  if (has("2.5.29.30"))
    return "nc-unknown";
  if (has("2.5.29.33") || has("2.5.29.36") || has("2.5.29.54"))
    return "ext-policy";
  return "ext-critical";
}

enum class Whose { server, client };

std::string id_of_time(const Certificate& certificate, const CertificatePtr& leaf, Reason reason, Whose whose) {
  if (certificate.not_after < TimePoint(std::chrono::sys_days(std::chrono::year(1970) / 1 / 1)))
    return "time-encoding";
  if (certificate.not_after < certificate.not_before)
    return "time-reversed";
  if (reason == Reason::not_yet_valid)
    return "time-future";
  if (!is_same(certificate.raw, leaf->raw))
    return "time-ca-expired";
  return whose == Whose::server ? "time-server-expired" : "time-client-expired";
}

std::string id_of_usage(const Certificate& certificate, const CertificatePtr& leaf, Whose whose) {
  if (is_same(certificate.raw, leaf->raw))
    return whose == Whose::server ? "eku-server" : "eku-client";
  return is_self_issued(certificate) ? "eku-ca-nesting" : "eku-int-nesting";
}

bool has_odd_constraint(const Certificate& certificate) {
  const auto is_odd = [](const std::string& text) { return text.find_first_of("*:/") != std::string::npos; };
  return std::ranges::any_of(certificate.permitted.dns, is_odd) || std::ranges::any_of(certificate.excluded.dns, is_odd);
}

std::vector<Sign> fault_signs(const HandshakeVerdict& verdict, const ServerEnd& server, const ClientEnd& client, Whose whose) {
  const Certificate& at = *verdict.fault.certificate;
  const CertificatePtr& leaf = whose == Whose::server ? server.pair.leaf : client.pair->leaf;
  switch (verdict.fault.reason) {
  case Reason::host_name:
    return host_name_signs(*leaf, client.host);
  case Reason::unknown_authority:
    return whose == Whose::server ? unknown_server_signs(at, server, client.authorities)
                                  : unknown_client_signs(at, server, *client.pair);
  case Reason::bad_signature:
    return signature_signs(verdict, whose == Whose::server ? client.authorities : server.clients);
  case Reason::cannot_sign:
  case Reason::not_an_authority:
    return {{id_of_no_authority(at), {}}};
  case Reason::path_length:
    return {{"ca-pathlen", {}}};
  case Reason::expired:
  case Reason::not_yet_valid:
    return {{id_of_time(at, leaf, verdict.fault.reason, whose), {}}};
  case Reason::extended_key_usage:
    return {{id_of_usage(at, leaf, whose), {}}};
  case Reason::name_constraints:
    if (has_odd_constraint(at))
      return {{"nc-unknown", {}}, {"nc-violation", {}}};
    return {{"nc-violation", {}}};
  case Reason::critical_extension:
    return {{id_of_critical(at), {}}};
  case Reason::policies:
    return {{"ext-policy", {}}};
  case Reason::other: // Go has a limit of its own for how much it tries
  case Reason::none:
    break;
  }
  return {{"chain-too-many", {}}};
}

std::vector<Sign> text_signs(const std::string& text) {
  const auto says = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  if (says("P-224"))
    return {{"alg-p224", {}}};
  if (says("too small") || says("-bit keys are insecure"))
    return {{"alg-rsa-small", {}}};
  if (says("larger than"))
    return {{"alg-rsa-huge", {}}};
  return {sign_of_refusal(text, {})};
}

} // namespace

namespace {

/// What lies in a file of authorities, whatever certificate is refused because of it.
bool is_about_authorities(std::string_view id) {
  static constexpr std::array ids = {"chain-wrong-ca-client", "chain-wrong-ca-daemon", "chain-client-pinned", "chain-rotation",
                                     "chain-too-many"};
  return std::ranges::find(ids, id) != ids.end();
}

/// In which file the certificate at fault lies: it was sent, or is one of those that are trusted.
void tell_places(std::vector<Sign>& signs, const HandshakeVerdict& verdict, const ServerEnd& server, const ClientEnd& client) {
  const Side judge = verdict.owner == Side::daemon ? Side::client : Side::daemon;
  const KeyPair* pair = verdict.owner == Side::daemon ? &server.pair : client.pair ? &*client.pair : nullptr;
  const CertificatePtr at = verdict.fault.certificate != nullptr ? verdict.fault.certificate
                            : pair != nullptr                    ? pair->leaf
                                                                 : nullptr;
  const bool is_sent =
      at == nullptr || pair == nullptr ||
      std::ranges::any_of(pair->chain, [&](const std::vector<std::uint8_t>& one) { return is_same(one, at->raw); });
  for (Sign& sign : signs) {
    sign.file = is_sent && !is_about_authorities(sign.id) ? EndFile{verdict.owner, FileOf::certificate}
                                                          : EndFile{judge, FileOf::authorities};
    if (at != nullptr)
      sign.subject = subject_text(*at);
  }
}

} // namespace

std::vector<Sign> signs_of_verdict(const HandshakeVerdict& verdict, const ServerEnd& server, const ClientEnd& client) {
  if (verdict.ok())
    return {};
  std::vector<Sign> signs;
  if (verdict.fault) {
    signs = fault_signs(verdict, server, client, verdict.refused_by == Side::client ? Whose::server : Whose::client);
  } else if (!verdict.not_shown.empty()) {
    signs = verdict.not_shown.starts_with("tls: ") ? text_signs(verdict.not_shown)
                                                   : unknown_client_signs(*client.pair->leaf, server, *client.pair);
  } else if (!client.pair && verdict.refused_by == Side::daemon && verdict.text.find("didn't provide") != std::string::npos) {
    signs = {{"file-missing-client-pair", {}}};
  } else {
    signs = text_signs(verdict.text);
  }
  tell_places(signs, verdict, server, client);
  // A client's pair serves nobody: no name, and the wrong purpose.
  if (verdict.refused_by != Side::client)
    return signs;
  const std::vector<ExtendedKeyUsage>& usages = server.pair.leaf->extended_key_usage;
  const bool is_of_client = std::ranges::find(usages, ExtendedKeyUsage::client_auth) != usages.end() &&
                            std::ranges::find(usages, ExtendedKeyUsage::server_auth) == usages.end();
  if (is_of_client)
    signs.push_back({"cfg-client-pair", {}, EndFile{Side::daemon, FileOf::certificate}, subject_text(*server.pair.leaf)});
  return signs;
}

} // namespace dockpki::goverify
