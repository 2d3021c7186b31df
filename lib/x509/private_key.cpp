#include "x509/private_key.hpp"

#include <algorithm>

#include <dockpki/x509/pem.hpp>

#include "x509/ossl/error.hpp"
#include "x509/pbes2.hpp"
#include "x509/pem_reader.hpp"
#include "x509/pkey.hpp"
#include "x509/signature_algorithm.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;

constexpr std::array<std::string_view, 5> type_names = {"p256", "p384", "rsa3072", "rsa4096", "ed25519"};

std::vector<std::uint8_t> public_half(const EcNumbers& numbers) {
  return write_ec_public_key(*numbers.curve, numbers.point);
}

std::vector<std::uint8_t> public_half(const RsaNumbers& numbers) {
  return write_rsa_public_key(numbers.modulus, numbers.public_exponent);
}

std::vector<std::uint8_t> public_half(const Ed25519Numbers& numbers) {
  return write_ed25519_public_key(numbers.public_key);
}

struct Kind {
  std::optional<KeyType> type;
  SignatureAlgorithm signature_algorithm;
};

Kind kind_of(const EcNumbers& numbers) {
  return {numbers.curve->type, numbers.curve->signature};
}

Kind kind_of(const RsaNumbers& numbers) {
  const bool has_all_bits = numbers.modulus.front() >= 0x80;
  std::optional<KeyType> type;
  if (has_all_bits && numbers.modulus.size() == 3072 / 8)
    type = KeyType::rsa3072;
  if (has_all_bits && numbers.modulus.size() == 4096 / 8)
    type = KeyType::rsa4096;
  return {type, SignatureAlgorithm::rsa_with_sha256};
}

Kind kind_of(const Ed25519Numbers&) {
  return {KeyType::ed25519, SignatureAlgorithm::ed25519};
}

std::unique_ptr<PrivateKey::Impl> make_impl(KeyNumbers numbers) {
  OSSL_LIB_CTX* const library = ossl::Context::of_this_thread().get();
  ossl::Pkey key = make_private_pkey(library, numbers);
  return complete(library, std::move(key), numbers);
}

PemBlock read_key_block(Bytes pem) {
  return read_single_block(pem, {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}, "a private key");
}

std::string re_encrypt_hint(std::string_view name) {
  const std::string file = name.empty() ? "FILE" : std::string(name);
  return "re-encrypt it: openssl pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA256 -iter 600000 -in '" + file + "' -out NEW";
}

KeyNumbers decrypt_and_read(const PemBlock& block, std::string_view name, const std::function<Secret()>& passphrase) {
  const auto protection = read_pbes2(block.der.bytes());
  if (!protection)
    throw Malformed("it is encrypted in an old way that dockpki does not read (" + describe_protection(block.der.bytes()).cipher +
                        ")",
                    re_encrypt_hint(name));
  if (!passphrase)
    throw Error(Errc::wrong_passphrase, "failed to decrypt key '" + std::string(name) + "': no passphrase was given");
  const auto plain = decrypt(*protection, passphrase());
  if (!plain || !looks_like_pkcs8(plain->bytes()))
    throw Error(Errc::wrong_passphrase, "failed to decrypt key '" + std::string(name) + "': wrong passphrase");
  return read_pkcs8(plain->bytes());
}

KeyNumbers read_block(const PemBlock& block, std::string_view name, const std::function<Secret()>& passphrase) {
  if (block.has_headers)
    throw Malformed("it is encrypted in an old way that dockpki does not read (Proc-Type, DEK-Info)", re_encrypt_hint(name));
  if (block.label == "ENCRYPTED PRIVATE KEY")
    return decrypt_and_read(block, name, passphrase);
  if (block.label == "EC PRIVATE KEY")
    return read_sec1(block.der.bytes());
  if (block.label == "RSA PRIVATE KEY")
    return read_pkcs1(block.der.bytes());
  return read_pkcs8(block.der.bytes());
}

} // namespace

std::string_view to_string(KeyType type) {
  return type_names[static_cast<std::size_t>(type)];
}

std::string_view description_of(KeyType type) {
  constexpr std::array<std::string_view, all_key_types.size()> descriptions = {"ECDSA P-256", "ECDSA P-384", "RSA 3072",
                                                                               "RSA 4096", "Ed25519"};
  return descriptions[static_cast<std::size_t>(type)];
}

std::optional<KeyType> parse_key_type(std::string_view text) {
  for (const KeyType type : all_key_types)
    if (to_string(type) == text)
      return type;
  return std::nullopt;
}

std::unique_ptr<PrivateKey::Impl> complete(OSSL_LIB_CTX* library, ossl::Pkey key, const KeyNumbers& numbers) {
  PublicKey public_key = PublicKey::from_der(std::visit([](const auto& kind) { return public_half(kind); }, numbers));
  const Kind kind = std::visit([](const auto& of) { return kind_of(of); }, numbers);
  return std::unique_ptr<PrivateKey::Impl>(new PrivateKey::Impl{library, std::move(key), write_pkcs8(numbers),
                                                                std::move(public_key), kind.type, kind.signature_algorithm});
}

PrivateKey::PrivateKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

PrivateKey PrivateKey::from_pkcs8(Bytes der) {
  return PrivateKey(der::reading("key", {}, [&] { return make_impl(read_pkcs8(der)); }));
}

PrivateKey PrivateKey::from_pem(Bytes pem, std::string_view name, const std::function<Secret()>& passphrase) {
  return PrivateKey(der::reading("key", name, [&] { return make_impl(read_block(read_key_block(pem), name, passphrase)); }));
}

const PublicKey& PrivateKey::public_key() const noexcept {
  return impl_->public_key;
}

std::optional<KeyType> PrivateKey::type() const noexcept {
  return impl_->type;
}

SignatureAlgorithm PrivateKey::signature_algorithm() const noexcept {
  return impl_->signature_algorithm;
}

std::vector<std::uint8_t> PrivateKey::sign(Bytes data) const {
  constexpr const char* doing = "sign";
  const auto digest = digest_of(impl_->signature_algorithm);
  const ossl::MdContext context = ossl::own(ossl::MdContext(EVP_MD_CTX_new()), doing);
  ossl::check(EVP_DigestSignInit_ex(context.get(), nullptr, digest ? ossl::digest_name(*digest) : nullptr, impl_->library,
                                    nullptr, impl_->key.get(), nullptr) == 1,
              doing);
  std::vector<std::uint8_t> signature(static_cast<std::size_t>(EVP_PKEY_get_size(impl_->key.get())));
  std::size_t size = signature.size();
  ossl::check(EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) == 1, doing);
  signature.resize(size);
  return signature;
}

Secret PrivateKey::unencrypted_pkcs8() const {
  return Secret::copy_of(impl_->pkcs8.bytes());
}

Secret PrivateKey::write_unencrypted_pem() const {
  return write_secret_pem("PRIVATE KEY", impl_->pkcs8.bytes());
}

Secret PrivateKey::write_encrypted_pem(const Secret& passphrase) const {
  Secret pem = write_secret_pem("ENCRYPTED PRIVATE KEY", encrypt(impl_->pkcs8.bytes(), passphrase));
  const auto written = describe_encryption(pem.bytes());
  if (!written || written->cipher != "AES-256-CBC" || written->prf != "HMAC-SHA256" || written->iterations != pbkdf2_iterations)
    throw Error(Errc::crypto, "failed to encrypt key: what was written does not read back as asked");
  return pem;
}

std::optional<Pkcs8Encryption> describe_encryption(Bytes pem) {
  return der::reading("key", {}, [&]() -> std::optional<Pkcs8Encryption> {
    const PemBlock block = read_key_block(pem);
    if (block.has_headers)
      return Pkcs8Encryption{"legacy PEM encryption", "MD5", 1};
    if (block.label != "ENCRYPTED PRIVATE KEY")
      return std::nullopt;
    return describe_protection(block.der.bytes());
  });
}

} // namespace dockpki::x509
