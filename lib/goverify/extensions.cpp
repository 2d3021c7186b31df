#include "goverify/extensions.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "goverify/names.hpp"

namespace dockpki::goverify {
namespace {

enum class Handled { no, yes };

template <class T>
T require(std::optional<T> value, const std::string& complaint) {
  if (!value)
    throw Refusal(complaint);
  return *value;
}

std::string text_of(Bytes octets) {
  return {octets.begin(), octets.end()};
}

Handled key_usage(const Extension& extension, Certificate& out, const Rules&) {
  const auto bits = require(DerView(extension.value).bits(), "x509: invalid key usage");
  out.has_key_usage = true;
  for (unsigned bit = 0; bit < 9; ++bit)
    if (bits.at(bit))
      out.key_usage |= 1U << bit;
  return Handled::yes;
}

Handled basic_constraints(const Extension& extension, Certificate& out, const Rules& rules) {
  const auto invalid = [&](char part) { // older Go numbers the parts
    return std::string("x509: invalid basic constraints") + (rules.go < 20 ? std::string{' ', part} : "");
  };
  DerView in = require(DerView(extension.value).enter(tag::sequence), invalid('a'));
  out.is_ca = in.next_is(tag::boolean) && require(in.boolean(), invalid('b'));
  out.path_length = -1;
  if (in.next_is(tag::integer)) {
    out.path_length = require(in.int64(), invalid('c'));
    if (rules.go >= 25 && out.path_length < 0)
      throw Refusal(invalid('c'));
  }
  out.has_basic_constraints = true;
  out.is_basic_constraints_critical = extension.is_critical;
  return Handled::yes;
}

bool is_mapped(Bytes address) {
  return address.size() == 16 && std::ranges::all_of(address.first(10), [](std::uint8_t octet) { return octet == 0; }) &&
         address[10] == 0xff && address[11] == 0xff;
}

void add_general_name(std::uint8_t type, Bytes contents, Certificate& out, const Rules& rules) {
  const std::string text = text_of(contents);
  switch (type) {
  case tag::primitive(1):
    if (!is_ascii(text))
      throw Refusal("x509: SAN rfc822Name is malformed");
    out.email.push_back(text);
    out.name_order.push_back(NameKind::email);
    return;
  case tag::primitive(2):
    if (!is_ascii(text))
      throw Refusal("x509: SAN dNSName is malformed");
    out.dns.push_back(text);
    out.name_order.push_back(NameKind::dns);
    return;
  case tag::primitive(6): {
    if (!is_ascii(text))
      throw Refusal("x509: SAN uniformResourceIdentifier is malformed");
    Uri uri = parse_uri(text);
    if (!uri.host.empty() && !is_domain(uri.host, DomainOf::name, rules))
      throw Refusal("x509: cannot parse URI " + quoted(text) + ": invalid domain");
    out.uri.push_back(std::move(uri));
    out.name_order.push_back(NameKind::uri);
    return;
  }
  case tag::primitive(7):
    if (contents.size() != 4 && contents.size() != 16)
      throw Refusal("x509: cannot parse IP address of length " + std::to_string(contents.size()));
    if (rules.go >= 27 && is_mapped(contents))
      throw Refusal("x509: SAN iPAddress contains IPv4-mapped IPv6 address");
    out.ip.emplace_back(contents.begin(), contents.end());
    out.name_order.push_back(NameKind::ip);
    return;
  default: // of no concern to Go
    return;
  }
}

Handled subject_alternative_name(const Extension& extension, Certificate& out, const Rules& rules) {
  out.has_subject_alternative_name = true;
  out.is_subject_alternative_name_critical = extension.is_critical;
  out.subject_alternative_name = extension.value;
  DerView in = require(DerView(extension.value).enter(tag::sequence), "x509: invalid subject alternative names");
  while (!in.empty()) {
    const auto name = require(in.any(), "x509: invalid subject alternative name");
    add_general_name(name.tag, name.contents, out, rules);
  }
  return out.dns.empty() && out.email.empty() && out.ip.empty() && out.uri.empty() ? Handled::no : Handled::yes;
}

bool is_mask(Bytes mask) {
  bool is_over = false;
  for (const std::uint8_t octet : mask) {
    const auto inverse = static_cast<std::uint8_t>(~octet);
    if ((is_over && octet != 0) || (inverse & (inverse + 1U)) != 0)
      return false;
    is_over = octet != 0xff;
  }
  return true;
}

std::string hex(Bytes octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : octets) {
    text += digits[octet >> 4U];
    text += digits[octet & 0xfU];
  }
  return text;
}

void require_ascii(const std::string& text) {
  if (!is_ascii(text))
    throw Refusal("x509: invalid constraint value: x509: " + quoted(text) + " cannot be encoded as an IA5String");
}

void add_ip_range(Bytes value, Subtrees& out, const Rules& rules) {
  if (value.size() != 8 && value.size() != 32)
    throw Refusal("x509: IP constraint contained value of length " + std::to_string(value.size()));
  const Bytes address = value.first(value.size() / 2);
  const Bytes mask = value.subspan(value.size() / 2);
  if (!is_mask(mask))
    throw Refusal("x509: IP constraint contained invalid mask " + hex(mask));
  if (rules.go >= 27 && is_mapped(address))
    throw Refusal("x509: IP constraint contained IPv4-mapped IPv6 address");
  out.ip.push_back({{address.begin(), address.end()}, {mask.begin(), mask.end()}});
}

/// False for a kind of name that Go does not know.
bool add_subtree(const DerView::Element& base, Subtrees& out, const Rules& rules) {
  const std::string text = text_of(base.contents);
  const auto require_domain = [&](const char* kind) {
    if (!is_domain(text, DomainOf::constraint, rules))
      throw Refusal(std::string("x509: failed to parse ") + kind + " constraint " + quoted(text));
  };
  switch (base.tag) {
  case tag::primitive(2):
    require_ascii(text);
    require_domain("dnsName");
    out.dns.push_back(text);
    return true;
  case tag::primitive(7):
    add_ip_range(base.contents, out, rules);
    return true;
  case tag::primitive(1):
    require_ascii(text);
    if (text.find('@') == std::string::npos)
      require_domain("rfc822Name");
    else if (!parse_mailbox(text, rules))
      throw Refusal("x509: failed to parse rfc822Name constraint " + quoted(text));
    out.email.push_back(text);
    return true;
  case tag::primitive(6):
    require_ascii(text);
    if (parse_ip(text))
      throw Refusal("x509: failed to parse URI constraint " + quoted(text) + ": cannot be IP address");
    require_domain("URI");
    out.uri.push_back(text);
    return true;
  default:
    return false;
  }
}

bool add_subtrees(DerView in, Subtrees& out, const Rules& rules) {
  bool all_known = true;
  while (!in.empty()) {
    auto subtree = in.enter(tag::sequence);
    const auto base = subtree ? subtree->any() : std::nullopt;
    if (!base)
      throw Refusal("x509: invalid NameConstraints extension");
    all_known = add_subtree(*base, out, rules) && all_known;
  }
  return all_known;
}

Handled name_constraints(const Extension& extension, Certificate& out, const Rules& rules) {
  constexpr const char* invalid = "x509: invalid NameConstraints extension";
  DerView outer{extension.value};
  DerView in = require(outer.enter(tag::sequence), invalid);
  const auto subtrees = [&](unsigned number) {
    return in.next_is(tag::constructed(number)) ? std::optional(require(in.enter(tag::constructed(number)), invalid))
                                                : std::nullopt;
  };
  const auto permitted = subtrees(0);
  const auto excluded = subtrees(1);
  if (!outer.empty() || !in.empty())
    throw Refusal(invalid);
  const bool has_permitted = permitted && !permitted->empty();
  const bool has_excluded = excluded && !excluded->empty();
  if ((!permitted && !excluded) || (rules.go < 25 && !has_permitted && !has_excluded))
    throw Refusal("x509: empty name constraints extension");
  if (rules.go >= 25 && ((permitted && !has_permitted) || (excluded && !has_excluded)))
    throw Refusal("x509: empty name constraints subtree sequence");
  const bool all_permitted_known = !permitted || add_subtrees(*permitted, out.permitted, rules);
  const bool all_excluded_known = !excluded || add_subtrees(*excluded, out.excluded, rules);
  return all_permitted_known && all_excluded_known ? Handled::yes : Handled::no;
}

Handled crl_distribution_points(const Extension& extension, Certificate&, const Rules&) {
  constexpr const char* invalid = "x509: invalid CRL distribution point";
  DerView in = require(DerView(extension.value).enter(tag::sequence), "x509: invalid CRL distribution points");
  while (!in.empty()) {
    DerView point = require(in.enter(tag::sequence), invalid);
    if (!point.next_is(tag::constructed(0)))
      continue;
    DerView names = require(require(point.enter(tag::constructed(0)), invalid).enter(tag::constructed(0)), invalid);
    while (names.next_is(tag::primitive(6)))
      require(names.any(), invalid);
  }
  return Handled::yes;
}

Handled authority_key_identifier(const Extension& extension, Certificate& out, const Rules& rules) {
  constexpr const char* invalid = "x509: invalid authority key identifier";
  if (rules.go >= 23 && extension.is_critical)
    throw Refusal("x509: authority key identifier incorrectly marked critical");
  DerView in = require(DerView(extension.value).enter(tag::sequence), invalid);
  if (in.next_is(tag::primitive(0)))
    out.authority_key_id = require(in.any(), invalid).contents;
  return Handled::yes;
}

Handled subject_key_identifier(const Extension& extension, Certificate& out, const Rules& rules) {
  if (rules.go >= 23 && extension.is_critical)
    throw Refusal("x509: subject key identifier incorrectly marked critical");
  out.subject_key_id =
      require(DerView(extension.value).element(tag::octet_string), "x509: invalid subject key identifier").contents;
  return Handled::yes;
}

ExtendedKeyUsage usage_of(const std::string& oid) {
  static const std::set<std::string> known = {"1.3.6.1.5.5.7.3.3",      "1.3.6.1.5.5.7.3.4",      "1.3.6.1.5.5.7.3.5",
                                              "1.3.6.1.5.5.7.3.6",      "1.3.6.1.5.5.7.3.7",      "1.3.6.1.5.5.7.3.8",
                                              "1.3.6.1.5.5.7.3.9",      "1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1",
                                              "1.3.6.1.4.1.311.2.1.22", "1.3.6.1.4.1.311.61.1.1"};
  if (oid == "2.5.29.37.0")
    return ExtendedKeyUsage::any;
  if (oid == "1.3.6.1.5.5.7.3.1")
    return ExtendedKeyUsage::server_auth;
  if (oid == "1.3.6.1.5.5.7.3.2")
    return ExtendedKeyUsage::client_auth;
  return known.contains(oid) ? ExtendedKeyUsage::other : ExtendedKeyUsage::unknown;
}

Handled extended_key_usage(const Extension& extension, Certificate& out, const Rules& rules) {
  constexpr const char* invalid = "x509: invalid extended key usages";
  DerView in = require(DerView(extension.value).enter(tag::sequence), invalid);
  while (!in.empty())
    out.extended_key_usage.push_back(usage_of(dotted(require(in.oid(rules), invalid))));
  return Handled::yes;
}

Handled certificate_policies(const Extension& extension, Certificate& out, const Rules& rules) {
  constexpr const char* invalid = "x509: invalid certificate policies";
  DerView in = require(DerView(extension.value).enter(tag::sequence), invalid);
  while (!in.empty()) {
    DerView policy = require(in.enter(tag::sequence), invalid);
    const std::string oid = rules.go < 22 ? text_of(require(policy.oid(rules), invalid))
                                          : text_of(require(policy.element(tag::oid), invalid).contents);
    if (rules.go >= 24 && std::ranges::find(out.policies, oid) != out.policies.end())
      throw Refusal(invalid);
    if (oid.empty() || (static_cast<unsigned char>(oid.back()) & 0x80U) != 0)
      throw Refusal(invalid);
    out.policies.push_back(oid);
  }
  return Handled::yes;
}

Handled policy_mappings(const Extension& extension, Certificate& out, const Rules& rules) {
  if (rules.go < 24)
    return Handled::no;
  constexpr const char* invalid = "x509: invalid policy mappings extension";
  DerView in = require(DerView(extension.value).enter(tag::sequence), invalid);
  while (!in.empty()) {
    DerView mapping = require(in.enter(tag::sequence), invalid);
    const std::string issuer = text_of(require(mapping.element(tag::oid), invalid).contents);
    out.policy_mappings.push_back({issuer, text_of(require(mapping.element(tag::oid), invalid).contents)});
  }
  return Handled::yes;
}

Handled policy_constraints(const Extension& extension, Certificate& out, const Rules& rules) {
  if (rules.go < 24)
    return Handled::no;
  constexpr const char* invalid = "x509: invalid policy constraints extension";
  DerView in = require(DerView(extension.value).enter(tag::sequence), invalid);
  if (in.next_is(tag::primitive(0)))
    out.policy_limits.require_explicit = require(in.int64(tag::primitive(0)), invalid);
  if (in.next_is(tag::primitive(1)))
    out.policy_limits.inhibit_mapping = require(in.int64(tag::primitive(1)), invalid);
  return Handled::yes;
}

Handled inhibit_any_policy(const Extension& extension, Certificate& out, const Rules& rules) {
  if (rules.go < 24)
    return Handled::no;
  out.policy_limits.inhibit_any = require(DerView(extension.value).int64(), "x509: invalid inhibit any policy extension");
  return Handled::yes;
}

Handled authority_information_access(const Extension& extension, Certificate&, const Rules& rules) {
  constexpr const char* invalid = "x509: invalid authority info access";
  if (rules.go >= 23 && extension.is_critical)
    throw Refusal("x509: authority info access incorrectly marked critical");
  DerView in = require(DerView(extension.value).enter(tag::sequence), invalid);
  while (!in.empty()) {
    DerView access = require(in.enter(tag::sequence), invalid);
    require(access.oid(rules), invalid);
    if (access.next_is(tag::primitive(6)))
      require(access.any(), invalid);
  }
  return Handled::yes;
}

using Reader = Handled (*)(const Extension&, Certificate&, const Rules&);
struct Known {
  std::string_view type;
  Reader read;
};
constexpr std::array known_extensions = {Known{"2.5.29.14", &subject_key_identifier},
                                         Known{"2.5.29.15", &key_usage},
                                         Known{"2.5.29.17", &subject_alternative_name},
                                         Known{"2.5.29.19", &basic_constraints},
                                         Known{"2.5.29.30", &name_constraints},
                                         Known{"2.5.29.31", &crl_distribution_points},
                                         Known{"2.5.29.32", &certificate_policies},
                                         Known{"2.5.29.33", &policy_mappings},
                                         Known{"2.5.29.35", &authority_key_identifier},
                                         Known{"2.5.29.36", &policy_constraints},
                                         Known{"2.5.29.37", &extended_key_usage},
                                         Known{"2.5.29.54", &inhibit_any_policy},
                                         Known{"1.3.6.1.5.5.7.1.1", &authority_information_access}};

} // namespace

void process_extension(const Extension& extension, Certificate& out, const Rules& rules) {
  const auto known = std::ranges::find(known_extensions, extension.type, &Known::type);
  const Handled handled = known == known_extensions.end() ? Handled::no : known->read(extension, out, rules);
  if (extension.is_critical && handled == Handled::no)
    out.unhandled_critical.push_back(extension.type);
}

} // namespace dockpki::goverify
