#include "x509/extensions.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "x509/oid.hpp"

namespace dockpki::x509 {
namespace {

constexpr std::uint8_t rfc822_name = der::tag::primitive(1);
constexpr std::uint8_t dns_name = der::tag::primitive(2);
constexpr std::uint8_t ip_address = der::tag::primitive(7);

/// Address and mask, as a GeneralSubtree has them.
std::vector<std::uint8_t> block_octets(const IpNetwork& block) {
  const auto address = block.address().octets();
  std::vector<std::uint8_t> octets(address.begin(), address.end());
  for (std::size_t i = 0; i < address.size(); ++i) {
    const int bits = std::clamp(block.prefix_length() - 8 * static_cast<int>(i), 0, 8);
    octets.push_back(static_cast<std::uint8_t>(0xff00U >> static_cast<unsigned>(bits)));
  }
  return octets;
}

void write_subtree(der::Writer& out, std::uint8_t kind, Bytes base) {
  out.sequence([&] { out.element(kind, base); }); // minimum 0 is the DEFAULT, maximum stays absent
}

void write_permitted(der::Writer& out, const NameConstraints& constraints) {
  out.nest(der::tag::constructed(0), [&] {
    for (const DnsName& name : constraints.permitted_dns) {
      if (name.is_wildcard())
        throw Error(Errc::usage, "failed to permit DNS name '" + name.text() + "': a wildcard cannot stand in name constraints",
                    "give the domain, which permits all names below it: --permit-dns " + name.text().substr(2));
      out.sequence([&] { out.element(dns_name, name.text()); });
    }
    for (const IpNetwork& block : constraints.permitted_ip)
      write_subtree(out, ip_address, block_octets(block));
  });
}

/// A kind of which nothing is permitted is excluded whole; readers agree on that better than on a permitted block that no address
/// is in.
void write_excluded(der::Writer& out, const NameConstraints& constraints) {
  if (!constraints.permitted_dns.empty() && !constraints.permitted_ip.empty())
    return;
  out.nest(der::tag::constructed(1), [&] {
    if (constraints.permitted_dns.empty())
      write_subtree(out, dns_name, {}); // the empty name: every name lies below it
    if (constraints.permitted_ip.empty()) {
      write_subtree(out, ip_address, std::array<std::uint8_t, 8>{});
      write_subtree(out, ip_address, std::array<std::uint8_t, 32>{});
    }
  });
}

} // namespace

void write_basic_constraints(der::Writer& out, const BasicConstraints& constraints) {
  write_extension(out, oid::basic_constraints, Critical::yes, [&] {
    out.sequence([&] {
      if (constraints.is_ca)
        out.boolean(true);
      if (constraints.path_length)
        out.number(*constraints.path_length);
    });
  });
}

void write_key_usage(der::Writer& out, KeyUsage usage) {
  write_extension(out, oid::key_usage, Critical::yes, [&] {
    // Bit n of the BIT STRING counts from the left; DER drops the zero bits at its end (X.690 11.2.2).
    const unsigned highest = usage == 0 ? 0 : static_cast<unsigned>(std::bit_width(usage));
    std::vector<std::uint8_t> contents(1 + (highest + 7) / 8);
    contents[0] = static_cast<std::uint8_t>((8 - highest % 8) % 8);
    for (unsigned bit = 0; bit < highest; ++bit)
      if ((unsigned{usage} >> bit & 1U) != 0)
        contents[1 + bit / 8] = static_cast<std::uint8_t>(contents[1 + bit / 8] | 0x80U >> bit % 8);
    out.element(der::tag::bit_string, contents);
  });
}

void write_extended_key_usage(der::Writer& out, const std::vector<std::string>& purposes) {
  write_extension(out, oid::extended_key_usage, Critical::no, [&] {
    out.sequence([&] {
      for (const std::string& purpose : purposes)
        out.oid(purpose);
    });
  });
}

void write_name_constraints(der::Writer& out, const NameConstraints& constraints) {
  write_extension(out, oid::name_constraints, Critical::yes, [&] {
    out.sequence([&] {
      write_permitted(out, constraints);
      write_excluded(out, constraints);
    });
  });
}

void write_subject_alternative_name(der::Writer& out, const SubjectAlternativeName& names, Critical critical) {
  write_extension(out, oid::subject_alternative_name, critical, [&] {
    out.sequence([&] {
      for (const DnsName& name : names.dns)
        out.element(dns_name, name.text());
      for (const IpAddress& address : names.ip)
        out.element(ip_address, address.octets());
      for (const EmailAddress& address : names.email)
        out.element(rfc822_name, address.text());
    });
  });
}

} // namespace dockpki::x509
