#include "goverify/other_clients.hpp"

#include <algorithm>

#include "goverify/names.hpp"

namespace dockpki::goverify {
namespace {

constexpr std::uint32_t key_cert_sign = 1U << 5U;
constexpr std::uint32_t for_tls = 1U << 0U | 1U << 2U | 1U << 4U; // digitalSignature, keyEncipherment, keyAgreement
constexpr std::size_t longest_chain = 8;

bool is_same(Bytes left, Bytes right) {
  return std::ranges::equal(left, right);
}

bool is_self_issued(const Certificate& certificate) {
  return is_same(certificate.issuer, certificate.subject);
}

bool has_no_name(Bytes name) {
  return name.size() == 2; // an empty SEQUENCE
}

struct Link {
  CertificatePtr certificate;
  EndFile file;
};

/// The chain that OpenSSL builds: what is trusted goes before what was sent.
std::vector<Link> chain_of(const KeyPair& server, const Pool& trusted, const Rules& rules) {
  const EndFile sent{Side::daemon, FileOf::certificate};
  const EndFile known{Side::client, FileOf::authorities};
  std::vector<CertificatePtr> others;
  for (const std::vector<std::uint8_t>& der : server.chain) {
    try {
      others.push_back(parse_certificate(der, rules));
    } catch (const Refusal&) {
      continue; // nobody's issuer
    }
  }
  std::vector<Link> chain = {{server.leaf, sent}};
  while (!is_self_issued(*chain.back().certificate) && chain.size() < longest_chain) {
    const auto issues = [&](const CertificatePtr& one) { return is_same(one->subject, chain.back().certificate->issuer); };
    if (const auto found = std::ranges::find_if(trusted.certificates, issues); found != trusted.certificates.end())
      chain.push_back({*found, known});
    else if (const auto passed = std::ranges::find_if(others, issues); passed != others.end())
      chain.push_back({*passed, sent});
    else
      break;
  }
  return chain;
}

class Strictly {
public:
  std::vector<Sign> signs;

  void look_at(const Link& link, bool is_last) {
    const Certificate& one = *link.certificate;
    if (one.version < 3)
      return; // ca-v1-root
    const auto add = [&](const char* id) { signs.push_back({id, {}, link.file, subject_text(one)}); };
    if (one.is_ca && !one.has_key_usage)
      add("ku-ca-missing-py");
    if (one.is_ca && !one.is_basic_constraints_critical)
      add("other-bc-not-critical");
    if (one.is_ca && !one.subject_key_id)
      add("other-no-ski");
    if (!one.authority_key_id && !(is_last && is_self_issued(one)))
      add("other-no-aki");
    if (!one.is_ca && (one.key_usage & key_cert_sign) != 0)
      add("other-cert-sign");
    if (one.path_length >= 0 && (!one.is_ca || (one.key_usage & key_cert_sign) == 0))
      add("other-path-length");
    look_at_names(one, add);
  }

private:
  template <typename Add>
  static void look_at_names(const Certificate& one, const Add& add) {
    if (has_no_name(one.issuer) || (has_no_name(one.subject) && (one.is_ca || !one.has_subject_alternative_name)))
      add("other-no-subject");
    else if (has_no_name(one.subject) && !one.is_subject_alternative_name_critical)
      add("other-san-not-critical");
  }
};

} // namespace

namespace {

/// Go matches such a name, OpenSSL does not.
bool is_too_wide(const Certificate& leaf, const std::string& host) {
  if (host.ends_with('.'))
    return true;
  const auto is_wide = [](const std::string& name) {
    return name == "*" || (name.starts_with("*.") && std::ranges::count(name, '.') == 1);
  };
  const auto is_host = [&](const std::string& name) { return equal_fold(name, host); };
  return !parse_ip(host) && std::ranges::any_of(leaf.dns, is_wide) && std::ranges::none_of(leaf.dns, is_host);
}

} // namespace

std::vector<Sign> refused_by_others(const KeyPair& server, const Pool& trusted, const std::string& host) {
  const std::vector<Link> chain = chain_of(server, trusted, {});
  const Link& last = chain.back();
  const Certificate& leaf = *server.leaf;
  const EndFile own{Side::daemon, FileOf::certificate};
  Strictly found;
  for (const Link& link : chain)
    found.look_at(link, link.certificate == last.certificate);
  if (!is_self_issued(*last.certificate))
    found.signs.push_back(
        {"other-partial-chain", {}, EndFile{Side::client, FileOf::authorities}, subject_text(*last.certificate)});
  if (leaf.has_key_usage && (leaf.key_usage & for_tls) == 0)
    found.signs.push_back({"other-key-usage", {}, own, subject_text(leaf)});
  if (is_too_wide(leaf, host))
    found.signs.push_back({"other-host-name", "for '" + host + "'", own, subject_text(leaf)});
  return found.signs;
}

} // namespace dockpki::goverify
