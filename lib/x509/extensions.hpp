// Why: certificates and requests share their extensions; here they are written from typed values and read into them.
#pragma once

#include <vector>

#include <dockpki/x509/certificate.hpp>

#include "x509/der.hpp"

namespace dockpki::x509 {

enum class Critical { no, yes };

/// write_extension writes one Extension around what `body` writes into its OCTET STRING.
template <class Body>
void write_extension(der::Writer& out, std::string_view oid, Critical critical, Body body) {
  out.sequence([&] {
    out.oid(oid);
    if (critical == Critical::yes) // DER leaves out the DEFAULT, FALSE
      out.boolean(true);
    out.nest(der::tag::octet_string, body);
  });
}

void write_basic_constraints(der::Writer& out, const BasicConstraints& constraints);
void write_key_usage(der::Writer& out, KeyUsage usage);
void write_extended_key_usage(der::Writer& out, const std::vector<std::string>& purposes);
void write_name_constraints(der::Writer& out, const NameConstraints& constraints);
void write_subject_alternative_name(der::Writer& out, const SubjectAlternativeName& names, Critical critical);

/// RawExtension points into what is read.
struct RawExtension {
  Extension extension;
  der::Reader value; ///< the contents of the OCTET STRING
};

/// read_extensions reads Extensions, a SEQUENCE. Throws der::Malformed, for two of one type as well.
std::vector<RawExtension> read_extensions(der::Reader& in);

// The contents of one extension each, to the end of `in`. All throw der::Malformed.
BasicConstraints read_basic_constraints(der::Reader in);
KeyUsage read_key_usage(der::Reader in);
std::vector<std::string> read_extended_key_usage(der::Reader in);
std::vector<std::uint8_t> read_subject_key_identifier(der::Reader in);
GeneralNames read_subject_alternative_name(der::Reader in);

struct AuthorityKeyIdentifier {
  std::optional<std::vector<std::uint8_t>> key_identifier;
  bool has_issuer_and_serial = false;
};
AuthorityKeyIdentifier read_authority_key_identifier(der::Reader in);

struct NameConstraintsText {
  std::vector<std::string> permitted;
  std::vector<std::string> excluded;
};
NameConstraintsText read_name_constraints(der::Reader in);

} // namespace dockpki::x509
