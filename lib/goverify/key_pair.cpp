#include <dockpki/goverify/key_pair.hpp>

#include <algorithm>

#include "goverify/pem.hpp"
#include "goverify/private_key.hpp"

namespace dockpki::goverify {
namespace {

/// A list of words as Go's %v prints it.
std::string listed(const std::vector<std::string>& labels) {
  std::string text = "[";
  for (const std::string& label : labels)
    text += (text.size() == 1 ? "" : " ") + label;
  return text + ']';
}

std::vector<std::vector<std::uint8_t>> read_chain(Bytes pem) {
  std::vector<std::vector<std::uint8_t>> chain;
  std::vector<std::string> skipped;
  for (const PemBlock& block : decode_all_pem(pem)) {
    if (block.label == "CERTIFICATE")
      chain.emplace_back(block.octets.bytes().begin(), block.octets.bytes().end());
    else
      skipped.push_back(block.label);
  }
  if (!chain.empty())
    return chain;
  if (skipped.empty())
    throw Refusal("tls: failed to find any PEM data in certificate input");
  if (skipped.size() == 1 && skipped.front().ends_with("PRIVATE KEY"))
    throw Refusal(
        "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have "
        "been switched");
  throw Refusal("tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following "
                "types: " +
                listed(skipped));
}

PemBlock read_key_block(Bytes pem) {
  std::vector<std::string> skipped;
  for (PemBlock& block : decode_all_pem(pem)) {
    if (block.label == "PRIVATE KEY" || block.label.ends_with(" PRIVATE KEY"))
      return std::move(block);
    skipped.push_back(block.label);
  }
  if (skipped.empty())
    throw Refusal("tls: failed to find any PEM data in key input");
  if (skipped.size() == 1 && skipped.front() == "CERTIFICATE")
    throw Refusal("tls: found a certificate rather than a key in the PEM for the private key");
  throw Refusal("tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the "
                "following types: " +
                listed(skipped));
}

KeyPair load(Bytes certificate_pem, Bytes key_pem, const Rules& rules) {
  KeyPair pair;
  pair.chain = read_chain(certificate_pem);
  const PemBlock block = read_key_block(key_pem);
  pair.leaf = parse_certificate(pair.chain.front(), rules);
  const PublicKey half = public_half_of(block.octets.bytes(), rules);
  const bool can_sign = std::holds_alternative<RsaKey>(pair.leaf->key) || std::holds_alternative<EcdsaKey>(pair.leaf->key) ||
                        std::holds_alternative<Ed25519Key>(pair.leaf->key);
  if (!can_sign)
    throw Refusal("tls: unknown public key algorithm");
  if (half.index() != pair.leaf->key.index())
    throw Refusal("tls: private key type does not match public key type");
  const auto* rsa = std::get_if<RsaKey>(&half);
  const bool is_same = rsa != nullptr ? rsa->modulus == std::get<RsaKey>(pair.leaf->key).modulus : half == pair.leaf->key;
  if (!is_same)
    throw Refusal("tls: private key does not match public key");
  return pair;
}

} // namespace

Loaded load_key_pair(Bytes certificate_pem, Bytes key_pem, const Rules& rules) {
  try {
    return load(certificate_pem, key_pem, rules);
  } catch (const Refusal& refusal) {
    return std::string(refusal.what());
  }
}

Loaded load_client_key_pair(Bytes certificate_pem, Bytes key_pem, DockerVersion version) {
  const std::vector<PemBlock> blocks = decode_all_pem(key_pem);
  if (blocks.empty())
    return std::string("no valid private key found");
  if (blocks.front().headers.contains("DEK-Info"))
    return std::string(version == DockerVersion::v20_10
                           ? "private key is encrypted, but could not get passphrase: EOF"
                           : "private key is encrypted - support for encrypted private keys has been removed, see "
                             "https://docs.docker.com/go/deprecated/");
  Loaded loaded = load_key_pair(certificate_pem, key_pem, rules_of_client(version));
  if (const auto* complaint = std::get_if<std::string>(&loaded))
    return "failed to retrieve context tls info: " + *complaint;
  return loaded;
}

} // namespace dockpki::goverify
