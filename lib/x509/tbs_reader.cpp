#include "x509/tbs_reader.hpp"

#include "x509/distinguished_name.hpp"
#include "x509/extensions.hpp"
#include "x509/oid.hpp"
#include "x509/public_key.hpp"
#include "x509/signature_algorithm.hpp"

namespace dockpki::x509 {
namespace {

using der::Reader;

int read_version(Reader& in) {
  const auto before = in;
  auto version = in.enter_if(der::tag::constructed(0), "version");
  if (!version)
    return 1;
  const std::uint64_t number = version->small_number("version");
  version->finish("version");
  if (number == 0)
    before.fail("version", "1 is the default, which DER leaves out");
  if (number > 2)
    before.fail("version", "higher than 3");
  return static_cast<int>(number) + 1;
}

Validity read_validity(Reader& in) {
  Reader validity = in.enter(der::tag::sequence, "validity");
  const TimePoint not_before = validity.time("notBefore");
  const TimePoint not_after = validity.time("notAfter");
  validity.finish("validity");
  return {not_before, not_after};
}

void skip_unique_identifiers(Reader& in, int version) {
  for (const unsigned number : {1U, 2U})
    if (in.next_is(der::tag::primitive(number))) {
      if (version == 1)
        in.fail("unique identifier", "not allowed in version 1");
      in.bit_string("unique identifier", der::tag::primitive(number));
    }
}

void interpret(CertificateContents& contents, const std::string& type, const Reader& value) {
  if (type == oid::basic_constraints) {
    contents.basic_constraints = read_basic_constraints(value);
  } else if (type == oid::key_usage) {
    contents.key_usage = read_key_usage(value);
  } else if (type == oid::extended_key_usage) {
    contents.extended_key_usage = read_extended_key_usage(value);
  } else if (type == oid::subject_alternative_name) {
    contents.subject_alternative_name = read_subject_alternative_name(value);
  } else if (type == oid::subject_key_identifier) {
    contents.subject_key_identifier = read_subject_key_identifier(value);
  } else if (type == oid::authority_key_identifier) {
    AuthorityKeyIdentifier found = read_authority_key_identifier(value);
    contents.authority_key_identifier = std::move(found.key_identifier);
    contents.authority_has_issuer_and_serial = found.has_issuer_and_serial;
  } else if (type == oid::name_constraints) {
    NameConstraintsText found = read_name_constraints(value);
    contents.permitted_names = std::move(found.permitted);
    contents.excluded_names = std::move(found.excluded);
  }
}

void read_certificate_extensions(Reader& in, CertificateContents& contents) {
  const auto before = in;
  auto outer = in.enter_if(der::tag::constructed(3), "extensions");
  if (!outer)
    return;
  if (contents.version != 3)
    before.fail("extensions", "not allowed in version " + std::to_string(contents.version));
  std::vector<RawExtension> extensions = read_extensions(*outer);
  outer->finish("extensions");
  for (RawExtension& raw : extensions) {
    interpret(contents, raw.extension.oid, raw.value);
    contents.extensions.push_back(std::move(raw.extension));
  }
}

} // namespace

TbsParts read_tbs(Reader& in) {
  Reader tbs = in.enter(der::tag::sequence, "certificate");
  const int version = read_version(tbs);
  SerialNumber serial_number = SerialNumber::from_octets(tbs.integer("serialNumber"));
  FoundAlgorithm algorithm = read_algorithm(tbs, "signature algorithm");
  DistinguishedName issuer = read_name(tbs, "issuer");
  const Validity validity = read_validity(tbs);
  DistinguishedName subject = read_name(tbs, "subject");
  PublicKey key = PublicKey::from_der(read_public_key(tbs).whole);
  CertificateContents contents{version,
                               std::move(serial_number),
                               std::move(algorithm.oid),
                               std::move(issuer),
                               std::move(subject),
                               validity,
                               std::move(key),
                               {}};
  skip_unique_identifiers(tbs, version);
  read_certificate_extensions(tbs, contents);
  tbs.finish("certificate");
  return {std::move(contents), algorithm.whole};
}

CertificateContents parse_tbs_certificate(Bytes der) {
  return der::reading("certificate", {}, [&] {
    Reader in(der);
    TbsParts parts = read_tbs(in);
    in.finish({});
    return std::move(parts.contents);
  });
}

const Extension* CertificateContents::find_extension(std::string_view oid) const noexcept {
  for (const Extension& extension : extensions)
    if (extension.oid == oid)
      return &extension;
  return nullptr;
}

} // namespace dockpki::x509
