#include <algorithm>
#include <array>

#include "goverify/chain.hpp"
#include "goverify/names.hpp"

namespace dockpki::goverify {
namespace {

/// A domain lies in the subtree of `constraint`: equal to it or below it; a leading dot asks for below.
bool is_in_domain(std::string_view domain, std::string_view constraint, const Rules& rules) {
  if (constraint.empty())
    return true;
  const bool must_be_below = constraint.front() == '.';
  if (must_be_below)
    constraint.remove_prefix(1);
  const auto labels = reverse_labels(domain, rules);
  const auto wanted = reverse_labels(constraint, rules);
  if (!labels || !wanted || labels->size() < wanted->size() || (must_be_below && labels->size() == wanted->size()))
    return false;
  return std::equal(wanted->begin(), wanted->end(), labels->begin(), &equal_fold);
}

/// Newer Go takes a host of a mailbox literally, and only a leading dot for what is below (RFC 5280 4.2.1.10).
bool is_in_mail_host(std::string_view domain, std::string_view constraint, const Rules& rules) {
  if (rules.go < 27 || constraint.empty() || constraint.front() == '.')
    return is_in_domain(domain, constraint, rules);
  return equal_fold(domain, constraint);
}

/// An excluded name below a wildcard is one that the wildcard stands for.
bool wildcard_covers(std::string_view name, std::string_view constraint, const Rules& rules) {
  if (rules.go < 26 || !name.starts_with("*."))
    return false;
  const std::size_t dot = constraint.find('.');
  return dot != std::string_view::npos && equal_fold(constraint.substr(dot), name.substr(1));
}

bool is_in_mailbox(const Mailbox& mailbox, const std::string& constraint, const Rules& rules) {
  if (constraint.find('@') == std::string::npos)
    return is_in_mail_host(mailbox.domain, constraint, rules);
  const auto wanted = parse_mailbox(constraint, rules);
  return wanted && mailbox.local == wanted->local && equal_fold(mailbox.domain, wanted->domain);
}

bool is_in_range(Bytes address, const IpRange& range) {
  if (address.size() != range.address.size())
    return false;
  for (std::size_t i = 0; i < address.size(); ++i)
    if ((address[i] & range.mask[i]) != (range.address[i] & range.mask[i]))
      return false;
  return true;
}

std::string range_text(const IpRange& range) {
  int bits = 0;
  for (const std::uint8_t octet : range.mask)
    for (unsigned mask = octet; mask != 0; mask &= mask - 1)
      ++bits;
  return ip_text(range.address) + '/' + std::to_string(bits);
}

const std::string& text_of(const std::string& constraint) {
  return constraint;
}
std::string text_of(const IpRange& range) {
  return range_text(range);
}

/// The host of a URI without its port; a complaint instead of one that no constraint can speak of.
struct UriHost {
  std::string host;
  std::string complaint;
};

UriHost host_of(const Uri& uri) {
  const std::string text = quoted(uri.text);
  if (uri.host.empty())
    return {{}, "URI with empty host (" + text + ") cannot be matched against constraints"};
  std::string host = uri.host;
  if (host.find(':') != std::string::npos && host.back() != ']')
    host.resize(host.rfind(':'));
  if ((host.front() == '[' && host.back() == ']') || parse_ip(host))
    return {{}, "URI with IP (" + text + ") cannot be matched against constraints"};
  return {lower_ascii(host), {}};
}

class Checker {
public:
  Checker(const Certificate& authority, const Rules& rules) : authority_(authority), rules_(rules) {}

  [[nodiscard]] std::string fault_of(const Certificate& below) const {
    return rules_.go >= 26 ? fault_by_kind(below) : fault_in_order(below);
  }

private:
  /// Newer Go goes by the kinds, and reads all of the URIs and mailboxes first.
  [[nodiscard]] std::string fault_by_kind(const Certificate& below) const {
    for (const Uri& uri : below.uri)
      if (std::string complaint = host_of(uri).complaint; !complaint.empty())
        return complaint;
    for (const std::string& address : below.email)
      if (!parse_mailbox(address, rules_))
        return "cannot parse rfc822Name " + quoted(address);
    std::string fault = first_fault(below.ip, &Checker::ip_fault);
    if (fault.empty())
      fault = first_fault(below.dns, &Checker::dns_fault);
    if (fault.empty())
      fault = first_fault(below.uri, &Checker::uri_fault);
    return fault.empty() ? first_fault(below.email, &Checker::email_fault) : fault;
  }

  template <class Name>
  std::string first_fault(const std::vector<Name>& names, std::string (Checker::*judge)(const Name&) const) const {
    for (const Name& name : names)
      if (std::string fault = (this->*judge)(name); !fault.empty())
        return fault;
    return {};
  }

  /// Older Go takes the names as they come.
  [[nodiscard]] std::string fault_in_order(const Certificate& below) const {
    std::array<std::size_t, 4> next{};
    for (const NameKind kind : below.name_order)
      if (std::string fault = fault_of_name(below, kind, next.at(static_cast<std::size_t>(kind))++); !fault.empty())
        return fault;
    return {};
  }

  [[nodiscard]] std::string fault_of_name(const Certificate& below, NameKind kind, std::size_t index) const {
    switch (kind) {
    case NameKind::dns:
      return dns_fault(below.dns.at(index));
    case NameKind::email:
      return email_fault(below.email.at(index));
    case NameKind::ip:
      return ip_fault(below.ip.at(index));
    case NameKind::uri:
      return uri_fault(below.uri.at(index));
    }
    return {};
  }

  [[nodiscard]] std::string ip_fault(const std::vector<std::uint8_t>& address) const {
    const auto matches = [&](const IpRange& range) { return is_in_range(address, range); };
    return fault_in("IP address", ip_text(address), &Subtrees::ip, matches, matches);
  }

  template <class List, class Permits, class Excludes>
  std::string fault_in(const char* kind, const std::string& name, List list, Permits permits, Excludes excludes) const {
    const auto& excluded = authority_.excluded.*list;
    const auto hit = std::ranges::find_if(excluded, excludes);
    const auto& permitted = authority_.permitted.*list;
    const bool is_permitted = permitted.empty() || std::ranges::any_of(permitted, permits);
    std::string refused = std::string(kind) + ' ' + quoted(name) + " is not permitted by any constraint";
    if (rules_.go >= 26 && !is_permitted)
      return refused;
    if (hit != excluded.end())
      return std::string(kind) + ' ' + quoted(name) + " is excluded by constraint " + quoted(text_of(*hit));
    return is_permitted ? "" : refused;
  }

  [[nodiscard]] std::string dns_fault(const std::string& name) const {
    if (!reverse_labels(name, rules_))
      return "cannot parse dnsName " + quoted(name);
    const auto permits = [&](const std::string& constraint) { return is_in_domain(name, constraint, rules_); };
    const auto excludes = [&](const std::string& constraint) {
      return is_in_domain(name, constraint, rules_) || wildcard_covers(name, constraint, rules_);
    };
    return fault_in("DNS name", name, &Subtrees::dns, permits, excludes);
  }

  [[nodiscard]] std::string email_fault(const std::string& address) const {
    const auto mailbox = parse_mailbox(address, rules_);
    if (!mailbox)
      return "cannot parse rfc822Name " + (rules_.go >= 26 ? quoted(address) : R"({"" ""})"); // older Go prints the struct
    const auto matches = [&](const std::string& constraint) { return is_in_mailbox(*mailbox, constraint, rules_); };
    return fault_in("email address", address, &Subtrees::email, matches, matches);
  }

  [[nodiscard]] std::string uri_fault(const Uri& uri) const {
    const UriHost host = host_of(uri);
    // Older Go complains only where there is a constraint to hold it against.
    const bool is_concerned = rules_.go >= 26 || !authority_.permitted.uri.empty() || !authority_.excluded.uri.empty();
    if (!host.complaint.empty())
      return is_concerned ? host.complaint : "";
    const auto permits = [&](const std::string& constraint) { return is_in_domain(host.host, constraint, rules_); };
    return fault_in("URI", uri.text, &Subtrees::uri, permits, permits);
  }

  const Certificate& authority_;
  const Rules& rules_;
};

} // namespace

std::string constraint_fault(const Certificate& authority, const Chain& below, const Rules& rules) {
  if (!authority.has_name_constraints())
    return {};
  const Checker checker(authority, rules);
  for (const CertificatePtr& certificate : below)
    if (certificate->has_subject_alternative_name)
      if (std::string fault = checker.fault_of(*certificate); !fault.empty())
        return fault;
  return {};
}

} // namespace dockpki::goverify
