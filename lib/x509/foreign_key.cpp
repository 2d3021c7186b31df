#include <dockpki/x509/foreign_key.hpp>

#include <algorithm>
#include <array>

#include <dockpki/x509/pem.hpp>

#include "x509/der.hpp"
#include "x509/ossl/decoder.hpp"
#include "x509/pbes2.hpp"
#include "x509/pem_reader.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;

struct OldCipher {
  std::string_view id; ///< as DEK-Info names it, or the object identifier
  const char* name;
};

// What OpenSSL's default provider decrypts. DES with one key and RC2 it does not, and neither would we.
constexpr std::array old_ciphers = {
    OldCipher{"DES-EDE3-CBC", "DES-EDE3-CBC"},       OldCipher{"AES-128-CBC", "AES-128-CBC"},
    OldCipher{"AES-192-CBC", "AES-192-CBC"},         OldCipher{"AES-256-CBC", "AES-256-CBC"},
    OldCipher{"1.2.840.113549.3.7", "DES-EDE3-CBC"}, OldCipher{"1.2.840.113549.1.12.1.3", "pbeWithSHAAnd3-KeyTripleDES-CBC"}};

const OldCipher* find_old_cipher(std::string_view id) {
  const auto* const found =
      std::find_if(old_ciphers.begin(), old_ciphers.end(), [&](const OldCipher& one) { return one.id == id; });
  return found == old_ciphers.end() ? nullptr : found;
}

/// The one private key among the blocks.
PemBlock find_key_block(Bytes pem) {
  std::vector<PemBlock> blocks = read_blocks(pem, Explanatory::skipped);
  const auto is_key = [](const PemBlock& block) { return block.label.ends_with("PRIVATE KEY"); };
  const auto count = std::count_if(blocks.begin(), blocks.end(), is_key);
  if (count > 1)
    throw Malformed("more than one private key stands in it");
  if (count == 0)
    throw Malformed("it is " + describe_label(blocks.front().label) + ", not a private key");
  return std::move(*std::find_if(blocks.begin(), blocks.end(), is_key));
}

/// The cipher of "DEK-Info: DES-EDE3-CBC,0123456789ABCDEF" (RFC 1421 4.6.1.3).
std::string_view dek_cipher(std::string_view headers) {
  constexpr std::string_view mark = "DEK-Info:";
  const std::size_t at = headers.find(mark);
  if (at == std::string_view::npos)
    return {};
  std::string_view value = headers.substr(at + mark.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value.substr(0, value.find_first_of(",\n"));
}

/// nullopt if PrivateKey::from_pem reads the block itself. Throws Malformed for a protection that nothing here undoes.
std::optional<Pkcs8Encryption> old_encryption(const PemBlock& block) {
  Pkcs8Encryption found{.cipher = std::string(dek_cipher(block.headers)), .prf = "MD5", .iterations = 1};
  if (!block.has_headers) {
    if (block.label != "ENCRYPTED PRIVATE KEY" || read_pbes2(block.der.bytes()))
      return std::nullopt;
    found = describe_protection(block.der.bytes());
  }
  const OldCipher* const cipher = find_old_cipher(found.cipher);
  if (cipher == nullptr)
    throw Malformed("it is encrypted in a way that dockpki does not read" +
                        (found.cipher.empty() ? "" : " (" + found.cipher + ")"),
                    "decrypt it where it was made, and import it from there");
  found.cipher = cipher->name;
  return found;
}

/// The block as PEM, its headers in their place.
Secret pem_with_headers(const PemBlock& block) {
  const Secret plain = write_secret_pem(block.label, block.der.bytes());
  const std::string headers = block.headers + '\n';
  const auto first_line = static_cast<std::size_t>(plain.text().find('\n')) + 1;
  Secret pem(plain.size() + headers.size());
  auto out = std::copy_n(plain.bytes().begin(), first_line, pem.writable().begin());
  out = std::copy(headers.begin(), headers.end(), out);
  std::copy(plain.bytes().begin() + static_cast<std::ptrdiff_t>(first_line), plain.bytes().end(), out);
  return pem;
}

PrivateKey decrypt_old(const PemBlock& block, std::string_view name, const std::function<Secret()>& passphrase) {
  const std::string failed = "failed to decrypt key '" + std::string(name) + "': ";
  if (!passphrase)
    throw Error(Errc::wrong_passphrase, failed + "no passphrase was given");
  const auto der = block.has_headers
                       ? ossl::decode_private_key(pem_with_headers(block).bytes(), ossl::Encoding::pem, passphrase())
                       : ossl::decode_private_key(block.der.bytes(), ossl::Encoding::der, passphrase());
  if (!der)
    throw Error(Errc::wrong_passphrase, failed + "wrong passphrase");
  return PrivateKey::from_pkcs8(der->bytes());
}

} // namespace

ForeignKey read_foreign_key(Bytes pem, std::string_view name, const std::function<Secret()>& passphrase) {
  return der::reading("key", name, [&]() -> ForeignKey {
    const PemBlock block = find_key_block(pem);
    if (std::optional<Pkcs8Encryption> encryption = old_encryption(block))
      return {decrypt_old(block, name, passphrase), std::move(encryption)};
    const Secret alone = write_secret_pem(block.label, block.der.bytes());
    return {PrivateKey::from_pem(alone.bytes(), name, passphrase), describe_encryption(alone.bytes())};
  });
}

} // namespace dockpki::x509
