#include "x509/oid.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::x509 {
namespace {

struct Named {
  std::string_view oid;
  std::string_view name;
};

// RFC 4514 3 and, below the line, what OpenSSL calls the others that are met.
constexpr Named attributes[] = {{"2.5.4.3", "CN"},
                                {"2.5.4.7", "L"},
                                {"2.5.4.8", "ST"},
                                {"2.5.4.10", "O"},
                                {"2.5.4.11", "OU"},
                                {"2.5.4.6", "C"},
                                {"2.5.4.9", "STREET"},
                                {"0.9.2342.19200300.100.1.25", "DC"},
                                {"0.9.2342.19200300.100.1.1", "UID"},
                                {"2.5.4.4", "SN"},
                                {"2.5.4.5", "serialNumber"},
                                {"2.5.4.12", "title"},
                                {"2.5.4.42", "GN"},
                                {"2.5.4.46", "dnQualifier"},
                                {"2.5.4.65", "pseudonym"},
                                {"1.2.840.113549.1.9.1", "emailAddress"}};

constexpr Named extensions[] = {{"2.5.29.9", "subjectDirectoryAttributes"},
                                {"2.5.29.14", "subjectKeyIdentifier"},
                                {"2.5.29.15", "keyUsage"},
                                {"2.5.29.16", "privateKeyUsagePeriod"},
                                {"2.5.29.17", "subjectAltName"},
                                {"2.5.29.18", "issuerAltName"},
                                {"2.5.29.19", "basicConstraints"},
                                {"2.5.29.20", "cRLNumber"},
                                {"2.5.29.21", "reasonCode"},
                                {"2.5.29.24", "invalidityDate"},
                                {"2.5.29.27", "deltaCRLIndicator"},
                                {"2.5.29.28", "issuingDistributionPoint"},
                                {"2.5.29.29", "certificateIssuer"},
                                {"2.5.29.30", "nameConstraints"},
                                {"2.5.29.31", "cRLDistributionPoints"},
                                {"2.5.29.32", "certificatePolicies"},
                                {"2.5.29.33", "policyMappings"},
                                {"2.5.29.35", "authorityKeyIdentifier"},
                                {"2.5.29.36", "policyConstraints"},
                                {"2.5.29.37", "extendedKeyUsage"},
                                {"2.5.29.46", "freshestCRL"},
                                {"2.5.29.54", "inhibitAnyPolicy"},
                                {"1.3.6.1.5.5.7.1.1", "authorityInfoAccess"},
                                {"1.3.6.1.5.5.7.1.11", "subjectInfoAccess"},
                                {"1.3.6.1.5.5.7.1.24", "tlsFeature"},
                                {"1.3.6.1.5.5.7.48.1.5", "ocspNoCheck"},
                                {"1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestampList"},
                                {"1.3.6.1.4.1.11129.2.4.3", "ctPoison"},
                                {"2.16.840.1.113730.1.1", "netscapeCertType"},
                                {"2.16.840.1.113730.1.13", "netscapeComment"}};

constexpr Named purposes[] = {
    {"1.3.6.1.5.5.7.3.1", "serverAuth"},      {"1.3.6.1.5.5.7.3.2", "clientAuth"},     {"1.3.6.1.5.5.7.3.3", "codeSigning"},
    {"1.3.6.1.5.5.7.3.4", "emailProtection"}, {"1.3.6.1.5.5.7.3.5", "ipsecEndSystem"}, {"1.3.6.1.5.5.7.3.6", "ipsecTunnel"},
    {"1.3.6.1.5.5.7.3.7", "ipsecUser"},       {"1.3.6.1.5.5.7.3.8", "timeStamping"},   {"1.3.6.1.5.5.7.3.9", "OCSPSigning"},
    {"1.3.6.1.5.5.7.3.17", "ipsecIKE"},       {"1.3.6.1.4.1.311.10.3.3", "msSGC"},     {"2.16.840.1.113730.4.1", "nsSGC"},
    {"2.5.29.37.0", "anyExtendedKeyUsage"}};

constexpr Named algorithms[] = {{"1.2.840.113549.1.1.1", "RSA"},
                                {"1.2.840.113549.1.1.10", "RSA-PSS"},
                                {"1.2.840.10040.4.1", "DSA"},
                                {"1.2.840.10045.2.1", "EC"},
                                {"1.3.101.110", "X25519"},
                                {"1.3.101.111", "X448"},
                                {"1.3.101.112", "Ed25519"},
                                {"1.3.101.113", "Ed448"},
                                {"1.2.840.113549.1.3.1", "DH"},
                                {"1.3.132.0.10", "secp256k1"},
                                {"1.3.132.0.33", "P-224"},
                                {"1.2.840.10045.3.1.1", "P-192"},
                                {"1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"},
                                {"1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"},
                                {"1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"},
                                {"1.2.156.10197.1.301", "SM2"}};

std::string look_up(std::span<const Named> table, std::string_view oid) {
  for (const Named& entry : table)
    if (entry.oid == oid)
      return std::string(entry.name);
  return std::string(oid);
}

/// Multiplies a decimal number, its lowest digit first, by 128 and adds `low`: the arcs of 2.25 have 128 bits.
void shift_in(std::string& digits, unsigned low) {
  unsigned carry = low;
  for (char& digit : digits) {
    const unsigned value = static_cast<unsigned>(digit - '0') * 128 + carry;
    digit = static_cast<char>('0' + value % 10);
    carry = value / 10;
  }
  for (; carry != 0; carry /= 10)
    digits += static_cast<char>('0' + carry % 10);
}

/// The first two arcs share a number: 40 * first + second (X.690 8.19.4).
std::optional<std::string> split_first_arcs(std::string_view number) {
  std::uint64_t both = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), both);
  if (error != std::errc{})
    return std::nullopt;
  const std::uint64_t first = std::min<std::uint64_t>(both / 40, 2);
  return std::to_string(first) + '.' + std::to_string(both - 40 * first);
}

void append_arc(std::vector<std::uint8_t>& contents, std::uint64_t arc) {
  unsigned groups = 1;
  for (std::uint64_t rest = arc >> 7U; rest != 0; rest >>= 7U)
    ++groups;
  for (unsigned group = groups; group-- > 0;)
    contents.push_back(static_cast<std::uint8_t>(((arc >> (7 * group)) & 0x7fU) | (group != 0 ? 0x80U : 0U)));
}

std::optional<std::vector<std::uint64_t>> parse_arcs(std::string_view dotted) {
  std::vector<std::uint64_t> arcs;
  const char* at = dotted.data();
  const char* const last = at + dotted.size();
  while (true) {
    std::uint64_t arc = 0;
    const auto [end, error] = std::from_chars(at, last, arc);
    if (error != std::errc{} || (*at == '0' && end - at > 1))
      return std::nullopt;
    arcs.push_back(arc);
    if (end == last)
      break;
    if (*end != '.')
      return std::nullopt;
    at = end + 1;
  }
  constexpr std::uint64_t largest = ~std::uint64_t{0} - 80;
  if (arcs.size() < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39) || arcs[1] > largest)
    return std::nullopt;
  return arcs;
}

} // namespace

std::optional<std::string> decode_oid(Bytes contents) {
  constexpr std::size_t longest = 256;
  if (contents.empty() || contents.size() > longest || contents.back() >= 0x80)
    return std::nullopt;
  std::string dotted;
  std::string digits; // of one arc, the lowest first
  bool arc_begins = true;
  for (const std::uint8_t octet : contents) {
    if (arc_begins && octet == 0x80)
      return std::nullopt; // a needless leading zero
    shift_in(digits, octet & 0x7fU);
    arc_begins = octet < 0x80;
    if (!arc_begins)
      continue;
    const std::string arc = digits.empty() ? "0" : std::string(digits.rbegin(), digits.rend());
    if (!dotted.empty())
      dotted += '.' + arc;
    else if (const auto both = split_first_arcs(arc))
      dotted = *both;
    else
      return std::nullopt;
    digits.clear();
  }
  return dotted;
}

std::vector<std::uint8_t> encode_oid(std::string_view dotted) {
  const auto arcs = parse_arcs(dotted);
  if (!arcs)
    throw Error(Errc::usage,
                "failed to read object identifier '" + std::string(dotted) + "': it is not of the form 1.2.840.113549");
  std::vector<std::uint8_t> contents;
  append_arc(contents, (*arcs)[0] * 40 + (*arcs)[1]);
  for (std::size_t i = 2; i < arcs->size(); ++i)
    append_arc(contents, (*arcs)[i]);
  return contents;
}

std::string attribute_name(std::string_view oid) {
  return look_up(attributes, oid);
}

std::string algorithm_name(std::string_view oid) {
  return look_up(algorithms, oid);
}

std::string extension_name(std::string_view oid) {
  return look_up(extensions, oid);
}

std::string extended_key_usage_name(std::string_view oid) {
  return look_up(purposes, oid);
}

} // namespace dockpki::x509
