// A certificate as Go's crypto/x509 reads it (parser.go), in its order, because the first fault is the one that it tells of.
#include <algorithm>
#include <set>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/certificate.hpp>

#include "goverify/extensions.hpp"
#include "goverify/names.hpp"
#include "goverify/public_key.hpp"

namespace dockpki::goverify {
namespace {

using Element = DerView::Element;

Element require(std::optional<Element> element, const char* complaint) {
  if (!element)
    throw Refusal(complaint);
  return *element;
}

DerView require(std::optional<DerView> view, const char* complaint) {
  if (!view)
    throw Refusal(complaint);
  return *view;
}

/// What of a Name matters later; the rest is only checked.
struct NameParts {
  std::string common_name;
  std::vector<std::string> organizations;
};

bool is_string(std::uint8_t tag) {
  return tag == tag::t61_string || tag == tag::printable_string || tag == tag::utf8_string || tag == tag::bmp_string ||
         tag == tag::ia5_string || tag == tag::numeric_string;
}

std::string attribute_value(const Element& value, const Rules& rules) {
  try {
    if (rules.go >= 27 && !is_string(value.tag))
      return {}; // newer Go takes what is no string, and no common name
    return attribute_text(value.tag, value.contents);
  } catch (const Refusal& refusal) {
    throw Refusal(std::string("x509: invalid RDNSequence: invalid attribute value: ") + refusal.what());
  }
}

NameParts read_name(Bytes whole, const Rules& rules) {
  NameParts parts;
  DerView rest = require(DerView(whole).enter(tag::sequence), "x509: invalid RDNSequence");
  while (!rest.empty()) {
    DerView set = require(rest.enter(tag::set), "x509: invalid RDNSequence");
    while (!set.empty()) {
      DerView attribute = require(set.enter(tag::sequence), "x509: invalid RDNSequence: invalid attribute");
      const auto type = attribute.oid(rules);
      if (!type)
        throw Refusal("x509: invalid RDNSequence: invalid attribute type");
      const Element value = require(attribute.any(), "x509: invalid RDNSequence: invalid attribute value");
      const std::string text = attribute_value(value, rules);
      const std::string name = dotted(*type);
      if (name == "2.5.4.3")
        parts.common_name = text;
      else if (name == "2.5.4.10")
        parts.organizations.push_back(text);
    }
  }
  return parts;
}

TimePoint read_time(DerView& in) {
  if (in.next_is(tag::utc_time)) {
    const auto time = in.utc_time();
    return time ? *time : throw Refusal("x509: malformed UTCTime");
  }
  if (in.next_is(tag::generalized_time)) {
    const auto time = in.generalized_time();
    return time ? *time : throw Refusal("x509: malformed GeneralizedTime");
  }
  throw Refusal("x509: unsupported time format");
}

void read_version(DerView& tbs, Certificate& out) {
  if (!tbs.next_is(tag::constructed(0)))
    return;
  auto inner = tbs.enter(tag::constructed(0));
  const auto number = inner ? inner->int64() : std::nullopt;
  if (!number || !inner->empty() || *number < 0)
    throw Refusal("x509: malformed version");
  if (*number > 2)
    throw Refusal("x509: invalid version");
  out.version = static_cast<int>(*number) + 1;
}

void read_serial(DerView& tbs, Certificate& out, const Rules& rules) {
  const auto serial = tbs.integer();
  if (!serial)
    throw Refusal("x509: malformed serial number");
  out.serial.assign(serial->begin(), serial->end());
  out.serial_is_negative = (out.serial.front() & 0x80U) != 0;
  if (out.serial_is_negative && !rules.negative_serial)
    throw Refusal("x509: negative serial number");
}

void read_extensions(DerView& tbs, Certificate& out, const Rules& rules) {
  if (!tbs.next_is(tag::constructed(3)))
    return;
  constexpr const char* malformed = "x509: malformed extensions";
  DerView rest = require(require(tbs.enter(tag::constructed(3)), malformed).enter(tag::sequence), malformed);
  std::set<std::string> seen;
  std::vector<Extension> extensions;
  while (!rest.empty()) {
    DerView in = require(rest.enter(tag::sequence), "x509: malformed extension");
    const auto type = in.oid(rules);
    if (!type)
      throw Refusal("x509: malformed extension OID field");
    Extension extension{dotted(*type), false, {}};
    if (in.next_is(tag::boolean)) {
      const auto critical = in.boolean();
      if (!critical)
        throw Refusal("x509: malformed extension critical field");
      extension.is_critical = *critical;
    }
    extension.value = require(in.element(tag::octet_string), "x509: malformed extension value field").contents;
    if (!seen.insert(extension.type).second)
      throw Refusal(rules.go >= 20 ? "x509: certificate contains duplicate extension with OID " + quoted(extension.type)
                                   : "x509: certificate contains duplicate extensions");
    extensions.push_back(std::move(extension));
  }
  for (const Extension& extension : extensions)
    process_extension(extension, out, rules);
}

void read_tbs(DerView tbs, DerView& after, Certificate& out, const Rules& rules) {
  read_version(tbs, out);
  read_serial(tbs, out, rules);
  const Bytes inner = require(tbs.element(tag::sequence), "x509: malformed signature algorithm identifier").contents;
  const Bytes outer = require(after.element(tag::sequence), "x509: malformed algorithm identifier").contents;
  if (!std::ranges::equal(inner, outer))
    throw Refusal("x509: inner and outer signature algorithm identifiers don't match");
  out.signature_algorithm = signature_algorithm_of(read_algorithm(DerView(inner)));

  out.issuer = require(tbs.element(tag::sequence), "x509: malformed issuer").whole;
  out.issuer_common_name = read_name(out.issuer, rules).common_name;
  DerView validity = require(tbs.enter(tag::sequence), "x509: malformed validity");
  out.not_before = read_time(validity);
  out.not_after = read_time(validity);
  out.subject = require(tbs.element(tag::sequence), "x509: malformed issuer").whole;
  NameParts subject = read_name(out.subject, rules);
  out.common_name = std::move(subject.common_name);
  out.organizations = std::move(subject.organizations);
  out.key = read_public_key(require(tbs.enter(tag::sequence), "x509: malformed spki"), rules);
  if (out.version == 1)
    return;
  for (const unsigned unique_identifier : {1U, 2U})
    if (tbs.next_is(tag::primitive(unique_identifier)) && !tbs.any())
      throw Refusal(unique_identifier == 1 ? "x509: malformed issuerUniqueID" : "x509: malformed subjectUniqueID");
  if (out.version == 3)
    read_extensions(tbs, out, rules);
}

} // namespace

CertificatePtr parse_certificate(Bytes der, const Rules& rules) {
  auto out = std::make_shared<Certificate>();
  out->raw.assign(der.begin(), der.end());
  DerView input{Bytes(out->raw)};
  const Element whole = require(input.element(tag::sequence), "x509: malformed certificate");
  DerView in{whole.contents};
  const Element tbs = require(in.element(tag::sequence), "x509: malformed tbs certificate");
  out->tbs = tbs.whole;
  read_tbs(DerView(tbs.contents), in, *out, rules);
  const auto signature = in.bits();
  if (!signature)
    throw Refusal("x509: malformed signature");
  out->signature = signature->right_aligned();
  if (!input.empty())
    throw Refusal("x509: trailing data");
  return out;
}

std::string subject_text(const Certificate& certificate) {
  try {
    return x509::DistinguishedName::from_der(certificate.subject).text();
  } catch (const Error&) {
    return x509::printable(certificate.common_name); // Go reads names that our own reader does not
  }
}

std::string_view to_string(SignatureAlgorithm algorithm) {
  constexpr std::array<std::string_view, 16> names = {
      "0",          "MD2-RSA",      "MD5-RSA",      "SHA1-RSA",     "SHA256-RSA",    "SHA384-RSA",    "SHA512-RSA",    "DSA-SHA1",
      "ECDSA-SHA1", "ECDSA-SHA256", "ECDSA-SHA384", "ECDSA-SHA512", "SHA256-RSAPSS", "SHA384-RSAPSS", "SHA512-RSAPSS", "Ed25519"};
  return names.at(static_cast<std::size_t>(algorithm));
}

} // namespace dockpki::goverify
