// What was done to a PEM file before Go saw it.
#include <dockpki/goverify/signs.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "goverify/der_view.hpp"
#include "goverify/pem.hpp"
#include "goverify/private_key.hpp"
#include "goverify/refusal_signs.hpp"

namespace dockpki::goverify {
namespace {

std::string_view text_of(Bytes octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool has_byte_order_mark(std::string_view text) {
  return text.starts_with("\xef\xbb\xbf");
}

bool is_utf16(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") || (text.size() > 8 && text[1] == '\0' && text[3] == '\0');
}

bool is_der(Bytes octets) {
  return octets.size() > 4 && octets[0] == tag::sequence && (octets[1] & 0x80U) != 0;
}

/// Lines that were lost, doubled or shifted on the way through a variable or a YAML file.
bool has_mangled_lines(std::string_view text) {
  if (text.starts_with("LS0tLS1CRUdJTi") || contains(text, "\\n"))
    return true;
  const std::size_t begin = text.find("-----BEGIN ");
  if (begin == std::string_view::npos)
    return false;
  const std::size_t feed = text.find('\n', begin);
  const bool has_one_line =
      feed == std::string_view::npos || text.substr(begin, feed - begin).find("-----END ") != std::string_view::npos;
  const std::size_t before = text.find_last_not_of(" \t", begin == 0 ? 0 : begin - 1);
  const bool is_indented = begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t') &&
                           (before == std::string_view::npos || text[before] == '\n');
  return has_one_line || is_indented || contains(text, "\n -----END") || contains(text, "\n  ");
}

bool has_odd_label(std::string_view text) {
  static constexpr std::array odd = {"BEGIN TRUSTED CERTIFICATE",
                                     "BEGIN X509 CERTIFICATE",
                                     "begin certificate",
                                     "BEGIN certificate",
                                     "\xe2\x80\x93",
                                     "\xe2\x80\x94",
                                     "\xe2\x80\x90",
                                     "\xe2\x80\x91"};
  if (std::ranges::any_of(odd, [&](const char* label) { return contains(text, label); }))
    return true;
  const std::size_t begin = text.find("BEGIN ");
  if (begin == std::string_view::npos)
    return false;
  const bool has_five_dashes = begin >= 5 && text.substr(begin - 5, 5) == "-----";
  const bool begins_line = begin == 5 || (begin > 5 && text[begin - 6] == '\n');
  return !has_five_dashes || !begins_line;
}

/// Which of the ways to spoil a file this is, where Go finds no block in it.
std::string id_of_unread(Bytes octets) {
  const std::string_view text = text_of(octets);
  if (has_byte_order_mark(text))
    return "file-bom";
  if (is_utf16(text))
    return "file-utf16";
  if (is_der(octets))
    return "file-der";
  if (contains(text, "----------BEGIN "))
    return "file-glued";
  if (has_mangled_lines(text))
    return "file-mangled-newlines";
  if (has_odd_label(text))
    return "file-labels";
  return "file-truncated";
}

std::string id_of_label(const std::string& label, FileOf what) {
  if (label == "CERTIFICATE REQUEST" || label == "NEW CERTIFICATE REQUEST" || label == "PUBLIC KEY" || label == "RSA PUBLIC KEY")
    return "file-csr";
  if (label == "PKCS7" || label == "CMS")
    return "file-der";
  if (label.ends_with("PRIVATE KEY") && what != FileOf::key)
    return "file-swapped";
  if (label == "CERTIFICATE" && what == FileOf::key)
    return "file-swapped";
  return "file-labels";
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

bool is_wanted(const std::string& label, FileOf what) {
  return what == FileOf::key ? label.ends_with("PRIVATE KEY") : label == "CERTIFICATE";
}

void look_at_bundle(Bytes octets, const std::vector<PemBlock>& blocks, const Rules& rules, std::vector<Sign>& signs) {
  const Pool pool = read_pool(octets, rules);
  if (pool.certificates.empty()) {
    for (const std::string& complaint : pool.skipped)
      signs.push_back(sign_of_refusal(complaint, {}));
    if (pool.skipped.empty())
      signs.push_back({"file-labels", "its blocks have header lines, which Go does not take in a bundle"});
    return;
  }
  if (!pool.skipped.empty())
    signs.push_back({"file-bundle-skip", "Docker passes over a certificate in it: " + pool.skipped.front()});
  const auto read =
      static_cast<std::size_t>(std::ranges::count_if(blocks, [](const PemBlock& one) { return one.label == "CERTIFICATE"; }));
  if (has_byte_order_mark(text_of(octets)))
    signs.push_back({"file-bom-bundle", "its first certificate stands behind a byte order mark, and is not seen"});
  else if (count_of(text_of(octets), "-----BEGIN CERTIFICATE-----") > read)
    signs.push_back({"file-bundle-skip", "a certificate in it is no PEM, and Docker passes over it"});
  if (std::ranges::any_of(blocks, [](const PemBlock& block) { return block.label.ends_with("PRIVATE KEY"); }))
    signs.push_back({"perm-ca-key", "a private key stands among the certificates"});
}

} // namespace

std::vector<Sign> signs_in_file(Bytes text, FileOf what, const Rules& rules) {
  const std::vector<PemBlock> blocks = decode_all_pem(text);
  std::vector<Sign> signs;
  const bool has_wanted = std::ranges::any_of(blocks, [&](const PemBlock& block) { return is_wanted(block.label, what); });
  if (!has_wanted)
    signs.push_back({blocks.empty() ? id_of_unread(text) : id_of_label(blocks.front().label, what), {}});
  else if (what == FileOf::authorities)
    look_at_bundle(text, blocks, rules, signs);
  return signs;
}

Sign sign_of_refusal(const std::string& text, Bytes der) {
  const auto says = [&](std::string_view part) { return contains(text, part); };
  if (says("IPv4-mapped"))
    return {says("constraint") ? "nc-unknown" : "san-ipv6-mapped", text};
  if (says("parse IP address of length"))
    return {"san-ip-bytes", text};
  if (says("SAN dNSName is malformed"))
    return {"san-non-ascii", text};
  if (says("onstraint") && !says("basic constraints"))
    return {"nc-unknown", text};
  if (says("negative serial number"))
    return {"serial-negative", text};
  if (says("UTCTime") || says("GeneralizedTime") || says("time format"))
    return {"time-encoding", text};
  if (says("elliptic curve") || says("ECDSA parameters") || says("RSA key missing") || says("public exponent"))
    return {"alg-unsupported-key", text};
  if (says("inner and outer signature"))
    return {"alg-bad-signature", text};
  if (says("duplicate extension"))
    return {says("2.5.29.17") || has_extension_twice(der, "2.5.29.17") ? "san-dup-ext" : "file-duplicate-ext", text};
  return {"file-duplicate-ext", text};
}

bool has_extension_twice(Bytes der, std::string_view type) {
  auto certificate = DerView(der).enter(tag::sequence);
  auto tbs = certificate ? certificate->enter(tag::sequence) : std::nullopt;
  std::size_t count = 0;
  while (tbs && !tbs->empty()) {
    const auto element = tbs->any();
    if (!element)
      break;
    auto extensions = element->tag == tag::constructed(3) ? DerView(element->contents).enter(tag::sequence) : std::nullopt;
    while (extensions && !extensions->empty()) {
      auto extension = extensions->enter(tag::sequence);
      const auto oid = extension ? extension->oid() : std::nullopt;
      if (!oid)
        return false;
      if (dotted(*oid) == type)
        ++count;
    }
  }
  return count > 1;
}

namespace {

/// Whose key it is, if it is one of a later certificate in the file.
bool fits_a_later_certificate(const std::vector<PemBlock>& certificates, const PublicKey& half, const Rules& rules) {
  bool is_first = true;
  for (const PemBlock& block : certificates) {
    if (block.label != "CERTIFICATE" || std::exchange(is_first, false))
      continue;
    try {
      if (parse_certificate(block.octets.bytes(), rules)->key == half)
        return true;
    } catch (const Refusal&) {
      continue;
    }
  }
  return false;
}

std::string id_of_unparsed_key(const std::vector<PemBlock>& blocks, Side side) {
  const auto key = std::ranges::find_if(blocks, [](const PemBlock& block) { return block.label.ends_with("PRIVATE KEY"); });
  if (key == blocks.end())
    return "file-truncated";
  if (key->label == "ENCRYPTED PRIVATE KEY" || key->headers.contains("DEK-Info"))
    return side == Side::daemon ? "file-key-encrypted-server" : "file-key-encrypted-client";
  if (key->label == "OPENSSH PRIVATE KEY")
    return "file-openssh";
  DerView in{key->octets.bytes()};
  const bool is_whole = in.element(tag::sequence).has_value();
  return is_whole ? "alg-unsupported-key" : "file-truncated";
}

/// The first certificate of the file, which is the one that is read.
Bytes first_certificate(const std::vector<PemBlock>& blocks) {
  const auto first = std::ranges::find(blocks, "CERTIFICATE", &PemBlock::label);
  return first == blocks.end() ? Bytes() : first->octets.bytes();
}

} // namespace

std::vector<Sign> signs_of_complaint(const std::string& complaint, Bytes certificate_pem, Bytes key_pem, Side side,
                                     const Rules& rules) {
  const std::vector<PemBlock> certificates = decode_all_pem(certificate_pem);
  const std::vector<PemBlock> keys = decode_all_pem(key_pem);
  const auto says = [&](std::string_view part) { return contains(complaint, part); };
  const auto in = [&](FileOf what, Sign sign) {
    sign.file = EndFile{side, what};
    return sign;
  };
  if (says("private key is encrypted"))
    return {in(FileOf::key, {side == Side::daemon ? "file-key-encrypted-server" : "file-key-encrypted-client", {}})};
  if (says("failed to parse private key"))
    return {in(FileOf::key, {id_of_unparsed_key(keys, side), {}})};
  if (says("does not match public key")) {
    const auto key = std::ranges::find_if(keys, [](const PemBlock& block) { return block.label.ends_with("PRIVATE KEY"); });
    const bool is_order =
        key != keys.end() && fits_a_later_certificate(certificates, public_half_of(key->octets.bytes(), rules), rules);
    return {is_order ? in(FileOf::certificate, {"file-wrong-order", {}}) : in(FileOf::key, {"file-key-mismatch", {}})};
  }
  if (says("unknown public key algorithm"))
    return {in(FileOf::certificate, {"alg-unsupported-key", {}})};
  if (says("found a certificate rather than a key") || says("did find a private key"))
    return {in(says("rather than a key") ? FileOf::key : FileOf::certificate, {"file-swapped", {}})};
  if (says("x509: ") || says("crypto/"))
    return {in(FileOf::certificate, sign_of_refusal(complaint.substr(complaint.find(says("x509: ") ? "x509: " : "crypto/")),
                                                    first_certificate(certificates)))};
  std::vector<Sign> signs;
  for (const Sign& sign : signs_in_file(certificate_pem, FileOf::certificate, rules))
    signs.push_back(in(FileOf::certificate, sign));
  for (const Sign& sign : signs_in_file(key_pem, FileOf::key, rules))
    signs.push_back(in(FileOf::key, sign));
  if (signs.empty())
    signs.push_back(in(FileOf::certificate, sign_of_refusal(complaint, {})));
  return signs;
}

} // namespace dockpki::goverify
