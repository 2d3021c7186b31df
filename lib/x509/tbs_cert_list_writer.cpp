#include <dockpki/x509/crl.hpp>

#include <array>

#include "x509/der.hpp"
#include "x509/extensions.hpp"
#include "x509/oid.hpp"
#include "x509/signature_algorithm.hpp"

namespace dockpki::x509 {
namespace {

using der::Writer;

void write_entry(Writer& out, const Revocation& revocation) {
  out.sequence([&] {
    out.element(der::tag::integer, revocation.serial_number.octets());
    out.time(revocation.revocation_date);
    if (revocation.reason == CrlReason::unspecified) // RFC 5280 5.3.1: to be left out
      return;
    out.sequence([&] {
      write_extension(out, oid::crl_reason, Critical::no, [&] {
        const std::array octet = {static_cast<std::uint8_t>(revocation.reason)};
        out.element(der::tag::enumerated, octet);
      });
    });
  });
}

void write_extensions(Writer& out, const CrlFields& fields) {
  write_extension(out, oid::authority_key_identifier, Critical::no,
                  [&] { out.sequence([&] { out.element(der::tag::primitive(0), Bytes(fields.authority_key_identifier)); }); });
  write_extension(out, oid::crl_number, Critical::no, [&] { out.number(fields.crl_number); });
}

} // namespace

std::vector<std::uint8_t> encode_tbs_cert_list(const CrlFields& fields, SignatureAlgorithm algorithm) {
  constexpr std::uint64_t version2 = 1;
  constexpr std::size_t usual_size = 256;
  constexpr std::size_t usual_entry_size = 64;
  Writer out;
  out.reserve(usual_size + fields.revoked.size() * usual_entry_size);
  out.sequence([&] {
    out.number(version2);
    write_algorithm(out, algorithm);
    out.raw(fields.issuer.der());
    out.time(fields.this_update);
    out.time(fields.next_update);
    if (!fields.revoked.empty())
      out.sequence([&] {
        for (const Revocation& revocation : fields.revoked)
          write_entry(out, revocation);
      });
    out.nest(der::tag::constructed(0), [&] { out.sequence([&] { write_extensions(out, fields); }); });
  });
  return out.vector();
}

} // namespace dockpki::x509
