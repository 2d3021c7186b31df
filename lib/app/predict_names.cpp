// Which finding a complaint of Go's about files stands for.
#include <algorithm>
#include <array>

#include "app/predict_findings.hpp"

namespace dockpki::app {
namespace {

bool begins_with_mark(std::string_view text) {
  return text.starts_with("\xef\xbb\xbf");
}

bool is_utf16(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Why no PEM block is found in a file.
std::string no_pem_id(std::string_view text) {
  if (begins_with_mark(text))
    return "file-bom";
  if (is_utf16(text))
    return "file-utf16";
  if (text.starts_with('\x30'))
    return "file-der";
  if (!holds(text, "-----END"))
    return text.empty() || holds(text, "-----BEGIN") ? "file-truncated" : "file-mangled-newlines";
  if (holds(text, "----------BEGIN"))
    return "file-glued";
  if (text.find('\n') == std::string_view::npos || holds(text, "\n ") || holds(text, "\\n"))
    return "file-mangled-newlines";
  return "file-labels";
}

} // namespace

std::string pair_id(std::string_view why, std::string_view certificate, std::string_view key) {
  static constexpr std::array named{
      IdOfWords{"does not match public key", "file-key-mismatch"},
      IdOfWords{"PEM inputs may have been switched", "file-swapped"},
      IdOfWords{"found a certificate rather than a key", "file-swapped"},
      IdOfWords{"CERTIFICATE REQUEST", "file-csr"},
      IdOfWords{"[PUBLIC KEY]", "file-csr"},
      IdOfWords{"PKCS7", "file-der"},
      IdOfWords{"after skipping PEM blocks", "file-labels"},
      IdOfWords{"private key is encrypted", "file-key-encrypted-client"},
      IdOfWords{"OID \"2.5.29.17\"", "san-dup-ext"},
      IdOfWords{"IPv4-mapped", "san-ipv6-mapped"},
      IdOfWords{"cannot parse IP address", "san-ip-bytes"},
      IdOfWords{"SAN dNSName is malformed", "san-non-ascii"},
      IdOfWords{"negative serial", "serial-negative"},
      IdOfWords{"elliptic curve", "alg-unsupported-key"},
      IdOfWords{"unknown public key algorithm", "alg-unsupported-key"},
      IdOfWords{"RSA public exponent", "alg-unsupported-key"},
      IdOfWords{"inner and outer signature", "alg-bad-signature"},
      IdOfWords{"IP mask", "nc-unknown"},
      IdOfWords{"IP constraint", "nc-unknown"},
      IdOfWords{"x509:", "file-duplicate-ext"},
  };
  if (holds(why, "any PEM data in certificate input"))
    return no_pem_id(certificate);
  if (holds(why, "any PEM data in key input") || holds(why, "no valid private key found"))
    return no_pem_id(key);
  if (holds(why, "failed to parse private key")) {
    if (holds(key, "OPENSSH"))
      return "file-openssh";
    return holds(key, "ENCRYPTED") ? "file-key-encrypted-server" : "file-truncated";
  }
  if (holds(why, "does not match public key") && holds(certificate.substr(1), "-----BEGIN CERTIFICATE"))
    return "file-wrong-order";
  return id_by_words(named, why, "file-truncated");
}

std::string pool_id(const goverify::Pool& pool, std::string_view text) {
  return pool.skipped.empty() ? no_pem_id(text) : "file-duplicate-ext";
}

void pool_facts(const goverify::Pool& pool, const std::string& path, std::string_view text, std::vector<docker::Fact>& facts) {
  if (pool.certificates.empty())
    return;
  if (begins_with_mark(text))
    facts.push_back({"file-bom-bundle", path});
  for (const std::string& why : pool.skipped)
    facts.push_back({"file-bundle-skip", path + ": " + why});
  if (holds(text, "PRIVATE KEY-----"))
    facts.push_back({"perm-ca-key", path});
}

std::string id_by_words(std::span<const IdOfWords> all, std::string_view text, std::string_view otherwise) {
  const auto found = std::ranges::find_if(all, [&](const IdOfWords& one) { return holds(text, one.words); });
  return std::string(found == all.end() ? otherwise : found->id);
}

} // namespace dockpki::app
