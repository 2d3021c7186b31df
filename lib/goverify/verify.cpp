// Chains as Go builds them (crypto/x509, verify.go).
#include <dockpki/goverify/verify.hpp>

#include <algorithm>

#include "goverify/chain.hpp"
#include "goverify/names.hpp"
#include "goverify/pem.hpp"
#include "goverify/public_key.hpp"

namespace dockpki::goverify {
namespace {

enum class Place { leaf, intermediate, root };

constexpr std::uint32_t key_cert_sign = 1U << 5U;
constexpr int most_signature_checks = 100;

bool is_same(Bytes left, Bytes right) {
  return std::ranges::equal(left, right);
}

bool holds(const std::vector<CertificatePtr>& certificates, const Certificate& wanted) {
  return std::ranges::any_of(certificates, [&](const CertificatePtr& one) { return is_same(one->raw, wanted.raw); });
}

/// Go guards against loops by name, key and SAN.
bool is_in_chain(const Certificate& candidate, const Chain& chain) {
  for (const CertificatePtr& one : chain) {
    if (!is_same(candidate.subject, one->subject) || !(candidate.key == one->key))
      continue;
    if (candidate.has_subject_alternative_name != one->has_subject_alternative_name)
      return false;
    if (is_same(candidate.subject_alternative_name, one->subject_alternative_name))
      return true;
  }
  return false;
}

Fault signature_fault_from(const Certificate& child, const CertificatePtr& parent, const Rules& rules) {
  const bool is_no_authority =
      (parent->version == 3 && !parent->has_basic_constraints) || (parent->has_basic_constraints && !parent->is_ca);
  if (is_no_authority || (parent->key_usage != 0 && (parent->key_usage & key_cert_sign) == 0))
    return {Reason::cannot_sign, "x509: invalid signature: parent certificate cannot sign this kind of certificate", parent};
  std::string text = signature_fault(child.signature_algorithm, child.tbs, child.signature, parent->key, rules);
  return text.empty() ? Fault{} : Fault{Reason::bad_signature, std::move(text), parent};
}

Fault validity_fault(const CertificatePtr& certificate, Instant now) {
  const std::string expired = "x509: certificate has expired or is not yet valid: current time " +
                              format_rfc3339(std::chrono::floor<Seconds>(now)) + " is ";
  if (now < certificate->not_before)
    return {Reason::not_yet_valid, expired + "before " + format_rfc3339(certificate->not_before), certificate};
  if (now > certificate->not_after)
    return {Reason::expired, expired + "after " + format_rfc3339(certificate->not_after), certificate};
  return {};
}

/// Where Go looks for names: in the whole chain, before 1.20 in the leaf and the authority itself.
Chain named_below(const CertificatePtr& authority, const Chain& chain, const Rules& rules) {
  return rules.go >= 20 ? chain : Chain{chain.front(), authority};
}

Fault link_fault(const CertificatePtr& certificate, Place place, const Chain& chain, Instant now, const Rules& rules) {
  if (!certificate->unhandled_critical.empty())
    return {Reason::critical_extension, "x509: unhandled critical extension", certificate};
  if (Fault fault = validity_fault(certificate, now))
    return fault;
  if (place != Place::leaf)
    if (std::string text = constraint_fault(*certificate, named_below(certificate, chain, rules), rules); !text.empty()) {
      const std::string refused = "x509: a root or intermediate certificate is not authorized to sign for this name: ";
      return {Reason::name_constraints, (text.starts_with("cannot parse") ? "x509: " : refused) + text, certificate};
    }
  if (place == Place::intermediate && (!certificate->has_basic_constraints || !certificate->is_ca))
    return {Reason::not_an_authority, "x509: certificate is not authorized to sign other certificates", certificate};
  const auto intermediates = static_cast<std::int64_t>(chain.size()) - 1;
  if (certificate->has_basic_constraints && certificate->path_length >= 0 && intermediates > certificate->path_length)
    return {Reason::path_length, "x509: too many intermediates for path length constraint", certificate};
  return {};
}

std::string name_in_hint(const Certificate& certificate) {
  if (!certificate.common_name.empty())
    return certificate.common_name;
  return certificate.organizations.empty() ? "serial:" + serial_text(certificate) : certificate.organizations.front();
}

/// Builder finds every chain from a leaf to a root.
class Builder {
public:
  Builder(const VerifyOptions& options, const Rules& rules) : options_(options), rules_(rules) {}

  std::vector<Chain> chains;

  /// The fault is what Go would tell if there is no chain from here.
  Fault build(const Chain& chain) {
    const std::size_t before = chains.size();
    Fault last;
    Fault hint;
    for (const CertificatePtr& root : potential_parents(options_.roots->certificates, *chain.back()))
      consider(Place::root, root, chain, last, hint);
    for (const CertificatePtr& intermediate : potential_parents(options_.intermediates, *chain.back()))
      consider(Place::intermediate, intermediate, chain, last, hint);
    if (chains.size() > before)
      return {};
    return last ? last : unknown_authority(chain.back(), hint);
  }

private:
  static Fault unknown_authority(const CertificatePtr& certificate, const Fault& hint) {
    Fault fault{Reason::unknown_authority, "x509: certificate signed by unknown authority", certificate};
    if (!hint)
      return fault;
    fault.reason = hint.reason;
    fault.certificate = hint.reason == Reason::bad_signature ? certificate : hint.certificate;
    fault.text += " (possibly because of " + quoted(hint.text) + " while trying to verify candidate authority certificate " +
                  quoted(name_in_hint(*hint.certificate)) + ")";
    return fault;
  }

  /// Those of the issuer's name, the most likely ones first.
  static std::vector<CertificatePtr> potential_parents(const std::vector<CertificatePtr>& pool, const Certificate& child) {
    std::vector<CertificatePtr> parents;
    std::ranges::copy_if(pool, std::back_inserter(parents),
                         [&](const CertificatePtr& one) { return is_same(one->subject, child.issuer); });
    const Bytes wanted = child.authority_key_id.value_or(Bytes());
    const auto likelihood = [&](const CertificatePtr& one) {
      const Bytes own = one->subject_key_id.value_or(Bytes());
      return is_same(own, wanted) ? 0 : own.empty() != wanted.empty() ? 1 : 2;
    };
    std::ranges::stable_sort(parents, {}, likelihood);
    return parents;
  }

  void consider(Place place, const CertificatePtr& candidate, const Chain& chain, Fault& last, Fault& hint) {
    const bool is_unusable = rules_.go >= 22 && std::holds_alternative<std::monostate>(candidate->key);
    if (is_unusable || is_in_chain(*candidate, chain))
      return;
    if (++signature_checks_ > most_signature_checks) {
      last = {Reason::other, "x509: signature check attempts limit reached while verifying certificate chain", chain.back()};
      return;
    }
    if (Fault fault = signature_fault_from(*chain.back(), candidate, rules_)) {
      if (!hint)
        hint = std::move(fault);
      return;
    }
    last = link_fault(candidate, place, chain, options_.now, rules_);
    if (last)
      return;
    Chain longer = chain;
    longer.push_back(candidate);
    if (place == Place::root)
      chains.push_back(std::move(longer));
    else
      last = build(longer);
  }

  const VerifyOptions& options_;
  const Rules& rules_;
  int signature_checks_ = 0;
};

/// Purposes are nested: each certificate that names any has to name this one, the root included.
bool allows(const Chain& chain, ExtendedKeyUsage usage) {
  return std::ranges::all_of(chain, [&](const CertificatePtr& one) {
    const std::vector<ExtendedKeyUsage>& usages = one->extended_key_usage;
    return usages.empty() ||
           std::ranges::any_of(usages, [&](ExtendedKeyUsage named) { return named == ExtendedKeyUsage::any || named == usage; });
  });
}

/// The certificate that does not allow the purpose, from the top.
CertificatePtr forbidding(const Chain& chain, ExtendedKeyUsage usage) {
  for (auto one = chain.rbegin(); one != chain.rend(); ++one)
    if (!allows({*one}, usage))
      return *one;
  return chain.front();
}

Fault purpose_fault(const std::vector<Chain>& chains, const VerifyOptions& options, const Rules& rules) {
  if (options.usage == ExtendedKeyUsage::any)
    return {};
  std::size_t incompatible = 0;
  std::size_t invalid = 0;
  for (const Chain& chain : chains) {
    if (!allows(chain, options.usage))
      ++incompatible;
    else if (rules.go >= 24 && !has_valid_policies(chain))
      ++invalid;
    else
      return {};
  }
  if (invalid == 0)
    return {Reason::extended_key_usage, "x509: certificate specifies an incompatible key usage",
            forbidding(chains.front(), options.usage)};
  std::string details = incompatible == 0 ? "" : std::to_string(incompatible) + " chains with incompatible key usage, ";
  details += std::to_string(invalid) + " chains with invalid policies";
  return {Reason::policies, "x509: no valid chains built: " + details, chains.front().front()};
}

} // namespace

Pool read_pool(Bytes pem, const Rules& rules) {
  Pool pool;
  for (const PemBlock& block : decode_all_pem(pem)) {
    if (block.label != "CERTIFICATE" || !block.headers.empty())
      continue;
    try {
      const CertificatePtr certificate = parse_certificate(block.octets.bytes(), rules);
      if (!holds(pool.certificates, *certificate))
        pool.certificates.push_back(certificate);
    } catch (const Refusal& refusal) {
      pool.skipped.emplace_back(refusal.what());
    }
  }
  return pool;
}

Fault verify(const CertificatePtr& leaf, const VerifyOptions& options, const Rules& rules) {
  if (Fault fault = link_fault(leaf, Place::leaf, {}, options.now, rules))
    return fault;
  if (!options.host.empty())
    if (Fault fault = verify_hostname(leaf, options.host, rules))
      return fault;
  if (holds(options.roots->certificates, *leaf))
    return purpose_fault({{leaf}}, options, rules);
  Builder builder(options, rules);
  if (Fault fault = builder.build({leaf}))
    return fault;
  return purpose_fault(builder.chains, options, rules);
}

} // namespace dockpki::goverify
