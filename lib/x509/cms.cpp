#include <dockpki/x509/cms.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/base/random.hpp>

#include "x509/cipher.hpp"
#include "x509/key_wrap.hpp"
#include "x509/pbes2.hpp"

namespace dockpki::x509 {
namespace {

using der::Reader;

constexpr std::string_view auth_enveloped_data_oid = "1.2.840.113549.1.9.16.1.23";
constexpr std::string_view data_oid = "1.2.840.113549.1.7.1";
constexpr std::string_view pwri_kek_oid = "1.2.840.113549.1.9.16.3.9";
constexpr std::string_view aes256_gcm_oid = "2.16.840.1.101.3.4.1.46";
constexpr std::size_t key_octets = 32;
constexpr std::size_t block_octets = 16;

template <std::size_t Size>
std::array<std::uint8_t, Size> random_octets() {
  std::array<std::uint8_t, Size> octets{};
  fill_random(octets);
  return octets;
}

/// What a message of ours says, in the order in which it stands there.
struct Message {
  Bytes salt;
  std::uint64_t iterations = 0;
  Bytes initialization_vector;
  Bytes wrapped_key;
  Bytes nonce;
  Bytes ciphertext;
  Bytes tag;
};

Secret derive(const Message& message, const Secret& passphrase) {
  const Pbes2 derivation{.cipher = nullptr,
                         .key_octets = key_octets,
                         .prf = ossl::Digest::sha256,
                         .iterations = message.iterations,
                         .salt = message.salt,
                         .initialization_vector = {},
                         .ciphertext = {}};
  return derive_key(derivation, passphrase);
}

/// PasswordRecipientInfo, RFC 5652 6.2.4.
void write_recipient(der::Writer& out, const Message& message) {
  out.number(0);
  out.nest(der::tag::constructed(0), [&] { write_pbkdf2(out, message.salt, message.iterations); });
  out.sequence([&] {
    out.oid(pwri_kek_oid);
    out.sequence([&] {
      out.oid(aes256_cbc_oid);
      out.octet_string(message.initialization_vector);
    });
  });
  out.octet_string(message.wrapped_key);
}

/// EncryptedContentInfo, RFC 5652 6.1, with the parameters of RFC 5084 3.2.
void write_content(der::Writer& out, const Message& message) {
  out.oid(data_oid);
  out.sequence([&] {
    out.oid(aes256_gcm_oid);
    out.sequence([&] {
      out.octet_string(message.nonce);
      out.number(message.tag.size());
    });
  });
  out.element(der::tag::primitive(0), message.ciphertext);
}

std::vector<std::uint8_t> write(const Message& message) {
  constexpr std::size_t all_but_the_content = 512;
  der::Writer out;
  out.reserve(message.ciphertext.size() + all_but_the_content);
  out.sequence([&] {
    out.oid(auth_enveloped_data_oid);
    out.nest(der::tag::constructed(0), [&] {
      out.sequence([&] {
        out.number(0);
        out.nest(der::tag::set, [&] { out.nest(der::tag::constructed(3), [&] { write_recipient(out, message); }); });
        out.sequence([&] { write_content(out, message); });
        out.octet_string(message.tag);
      });
    });
  });
  return out.vector();
}

void expect_oid(Reader& in, std::string_view oid, std::string_view what) {
  if (in.oid(what) != oid)
    in.fail(what, "another one than dockpki uses");
}

void expect_number(Reader& in, std::uint64_t number, std::string_view what) {
  if (in.small_number(what) != number)
    in.fail(what, "another one than dockpki uses");
}

Bytes octets_of_size(Reader& in, std::size_t size, std::string_view what) {
  const Bytes octets = in.contents(der::tag::octet_string, what);
  if (octets.size() != size)
    in.fail(what, "not of " + std::to_string(size) + " octets");
  return octets;
}

void read_recipient(Reader& in, Message& message) {
  expect_number(in, 0, "version of the recipient");
  Reader derivation = in.enter(der::tag::constructed(0), "key derivation");
  expect_oid(derivation, pbkdf2_oid, "key derivation");
  Protection parameters;
  read_pbkdf2(derivation, parameters);
  derivation.finish("key derivation");
  if (parameters.prf != hmac_sha256_oid || parameters.key_octets)
    in.fail("key derivation", "another one than dockpki uses");
  refuse_iterations(parameters.iterations);
  message.salt = parameters.salt;
  message.iterations = parameters.iterations;
  Reader wrapping = in.enter(der::tag::sequence, "key encryption");
  expect_oid(wrapping, pwri_kek_oid, "key encryption");
  Reader cipher = wrapping.enter(der::tag::sequence, "key encryption");
  expect_oid(cipher, aes256_cbc_oid, "cipher of the key");
  message.initialization_vector = octets_of_size(cipher, block_octets, "initialization vector");
  cipher.finish("cipher of the key");
  wrapping.finish("key encryption");
  message.wrapped_key = in.contents(der::tag::octet_string, "encrypted key");
  in.finish("recipient");
}

void read_content(Reader& in, Message& message) {
  expect_oid(in, data_oid, "type of the content");
  Reader algorithm = in.enter(der::tag::sequence, "cipher");
  expect_oid(algorithm, aes256_gcm_oid, "cipher");
  Reader parameters = algorithm.enter(der::tag::sequence, "parameters of the cipher");
  message.nonce = octets_of_size(parameters, gcm_nonce_octets, "nonce");
  expect_number(parameters, sizeof(Sealed::tag), "length of the tag");
  parameters.finish("parameters of the cipher");
  algorithm.finish("cipher");
  message.ciphertext = in.contents(der::tag::primitive(0), "encrypted content");
  in.finish("encrypted content");
}

/// Takes exactly what write() gives.
Message read(Bytes der) {
  Message message;
  Reader outer(der);
  Reader info = outer.enter(der::tag::sequence, "CMS");
  outer.finish({});
  expect_oid(info, auth_enveloped_data_oid, "type of the message");
  Reader explicitly = info.enter(der::tag::constructed(0), "message");
  info.finish("message");
  Reader in = explicitly.enter(der::tag::sequence, "message");
  explicitly.finish("message");
  expect_number(in, 0, "version");
  Reader recipients = in.enter(der::tag::set, "recipients");
  Reader recipient = recipients.enter(der::tag::constructed(3), "recipient");
  recipients.finish("recipients");
  read_recipient(recipient, message);
  Reader content = in.enter(der::tag::sequence, "encrypted content");
  read_content(content, message);
  message.tag = octets_of_size(in, sizeof(Sealed::tag), "tag");
  in.finish("message");
  return message;
}

void check_passphrase(const Secret& passphrase) {
  if (passphrase.empty() || std::ranges::count(passphrase.bytes(), 0) > 0)
    throw Error(Errc::usage, "failed to encrypt: the passphrase is empty, or has a zero octet in it");
}

} // namespace

std::vector<std::uint8_t> write_enveloped(Bytes content, const Secret& passphrase) {
  check_passphrase(passphrase);
  if (content.size() > largest_content)
    throw Error(Errc::refused, "failed to encrypt: more than 1 GiB");
  const auto salt = random_octets<16>();
  const auto initialization_vector = random_octets<block_octets>();
  const auto nonce = random_octets<gcm_nonce_octets>();
  Secret key(key_octets); // new each time: a nonce is never used with it twice
  fill_random(key.writable());
  Message message{.salt = salt,
                  .iterations = pbkdf2_iterations,
                  .initialization_vector = initialization_vector,
                  .wrapped_key = {},
                  .nonce = nonce,
                  .ciphertext = {},
                  .tag = {}};
  const Secret wrapped = wrap_key(key.bytes(), derive(message, passphrase).bytes(), initialization_vector);
  const Sealed sealed = seal(key.bytes(), nonce, content);
  message.wrapped_key = wrapped.bytes();
  message.ciphertext = sealed.ciphertext;
  message.tag = sealed.tag;
  return write(message);
}

Secret read_enveloped(Bytes der, std::string_view thing, std::string_view name, const std::function<Secret()>& passphrase) {
  const Message message = der::reading(thing, name, [&] { return read(der); });
  const Secret key_encryption_key = derive(message, passphrase());
  const std::optional<Secret> key = unwrap_key(message.wrapped_key, key_encryption_key.bytes(), message.initialization_vector);
  const std::string failed = "failed to read " + std::string(thing) + " '" + std::string(name) + "': ";
  if (!key || key->size() != key_octets)
    throw Error(Errc::wrong_passphrase, failed + "wrong passphrase, or its first octets were changed");
  std::optional<Secret> content = unseal(key->bytes(), message.nonce, message.ciphertext, message.tag);
  if (!content)
    throw Error(Errc::invalid_input, failed + "it is not as it was written");
  return std::move(*content);
}

} // namespace dockpki::x509
