#include "x509/key_numbers.hpp"

#include <algorithm>

#include "x509/oid.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;
using der::Reader;

const Curve& read_curve(Reader& in) {
  const std::string oid = in.oid("curve");
  const Curve* const curve = find_curve_by_oid(oid);
  if (curve == nullptr)
    throw Malformed("its curve, " + algorithm_name(oid) + ", is not one of P-256, P-384 and P-521");
  return *curve;
}

/// ECPrivateKey; `curve` is what stands around it, nullptr if nothing does.
EcNumbers read_ec_private_key(Reader& outer, const Curve* curve) {
  Reader in = outer.enter(der::tag::sequence, "EC private key");
  outer.finish("EC private key");
  if (in.small_number("version of the EC private key") != 1)
    in.fail("version of the EC private key", "not 1");
  const Bytes octets = in.contents(der::tag::octet_string, "private scalar");
  if (auto parameters = in.enter_if(der::tag::constructed(0), "parameters")) {
    const Curve& named = read_curve(*parameters);
    parameters->finish("parameters");
    if (curve != nullptr && curve != &named)
      in.fail("parameters", "another curve than the one outside");
    curve = &named;
  }
  if (curve == nullptr)
    throw Malformed("it does not name its curve");
  EcNumbers numbers{curve, Secret(curve->octets), {}};
  // Some write the scalar without its leading zero octets, some with one too many.
  const auto first = std::find_if(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet != 0; });
  const auto size = static_cast<std::size_t>(octets.end() - first);
  if (size > curve->octets)
    in.fail("private scalar", "too long for its curve");
  std::copy(first, octets.end(), numbers.scalar.writable().end() - static_cast<std::ptrdiff_t>(size));
  if (auto point = in.enter_if(der::tag::constructed(1), "public key")) {
    const Bytes octets_of_point = point->octets_of_bit_string("public key");
    numbers.point.assign(octets_of_point.begin(), octets_of_point.end());
    point->finish("public key");
  }
  in.finish("EC private key");
  return numbers;
}

RsaNumbers read_rsa_private_key(Reader& outer) {
  Reader in = outer.enter(der::tag::sequence, "RSA private key");
  outer.finish("RSA private key");
  if (in.small_number("version of the RSA private key") != 0)
    throw Malformed("an RSA key of more than two primes is not supported");
  const auto open_number = [&](std::string_view what) {
    const Bytes octets = in.unsigned_integer(what);
    return std::vector<std::uint8_t>(octets.begin(), octets.end());
  };
  const auto number = [&](std::string_view what) { return Secret::copy_of(in.unsigned_integer(what)); };
  RsaNumbers numbers;
  numbers.modulus = open_number("modulus");
  numbers.public_exponent = open_number("public exponent");
  numbers.private_exponent = number("private exponent");
  numbers.prime1 = number("first prime");
  numbers.prime2 = number("second prime");
  numbers.exponent1 = number("first CRT exponent");
  numbers.exponent2 = number("second CRT exponent");
  numbers.coefficient = number("CRT coefficient");
  in.finish("RSA private key");
  return numbers;
}

Ed25519Numbers read_ed25519_private_key(Reader& outer) {
  const Bytes seed = outer.contents(der::tag::octet_string, "Ed25519 private key");
  outer.finish("Ed25519 private key");
  if (seed.size() != 32)
    outer.fail("Ed25519 private key", "not 32 octets");
  return {Secret::copy_of(seed), {}};
}

KeyNumbers read_key_of(const std::string& algorithm, Reader& parameters, Reader& key) {
  if (algorithm == oid::ec_public_key) {
    if (parameters.next_is(der::tag::sequence))
      throw Malformed("its curve is given by numbers, not by its name, and Docker does not read that");
    const Curve& curve = read_curve(parameters);
    parameters.finish("algorithm");
    return read_ec_private_key(key, &curve);
  }
  if (algorithm == oid::rsa_encryption) {
    if (!parameters.empty())
      parameters.null("parameters");
    parameters.finish("algorithm");
    return read_rsa_private_key(key);
  }
  if (algorithm == oid::ed25519) {
    parameters.finish("algorithm");
    return read_ed25519_private_key(key);
  }
  throw Malformed("a key of kind " + algorithm_name(algorithm) + " is not supported: ECDSA, RSA and Ed25519 are");
}

/// [1] publicKey of RFC 5958: must be what the key is of, where it can be compared.
void read_outer_public_key(Reader& in, std::uint64_t version, KeyNumbers& numbers) {
  if (!in.next_is(der::tag::primitive(1)))
    return;
  if (version == 0)
    in.fail("public key", "not allowed in version 0");
  const Bytes octets = in.octets_of_bit_string("public key", der::tag::primitive(1));
  if (auto* const ed25519 = std::get_if<Ed25519Numbers>(&numbers))
    ed25519->public_key.assign(octets.begin(), octets.end());
}

} // namespace

KeyNumbers read_pkcs8(Bytes der) {
  Reader outer(der);
  Reader in = outer.enter(der::tag::sequence, "PKCS #8");
  outer.finish({});
  const std::uint64_t version = in.small_number("version");
  if (version > 1)
    in.fail("version", "neither 0 nor 1");
  Reader parameters = in.enter(der::tag::sequence, "algorithm");
  const std::string algorithm = parameters.oid("algorithm");
  Reader key = in.enter(der::tag::octet_string, "private key");
  KeyNumbers numbers = read_key_of(algorithm, parameters, key);
  if (in.next_is(der::tag::constructed(0)))
    in.any("attributes");
  read_outer_public_key(in, version, numbers);
  in.finish("PKCS #8");
  return numbers;
}

KeyNumbers read_sec1(Bytes der) {
  Reader outer(der);
  return read_ec_private_key(outer, nullptr);
}

KeyNumbers read_pkcs1(Bytes der) {
  Reader outer(der);
  return read_rsa_private_key(outer);
}

bool looks_like_pkcs8(Bytes der) {
  try {
    Reader outer(der);
    Reader in = outer.enter(der::tag::sequence, "PKCS #8");
    outer.finish("PKCS #8");
    in.small_number("version");
    in.enter(der::tag::sequence, "algorithm").oid("algorithm");
    in.contents(der::tag::octet_string, "private key");
    return true;
  } catch (const Malformed&) {
    return false;
  }
}

} // namespace dockpki::x509
