#include "x509/key_numbers.hpp"
#include "x509/oid.hpp"

namespace dockpki::x509 {
namespace {

using der::Writer;

void write_ec_algorithm(Writer& out, const Curve& curve) {
  out.sequence([&] {
    out.oid(oid::ec_public_key);
    out.oid(curve.oid);
  });
}

void write_rsa_algorithm(Writer& out) {
  out.sequence([&] {
    out.oid(oid::rsa_encryption);
    out.null();
  });
}

void write_ed25519_algorithm(Writer& out) {
  out.sequence([&] { out.oid(oid::ed25519); });
}

void write_inside(Writer& out, const EcNumbers& numbers) {
  write_ec_algorithm(out, *numbers.curve);
  out.nest(der::tag::octet_string, [&] {
    out.sequence([&] {
      out.number(1);
      out.octet_string(numbers.scalar.bytes());
      out.nest(der::tag::constructed(1), [&] { out.bit_string(numbers.point); });
    });
  });
}

void write_inside(Writer& out, const RsaNumbers& numbers) {
  write_rsa_algorithm(out);
  out.nest(der::tag::octet_string, [&] {
    out.sequence([&] {
      out.number(0);
      out.unsigned_integer(numbers.modulus);
      out.unsigned_integer(numbers.public_exponent);
      for (const Secret* number : {&numbers.private_exponent, &numbers.prime1, &numbers.prime2, &numbers.exponent1,
                                   &numbers.exponent2, &numbers.coefficient})
        out.unsigned_integer(number->bytes());
    });
  });
}

void write_inside(Writer& out, const Ed25519Numbers& numbers) {
  write_ed25519_algorithm(out);
  out.nest(der::tag::octet_string, [&] { out.octet_string(numbers.seed.bytes()); });
}

} // namespace

Secret write_pkcs8(const KeyNumbers& numbers) {
  Writer out;
  out.sequence([&] {
    out.number(0);
    std::visit([&](const auto& kind) { write_inside(out, kind); }, numbers);
  });
  return out.secret();
}

std::vector<std::uint8_t> write_ec_public_key(const Curve& curve, Bytes point) {
  Writer out;
  out.sequence([&] {
    write_ec_algorithm(out, curve);
    out.bit_string(point);
  });
  return out.vector();
}

std::vector<std::uint8_t> write_rsa_public_key(Bytes modulus, Bytes exponent) {
  Writer key;
  key.sequence([&] {
    key.unsigned_integer(modulus);
    key.unsigned_integer(exponent);
  });
  Writer out;
  out.sequence([&] {
    write_rsa_algorithm(out);
    out.bit_string(key.bytes());
  });
  return out.vector();
}

std::vector<std::uint8_t> write_ed25519_public_key(Bytes key) {
  Writer out;
  out.sequence([&] {
    write_ed25519_algorithm(out);
    out.bit_string(key);
  });
  return out.vector();
}

} // namespace dockpki::x509
