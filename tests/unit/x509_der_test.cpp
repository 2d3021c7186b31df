#include "x509/der.hpp"
#include "x509/oid.hpp"

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

/// What `read` says of the DER in `hex`.
template <class Read>
std::string fault(std::string_view hex, Read read) {
  const std::vector<std::uint8_t> der = unhex(hex);
  try {
    der::Reader in{Bytes(der)};
    read(in);
    in.finish("x");
  } catch (const der::Malformed& malformed) {
    return malformed.what();
  }
  return "no fault";
}

std::string any_fault(std::string_view hex) {
  return fault(hex, [](der::Reader& in) { in.any("x"); });
}

std::string number_fault(std::string_view hex) {
  return fault(hex, [](der::Reader& in) { in.integer("x"); });
}

std::string bits_fault(std::string_view hex) {
  return fault(hex, [](der::Reader& in) { in.bit_string("x"); });
}

std::string time_of(std::string_view text, std::uint8_t tag) {
  der::Writer out;
  out.element(tag, text);
  try {
    return format_rfc3339(der::Reader(out.bytes()).time("x"));
  } catch (const der::Malformed& malformed) {
    return malformed.what();
  }
}

std::string hex_of(const der::Writer& out) {
  return to_hex(out.bytes());
}

} // namespace

TEST_CASE("DER: lengths are definite and shortest", "[x509][der]") {
  CHECK(any_fault("0400") == "no fault");
  CHECK(any_fault("0480 0000") == "x: indefinite length (octet 0)");
  CHECK(any_fault("048101 00") == "x: length not in its shortest form (octet 0)");
  CHECK(any_fault("04820001 00") == "x: length not in its shortest form (octet 0)");
  CHECK(any_fault("0485 0000000001 00") == "x: length too large (octet 0)");
  CHECK(any_fault("04") == "x: cut off (octet 0)");
  CHECK(any_fault("0482 01") == "x: cut off (octet 0)");
  CHECK(any_fault("0402 00") == "x: cut off (octet 0)");
  CHECK(any_fault("0484 ffffffff 00") == "x: cut off (octet 0)");
  CHECK(any_fault("1f8101 00") == "x: tag number over 30 (octet 0)");
  CHECK(any_fault("") == "x: missing (octet 0)");
  CHECK(any_fault("0400 00") == "x: something follows that does not belong there (octet 2)");
}

TEST_CASE("DER: a fault inside is told by its place in the whole", "[x509][der]") {
  const auto read = [](der::Reader& in) {
    der::Reader inner = in.enter(der::tag::sequence, "outer");
    inner.contents(der::tag::octet_string, "first");
    inner.boolean("second");
    inner.finish("outer");
  };
  CHECK(fault("3006 0401aa 0101ff", read) == "no fault");
  CHECK(fault("3006 0401aa 010101", read) == "second: a BOOLEAN that is neither 00 nor ff (octet 5)");
  CHECK(fault("3006 0401aa 020101", read) == "second: tag 02 where 01 belongs (octet 5)");
  CHECK(fault("3003 0401aa", read) == "second: missing (octet 5)");
}

TEST_CASE("DER: numbers are shortest", "[x509][der]") {
  CHECK(number_fault("020100") == "no fault");
  CHECK(number_fault("020180") == "no fault");
  CHECK(number_fault("02020080") == "no fault");
  CHECK(number_fault("0202007f") == "x: a number not in its shortest form (octet 0)");
  CHECK(number_fault("0202ff80") == "x: a number not in its shortest form (octet 0)");
  CHECK(number_fault("0200") == "x: a number without octets (octet 0)");
  const auto small = [](der::Reader& in) { in.small_number("x"); };
  CHECK(fault("0201ff", small) == "x: a negative number (octet 0)");
  CHECK(fault("0209 010000000000000000", small) == "x: a number too large (octet 0)");
}

TEST_CASE("DER: bit strings end in zero bits", "[x509][der]") {
  CHECK(bits_fault("0302 0780") == "no fault");
  CHECK(bits_fault("0301 00") == "no fault");
  CHECK(bits_fault("0302 0781") == "x: a BIT STRING whose unused bits are not zero (octet 0)");
  CHECK(bits_fault("0302 0880") == "x: a BIT STRING with a wrong count of unused bits (octet 0)");
  CHECK(bits_fault("0301 01") == "x: a BIT STRING with a wrong count of unused bits (octet 0)");
  CHECK(bits_fault("0300") == "x: a BIT STRING without its count of unused bits (octet 0)");
}

TEST_CASE("DER: times have seconds and a Z", "[x509][der]") {
  using namespace der;
  const std::string no_time = "x: not a time of the form YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ (octet 0)";
  CHECK(time_of("500101000000Z", tag::utc_time) == "1950-01-01T00:00:00Z");
  CHECK(time_of("491231235959Z", tag::utc_time) == "2049-12-31T23:59:59Z");
  CHECK(time_of("20500101000000Z", tag::generalized_time) == "2050-01-01T00:00:00Z");
  CHECK(time_of("99991231235959Z", tag::generalized_time) == "9999-12-31T23:59:59Z");
  for (const char* text : {"2601010000Z", "260101000000", "260101000000+0100", "261301000000Z", "260230000000Z", "260101240000Z",
                           "260101006000Z", "260101000060Z", "26010100000 Z", ""})
    CHECK(time_of(text, tag::utc_time) == no_time);
  CHECK(time_of("20260101000000.5Z", tag::generalized_time) == no_time);
  CHECK(time_of("260101000000Z", tag::ia5_string) == "x: neither UTCTime nor GeneralizedTime (octet 0)");
}

TEST_CASE("DER: what is written has the shortest form", "[x509][der]") {
  der::Writer out;
  out.number(0);
  out.number(127);
  out.number(128);
  out.number(65537);
  out.unsigned_integer(unhex("000080"));
  CHECK(hex_of(out) == "020100"
                       "02017f"
                       "02020080"
                       "0203010001"
                       "02020080");
  for (const std::size_t size : {0U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
    der::Writer long_one;
    long_one.sequence([&] { long_one.octet_string(std::vector<std::uint8_t>(size)); });
    der::Reader in(long_one.bytes());
    der::Reader inner = in.enter(der::tag::sequence, "x");
    CHECK(inner.contents(der::tag::octet_string, "x").size() == size);
    CHECK(inner.empty());
    CHECK(in.empty());
  }
}

TEST_CASE("DER: times are written as RFC 5280 wants them", "[x509][der]") {
  const auto written = [](const char* text) {
    der::Writer out;
    out.time(parse_rfc3339(text));
    return hex_of(out);
  };
  CHECK(written("2049-12-31T23:59:59Z") == "170d" + to_hex(bytes("491231235959Z")));
  CHECK(written("2050-01-01T00:00:00Z") == "180f" + to_hex(bytes("20500101000000Z")));
  CHECK(written("1950-01-01T00:00:00Z") == "170d" + to_hex(bytes("500101000000Z")));
  CHECK(error_of([&] { written("1949-12-31T23:59:59Z"); }) ==
        "failed to encode time: a certificate can only hold the years 1950 to 9999");
}

TEST_CASE("object identifier: dotted text and octets tell the same", "[x509][der]") {
  for (const char* dotted :
       {"0.0", "0.39", "1.2.840.113549.1.1.11", "2.5.4.3", "2.40", "2.999.3", "1.3.6.1.4.1.18446744073709551615"})
    CHECK(decode_oid(encode_oid(dotted)) == std::optional<std::string>(dotted));
  CHECK(to_hex(encode_oid("1.2.840.113549")) == "2a864886f70d");
  CHECK(to_hex(encode_oid("2.999")) == "8837");
  // 2.25 and a UUID of all ones, which no machine word holds
  CHECK(decode_oid(unhex("69 83ffffffffffffffffffffffffffffffffff7f")) ==
        std::optional<std::string>("2.25.340282366920938463463374607431768211455"));
  CHECK(decode_oid({}) == std::nullopt);
  CHECK(decode_oid(unhex("2a80 01")) == std::nullopt); // a needless leading zero
  CHECK(decode_oid(unhex("2a86")) == std::nullopt);
  for (const char* text : {"", "1", "3.1", "1.40", "1..2", "1.2.", "1.02", "a.b", "1.-2", "-1.2"})
    CHECK(error_of([&] { encode_oid(text); }) ==
          "failed to read object identifier '" + std::string(text) + "': it is not of the form 1.2.840.113549");
}
