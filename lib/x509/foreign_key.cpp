#include <dockpki/x509/foreign_key.hpp>

#include <algorithm>

#include <dockpki/x509/pem.hpp>

#include "x509/der.hpp"
#include "x509/old_encryption.hpp"
#include "x509/pbes2.hpp"
#include "x509/pem_reader.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;

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

/// nullopt if PrivateKey::from_pem reads the block itself. Throws Malformed for a protection that nothing here undoes.
std::optional<OldEncryption> old_encryption(const PemBlock& block) {
  if (block.has_headers)
    return read_old_headers(block.headers, block.der.bytes());
  if (block.label != "ENCRYPTED PRIVATE KEY" || read_pbes2(block.der.bytes()))
    return std::nullopt;
  return read_old_pkcs8(block.der.bytes());
}

PrivateKey decrypt_old(const PemBlock& block, const OldEncryption& encryption, std::string_view name,
                       const std::function<Secret()>& passphrase) {
  const std::string failed = "failed to decrypt key '" + std::string(name) + "': ";
  if (!passphrase)
    throw Error(Errc::wrong_passphrase, failed + "no passphrase was given");
  const auto plain = decrypt(encryption, passphrase());
  if (!plain)
    throw Error(Errc::wrong_passphrase, failed + "wrong passphrase");
  const std::string_view label = block.has_headers ? std::string_view(block.label) : "PRIVATE KEY";
  const Secret pem = write_secret_pem(label, plain->bytes());
  return PrivateKey::from_pem(pem.bytes(), name);
}

} // namespace

ForeignKey read_foreign_key(Bytes pem, std::string_view name, const std::function<Secret()>& passphrase) {
  return der::reading("key", name, [&]() -> ForeignKey {
    const PemBlock block = find_key_block(pem);
    if (const std::optional<OldEncryption> encryption = old_encryption(block))
      return {decrypt_old(block, *encryption, name, passphrase), encryption->description};
    const Secret alone = write_secret_pem(block.label, block.der.bytes());
    return {PrivateKey::from_pem(alone.bytes(), name, passphrase), describe_encryption(alone.bytes())};
  });
}

} // namespace dockpki::x509
