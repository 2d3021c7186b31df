#include "goverify/private_key.hpp"

#include <algorithm>

#include "goverify/der_view.hpp"
#include "goverify/public_key.hpp"

namespace dockpki::goverify {
namespace {

Bytes magnitude(Bytes integer) {
  while (!integer.empty() && integer.front() == 0)
    integer = integer.subspan(1);
  return integer;
}

/// Passes over a field that may be missing. Go (encoding/asn1) wants an element to stand there even if it is another one. False
/// if there is none, or if it is the field and `is_well` does not like it.
template <class IsWell>
bool pass_optional(DerView& in, std::uint8_t tag, IsWell is_well) {
  if (in.empty())
    return true;
  if (in.next_is(tag))
    return is_well(in);
  DerView ahead = in;
  return ahead.any().has_value();
}

bool is_integer(DerView& in) {
  return in.integer().has_value();
}

/// Further primes, of which there are none: what has more than two is not read here.
bool is_empty_sequence(DerView& in) {
  const auto primes = in.enter(tag::sequence);
  return primes && primes->empty();
}

/// Reads what an explicit tag holds, if it is a `tag`; if not, the field counts as missing. Go reads on behind what the tag
/// holds, and not behind the tag.
template <class IsWell>
bool read_tagged(DerView& in, std::uint8_t tag, IsWell is_well) {
  const Bytes all = in.rest();
  DerView behind = in;
  const auto element = behind.any();
  if (!element || element->contents.empty())
    return false;
  DerView inside{all.subspan(element->whole.size() - element->contents.size())};
  if (!inside.next_is(tag))
    return inside.any().has_value();
  if (!is_well(inside))
    return false;
  in = inside;
  return true;
}

bool is_tagged_bits(DerView& in) {
  return read_tagged(in, tag::bit_string, [](DerView& inside) { return inside.bits().has_value(); });
}

/// RSAPrivateKey (RFC 8017 A.1.2) of two primes.
std::optional<PublicKey> read_pkcs1(Bytes der) {
  DerView outer{der};
  auto in = outer.enter(tag::sequence);
  if (!in || !outer.empty())
    return std::nullopt;
  const auto version = in->int64();
  const auto modulus = in->integer();
  const auto exponent = in->int64();
  const auto private_exponent = in->integer();
  const auto prime1 = in->integer();
  const auto prime2 = in->integer();
  if (!version || *version > 1 || !modulus || !exponent || !private_exponent || !prime1 || !prime2)
    return std::nullopt;
  for (int number = 0; number < 3; ++number) // the exponents and the coefficient of the remainder theorem, which Go computes anew
    if (!pass_optional(*in, tag::integer, is_integer))
      return std::nullopt;
  if (!pass_optional(*in, tag::sequence, is_empty_sequence))
    return std::nullopt;
  for (const Bytes number : {*modulus, *private_exponent, *prime1, *prime2})
    if ((number.front() & 0x80U) != 0 || magnitude(number).empty())
      return std::nullopt;
  if (*exponent < 2 || *exponent > 0x7fffffff)
    return std::nullopt;
  const Bytes n = magnitude(*modulus);
  RsaKey key{{n.begin(), n.end()}, *exponent};
  const x509::lenient::RsaPrivateKey numbers{lenient(key), Secret::copy_of(magnitude(*private_exponent)),
                                             Secret::copy_of(magnitude(*prime1)), Secret::copy_of(magnitude(*prime2))};
  if (!x509::lenient::is_consistent(numbers))
    return std::nullopt;
  return key;
}

/// ECPrivateKey (RFC 5915); `curve` where PKCS #8 names it. What stands behind it does not matter to Go.
std::optional<PublicKey> read_sec1(Bytes der, std::optional<Curve> curve, const Rules& rules) {
  auto in = DerView(der).enter(tag::sequence);
  if (!in || in->int64() != 1)
    return std::nullopt;
  const auto scalar = in->element(tag::octet_string);
  if (!scalar)
    return std::nullopt;
  std::optional<Bytes> oid;
  const auto read_oid = [&](DerView& fields) {
    return read_tagged(fields, tag::oid, [&](DerView& inside) { return (oid = inside.oid()).has_value(); });
  };
  if (!pass_optional(*in, tag::constructed(0), read_oid) || !pass_optional(*in, tag::constructed(1), is_tagged_bits))
    return std::nullopt;
  if (!curve && oid)
    curve = curve_of(dotted(*oid));
  if (!curve)
    return std::nullopt;
  // What is too long may begin with zeros; what is too short is filled with them.
  Bytes octets = scalar->contents;
  const std::size_t size = x509::lenient::octets_of(lenient(*curve));
  while (octets.size() > size && octets.front() == 0)
    octets = octets.subspan(1);
  if (octets.size() > size)
    return std::nullopt;
  if (rules.go < 25 && std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; }))
    return EcdsaKey{*curve, {}}; // older Go takes zero for a key; its point is nobody's
  Secret padded(size);
  std::copy(octets.begin(), octets.end(), padded.writable().end() - static_cast<std::ptrdiff_t>(octets.size()));
  std::vector<std::uint8_t> point = x509::lenient::public_point(lenient(*curve), padded.bytes());
  if (point.empty())
    return std::nullopt;
  return EcdsaKey{*curve, std::move(point)};
}

/// PrivateKeyInfo (RFC 5958). What stands behind it does not matter to Go.
std::optional<PublicKey> read_pkcs8(Bytes der, const Rules& rules) {
  auto in = DerView(der).enter(tag::sequence);
  if (!in || !in->int64())
    return std::nullopt;
  const auto identifier = in->enter(tag::sequence);
  const auto key = in->element(tag::octet_string);
  if (!identifier || !key)
    return std::nullopt;
  AlgorithmIdentifier algorithm;
  try {
    algorithm = read_algorithm(*identifier);
  } catch (const Refusal&) {
    return std::nullopt;
  }
  if (algorithm.oid == "1.2.840.113549.1.1.1")
    return read_pkcs1(key->contents);
  if (algorithm.oid == "1.2.840.10045.2.1") {
    const auto oid = DerView(algorithm.parameters).oid();
    return read_sec1(key->contents, oid ? curve_of(dotted(*oid)) : std::nullopt, rules);
  }
  if (algorithm.oid == "1.3.101.112" && algorithm.parameters.empty()) {
    DerView inner{key->contents};
    const auto seed = inner.element(tag::octet_string);
    if (seed && seed->contents.size() == 32)
      return Ed25519Key{x509::lenient::ed25519_public_key(seed->contents)};
  }
  return std::nullopt;
}

} // namespace

PublicKey public_half_of(Bytes der, const Rules& rules) {
  for (auto key : {read_pkcs1(der), read_pkcs8(der, rules), read_sec1(der, std::nullopt, rules)})
    if (key)
      return std::move(*key);
  throw Refusal("tls: failed to parse private key");
}

} // namespace dockpki::goverify
