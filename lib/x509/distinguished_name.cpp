#include "x509/distinguished_name.hpp"

#include <algorithm>

#include <dockpki/base/hex.hpp>

#include "x509/oid.hpp"
#include "x509/utf8.hpp"

namespace dockpki::x509 {
namespace {

using der::Element;
using der::Reader;

/// Characters of `octets` octets each, big-endian (BMPString, UniversalString); nullopt if they are none.
std::optional<std::string> from_wide(Bytes contents, std::size_t octets) {
  if (contents.size() % octets != 0)
    return std::nullopt;
  std::string text;
  char32_t high = 0; // the first half of a UTF-16 pair, which some write into BMPString
  for (std::size_t at = 0; at < contents.size(); at += octets) {
    char32_t character = 0;
    for (std::size_t i = 0; i < octets; ++i)
      character = character << 8U | contents[at + i];
    if (high == 0 && octets == 2 && character >= 0xd800 && character < 0xdc00) {
      high = character;
      continue;
    }
    if (high != 0 && character >= 0xdc00 && character < 0xe000)
      character = 0x10000 + ((high - 0xd800) << 10U) + (character - 0xdc00);
    else if (high != 0 || character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
      return std::nullopt;
    high = 0;
    append_utf8(text, character);
  }
  return high == 0 ? std::optional(text) : std::nullopt;
}

std::optional<std::string> from_latin1(Bytes contents) {
  std::string text;
  for (const std::uint8_t octet : contents)
    append_utf8(text, octet);
  return text;
}

std::optional<std::string> from_ascii(Bytes contents) {
  if (std::any_of(contents.begin(), contents.end(), [](std::uint8_t octet) { return octet >= 0x80; }))
    return std::nullopt;
  return std::string(contents.begin(), contents.end());
}

/// nullopt if the contents do not go with the type. What is no string at all becomes "#" and its hexadecimal (RFC 4514 2.4).
std::optional<std::string> value_text(const Element& value) {
  switch (value.tag) {
  case der::tag::utf8_string: {
    std::string text(value.contents.begin(), value.contents.end());
    return is_utf8(text) ? std::optional(std::move(text)) : std::nullopt;
  }
  case der::tag::printable_string:
  case der::tag::ia5_string:
  case der::tag::numeric_string:
  case der::tag::visible_string:
    return from_ascii(value.contents);
  case der::tag::t61_string:
    return from_latin1(value.contents); // what everybody writes into it, whatever T.61 says
  case der::tag::bmp_string:
    return from_wide(value.contents, 2);
  case der::tag::universal_string:
    return from_wide(value.contents, 4);
  default:
    return '#' + to_hex(value.whole);
  }
}

std::vector<DistinguishedName::Attribute> read_attributes(Reader in, std::string_view what) {
  std::vector<DistinguishedName::Attribute> attributes;
  while (!in.empty()) {
    Reader relative = in.enter(der::tag::set, what);
    if (relative.empty())
      in.fail(what, "an empty relative name");
    while (!relative.empty()) {
      Reader pair = relative.enter(der::tag::sequence, what);
      const std::string type = pair.oid(what);
      const Reader before = pair;
      auto text = value_text(pair.any(what));
      if (!text)
        before.fail(what, "a value that is not of its string type");
      pair.finish(what);
      attributes.push_back({attribute_name(type), std::move(*text)});
    }
  }
  return attributes;
}

void write_attribute(der::Writer& out, std::string_view type, const CommonName& value) {
  out.nest(der::tag::set, [&] {
    out.sequence([&] {
      out.oid(type);
      out.element(der::tag::utf8_string, value.text());
    });
  });
}

} // namespace

DistinguishedName read_name(der::Reader& in, std::string_view what) {
  const Element name = in.element(der::tag::sequence, what);
  read_attributes(in.inside(name.contents), what); // a fault is told with its place in the whole
  return DistinguishedName::from_der(name.whole);
}

DistinguishedName DistinguishedName::make(const CommonName& common_name, const std::optional<CommonName>& organization) {
  der::Writer out;
  out.sequence([&] {
    if (organization)
      write_attribute(out, oid::organization, *organization);
    write_attribute(out, oid::common_name, common_name);
  });
  return from_der(out.bytes());
}

DistinguishedName DistinguishedName::from_der(Bytes der) {
  DistinguishedName name;
  name.attributes_ = der::reading("name", {}, [&] {
    Reader in(der);
    auto attributes = read_attributes(in.enter(der::tag::sequence, "name"), "name");
    in.finish({});
    return attributes;
  });
  name.der_.assign(der.begin(), der.end());
  return name;
}

std::string DistinguishedName::common_name() const {
  for (const Attribute& attribute : attributes_)
    if (attribute.type == "CN")
      return attribute.value;
  return {};
}

namespace {

/// A comma in a value must not look like the begin of another attribute (RFC 4514 2.4).
std::string escaped(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == ',' || c == '+' || c == '=')
      text += '\\';
    text += c;
  }
  return text;
}

} // namespace

std::string DistinguishedName::text() const {
  std::string text;
  for (const Attribute& attribute : attributes_) {
    if (!text.empty())
      text += ", ";
    text += attribute.type + '=' + escaped(printable(attribute.value));
  }
  return text;
}

} // namespace dockpki::x509
