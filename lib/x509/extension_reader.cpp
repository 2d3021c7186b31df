#include "x509/extensions.hpp"

#include <algorithm>

namespace dockpki::x509 {

using der::Reader;

std::vector<RawExtension> read_extensions(Reader& in) {
  constexpr std::size_t most_extensions = 64;
  std::vector<RawExtension> found;
  Reader list = in.enter(der::tag::sequence, "extensions");
  if (list.empty())
    list.fail("extensions", "an empty list");
  while (!list.empty()) {
    const Reader before = list;
    if (found.size() == most_extensions)
      before.fail("extensions", "more than 64 of them");
    Reader one = list.enter(der::tag::sequence, "extension");
    Extension extension;
    extension.oid = one.oid("extension");
    const std::string name = extension_name(extension.oid);
    if (one.next_is(der::tag::boolean)) {
      extension.critical = one.boolean(name);
      if (!extension.critical)
        before.fail(name, "critical FALSE is the default, which DER leaves out");
    }
    const Bytes value = one.contents(der::tag::octet_string, name);
    one.finish(name);
    if (std::any_of(found.begin(), found.end(), [&](const RawExtension& other) { return other.extension.oid == extension.oid; }))
      before.fail(name, "stands there twice");
    extension.value.assign(value.begin(), value.end());
    found.push_back({std::move(extension), in.inside(value)});
  }
  return found;
}

BasicConstraints read_basic_constraints(Reader in) {
  constexpr std::string_view what = "basicConstraints";
  Reader contents = in.enter(der::tag::sequence, what);
  in.finish(what);
  BasicConstraints constraints;
  // CA FALSE written out is not DER, but many tools do, and nobody minds.
  if (contents.next_is(der::tag::boolean))
    constraints.is_ca = contents.boolean(what);
  if (contents.next_is(der::tag::integer)) {
    const std::uint64_t length = contents.small_number(what);
    if (length > UINT32_MAX)
      contents.fail(what, "a path length too large");
    constraints.path_length = static_cast<std::uint32_t>(length);
  }
  contents.finish(what);
  return constraints;
}

KeyUsage read_key_usage(Reader in) {
  constexpr std::string_view what = "keyUsage";
  const der::BitString bits = in.bit_string(what);
  in.finish(what);
  unsigned usage = 0;
  for (unsigned bit = 0; bit < 9 && bit / 8 < bits.octets.size(); ++bit)
    if ((bits.octets[bit / 8] & 0x80U >> bit % 8) != 0)
      usage |= 1U << bit;
  return static_cast<KeyUsage>(usage);
}

std::vector<std::string> key_usage_names(KeyUsage usage) {
  constexpr std::string_view names[] = {"digitalSignature", "contentCommitment", "keyEncipherment",
                                        "dataEncipherment", "keyAgreement",      "keyCertSign",
                                        "cRLSign",          "encipherOnly",      "decipherOnly"};
  std::vector<std::string> present;
  for (unsigned bit = 0; bit < std::size(names); ++bit)
    if ((unsigned{usage} >> bit & 1U) != 0)
      present.emplace_back(names[bit]);
  return present;
}

std::vector<std::string> read_extended_key_usage(Reader in) {
  constexpr std::string_view what = "extendedKeyUsage";
  Reader list = in.enter(der::tag::sequence, what);
  in.finish(what);
  std::vector<std::string> purposes;
  if (list.empty())
    list.fail(what, "an empty list");
  while (!list.empty())
    purposes.push_back(list.oid(what));
  return purposes;
}

std::vector<std::uint8_t> read_subject_key_identifier(Reader in) {
  constexpr std::string_view what = "subjectKeyIdentifier";
  const Bytes identifier = in.contents(der::tag::octet_string, what);
  in.finish(what);
  return {identifier.begin(), identifier.end()};
}

AuthorityKeyIdentifier read_authority_key_identifier(Reader in) {
  constexpr std::string_view what = "authorityKeyIdentifier";
  Reader contents = in.enter(der::tag::sequence, what);
  in.finish(what);
  AuthorityKeyIdentifier found;
  if (contents.next_is(der::tag::primitive(0))) {
    const Bytes identifier = contents.contents(der::tag::primitive(0), what);
    found.key_identifier.emplace(identifier.begin(), identifier.end());
  }
  const bool has_issuer = contents.enter_if(der::tag::constructed(1), what).has_value();
  const bool has_serial = contents.next_is(der::tag::primitive(2));
  if (has_serial)
    contents.integer(what, der::tag::primitive(2));
  found.has_issuer_and_serial = has_issuer || has_serial;
  contents.finish(what);
  return found;
}

} // namespace dockpki::x509
