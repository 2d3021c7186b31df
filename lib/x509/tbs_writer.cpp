#include <dockpki/x509/certificate.hpp>

#include "x509/der.hpp"
#include "x509/extensions.hpp"
#include "x509/oid.hpp"
#include "x509/signature_algorithm.hpp"

namespace dockpki::x509 {
namespace {

using der::Writer;

bool is_empty(const DistinguishedName& name) {
  return name.attributes().empty();
}

void write_extensions(Writer& out, const CertificateFields& fields) {
  write_basic_constraints(out, fields.basic_constraints);
  if (fields.key_usage != 0)
    write_key_usage(out, fields.key_usage);
  if (!fields.extended_key_usage.empty())
    write_extended_key_usage(out, fields.extended_key_usage);
  if (!fields.name_constraints.empty())
    write_name_constraints(out, fields.name_constraints);
  if (!fields.subject_key_identifier.empty())
    write_extension(out, oid::subject_key_identifier, Critical::no, [&] { out.octet_string(fields.subject_key_identifier); });
  if (!fields.authority_key_identifier.empty())
    write_extension(out, oid::authority_key_identifier, Critical::no,
                    [&] { out.sequence([&] { out.element(der::tag::primitive(0), Bytes(fields.authority_key_identifier)); }); });
  if (!fields.subject_alternative_name.empty())
    write_subject_alternative_name(out, fields.subject_alternative_name, is_empty(fields.subject) ? Critical::yes : Critical::no);
}

} // namespace

std::vector<std::uint8_t> encode_tbs_certificate(const CertificateFields& fields, SignatureAlgorithm algorithm) {
  constexpr std::uint64_t version3 = 2;
  constexpr std::size_t usual_size = 1024;
  Writer out;
  out.reserve(usual_size);
  out.sequence([&] {
    out.nest(der::tag::constructed(0), [&] { out.number(version3); });
    out.element(der::tag::integer, fields.serial_number.octets());
    write_algorithm(out, algorithm);
    out.raw(fields.issuer.der());
    out.sequence([&] {
      out.time(fields.validity.not_before);
      out.time(fields.validity.not_after);
    });
    out.raw(fields.subject.der());
    out.raw(fields.subject_public_key.der());
    out.nest(der::tag::constructed(3), [&] { out.sequence([&] { write_extensions(out, fields); }); });
  });
  return out.vector();
}

} // namespace dockpki::x509
