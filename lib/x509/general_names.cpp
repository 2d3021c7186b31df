#include "x509/extensions.hpp"

#include <algorithm>

#include <dockpki/base/hex.hpp>

#include "x509/distinguished_name.hpp"

namespace dockpki::x509 {
namespace {

using der::Element;
using der::Reader;

std::string as_text(Bytes octets) {
  return {octets.begin(), octets.end()};
}

/// The kinds that nothing here looks into (RFC 5280 4.2.1.6); empty for a tag that is none of GeneralName.
std::string other_kind(std::uint8_t tag) {
  switch (tag) {
  case der::tag::constructed(0):
    return "otherName";
  case der::tag::constructed(3):
    return "x400Address";
  case der::tag::constructed(4):
    return "directoryName";
  case der::tag::constructed(5):
    return "ediPartyName";
  case der::tag::primitive(8):
    return "registeredID";
  default:
    return {};
  }
}

void add_name(GeneralNames& names, Reader& in, std::string_view what) {
  const Reader before = in;
  const Element name = in.any(what);
  switch (name.tag) {
  case der::tag::primitive(1):
    names.email.push_back(as_text(name.contents));
    return;
  case der::tag::primitive(2):
    names.dns.push_back(as_text(name.contents));
    return;
  case der::tag::primitive(6):
    names.uri.push_back(as_text(name.contents));
    return;
  case der::tag::primitive(7):
    if (const auto address = IpAddress::from_octets(name.contents))
      names.ip.push_back(*address);
    else
      names.other.push_back("iPAddress(" + std::to_string(name.contents.size()) + " octets)");
    return;
  default:
    break;
  }
  std::string kind = other_kind(name.tag);
  if (kind.empty())
    before.fail(what, "not a name of any kind");
  names.other.push_back(std::move(kind));
}

std::string block_text(Bytes octets) {
  if (const auto block = IpNetwork::from_octets(octets))
    return block->text();
  const std::size_t half = octets.size() / 2;
  const auto address = IpAddress::from_octets(octets.first(half));
  const auto mask = IpAddress::from_octets(octets.subspan(half));
  return address && mask ? address->text() + '/' + mask->text() : '#' + to_hex(octets);
}

std::string base_text(Reader& in, std::string_view what) {
  const Reader before = in;
  const Element base = in.any(what);
  switch (base.tag) {
  case der::tag::primitive(1):
    return "email:" + as_text(base.contents);
  case der::tag::primitive(2):
    return "DNS:" + as_text(base.contents);
  case der::tag::primitive(6):
    return "URI:" + as_text(base.contents);
  case der::tag::primitive(7):
    return "IP:" + block_text(base.contents);
  case der::tag::constructed(4): {
    Reader name = in.inside(base.contents);
    const DistinguishedName directory_name = read_name(name, what);
    name.finish(what);
    return "directoryName:" + directory_name.text();
  }
  default:
    break;
  }
  const std::string kind = other_kind(base.tag);
  if (kind.empty())
    before.fail(what, "not a name of any kind");
  return kind + ":#" + to_hex(base.contents);
}

std::vector<std::string> read_subtrees(Reader list, std::string_view what) {
  std::vector<std::string> texts;
  if (list.empty())
    list.fail(what, "an empty list");
  while (!list.empty()) {
    Reader subtree = list.enter(der::tag::sequence, what);
    texts.push_back(base_text(subtree, what));
    subtree.finish(what); // RFC 5280: no minimum but the DEFAULT 0, no maximum
  }
  return texts;
}

} // namespace

GeneralNames read_subject_alternative_name(Reader in) {
  constexpr std::string_view what = "subjectAltName";
  Reader list = in.enter(der::tag::sequence, what);
  in.finish(what);
  GeneralNames names;
  while (!list.empty())
    add_name(names, list, what);
  return names;
}

NameConstraintsText read_name_constraints(Reader in) {
  constexpr std::string_view what = "nameConstraints";
  Reader contents = in.enter(der::tag::sequence, what);
  in.finish(what);
  NameConstraintsText found;
  if (const auto permitted = contents.enter_if(der::tag::constructed(0), what))
    found.permitted = read_subtrees(*permitted, what);
  if (const auto excluded = contents.enter_if(der::tag::constructed(1), what))
    found.excluded = read_subtrees(*excluded, what);
  contents.finish(what);
  return found;
}

void SubjectAlternativeName::add(const DnsName& name) {
  if (std::ranges::find(dns, name) == dns.end())
    dns.push_back(name);
}

void SubjectAlternativeName::add(const IpAddress& address) {
  if (std::ranges::find(ip, address) == ip.end())
    ip.push_back(address);
}

std::optional<std::string> NameConstraints::first_violation(const SubjectAlternativeName& names) const {
  if (empty())
    return std::nullopt;
  for (const DnsName& name : names.dns)
    if (std::none_of(permitted_dns.begin(), permitted_dns.end(), [&](const DnsName& domain) { return name.is_within(domain); }))
      return name.text();
  for (const IpAddress& address : names.ip)
    if (std::none_of(permitted_ip.begin(), permitted_ip.end(), [&](const IpNetwork& block) { return block.contains(address); }))
      return address.text();
  return std::nullopt;
}

} // namespace dockpki::x509
