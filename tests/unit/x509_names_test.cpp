#include <dockpki/x509/names.hpp>

#include "support/catch.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

std::string refusal_of_dns(std::string_view text) {
  return error_of([&] { DnsName::parse(text); });
}

std::string refusal_of_ip(std::string_view text) {
  return error_of([&] { IpAddress::parse(text); });
}

} // namespace

TEST_CASE("DNS name: what is valid is kept in lower case", "[x509][names]") {
  CHECK(DnsName::parse("Docker.Example").text() == "docker.example");
  CHECK(DnsName::parse("localhost").text() == "localhost");
  CHECK(DnsName::parse("1a.2b.c3").text() == "1a.2b.c3");
  CHECK(DnsName::parse("xn--bcher-kva.example").text() == "xn--bcher-kva.example");
  CHECK(DnsName::parse("*.docker.example").is_wildcard());
  CHECK_FALSE(DnsName::parse("docker.example").is_wildcard());
  CHECK(DnsName::parse(std::string(63, 'a') + ".example").text().size() == 71);
  CHECK(DnsName::try_parse("a..b") == std::nullopt);
}

TEST_CASE("DNS name: Unicode becomes A-labels", "[x509][names]") {
  CHECK(DnsName::parse("Bücher.example").text() == "xn--bcher-kva.example");
  CHECK(DnsName::parse("straße.example").text() == "xn--strae-oqa.example"); // not transitional
  CHECK(DnsName::parse("*.bücher.example").text() == "*.xn--bcher-kva.example");
  CHECK(refusal_of_dns("b\xfc"
                       "cher.example") == "failed to read DNS name 'b\\xfccher.example': it is not UTF-8");
  CHECK(code_of([] { DnsName::parse("a\u2024\u2024b.example"); }) == Errc::usage);
}

TEST_CASE("DNS name: a refusal says what is wrong and what was probably meant", "[x509][names]") {
  CHECK(refusal_of_dns("tcp://a.example:2376") ==
        "failed to read DNS name 'tcp://a.example:2376': it is a URL | give the bare name: --dns a.example");
  CHECK(refusal_of_dns("https://user@A.example/path") ==
        "failed to read DNS name 'https://user@A.example/path': it is a URL | give the bare name: --dns a.example");
  CHECK(refusal_of_dns("tcp://192.168.1.10:2376") ==
        "failed to read DNS name 'tcp://192.168.1.10:2376': it is a URL | give the bare address: --ip 192.168.1.10");
  CHECK(refusal_of_dns("a.example:2376") ==
        "failed to read DNS name 'a.example:2376': it has a port | give the bare name: --dns a.example");
  CHECK(refusal_of_dns("192.168.1.10:2376") ==
        "failed to read DNS name '192.168.1.10:2376': it has a port | give the bare address: --ip 192.168.1.10");
  CHECK(refusal_of_dns("[fd00::1]:2376") ==
        "failed to read DNS name '[fd00::1]:2376': it has a port | give the bare address: --ip fd00::1");
  CHECK(refusal_of_dns("DNS:a.example") ==
        "failed to read DNS name 'DNS:a.example': it begins with 'DNS:' | give the bare name: --dns a.example");
  CHECK(refusal_of_dns("IP:10.0.0.1") ==
        "failed to read DNS name 'IP:10.0.0.1': it begins with 'IP:' | give the bare address: --ip 10.0.0.1");
  CHECK(refusal_of_dns("a.example,DNS:evil.example") ==
        "failed to read DNS name 'a.example,DNS:evil.example': it has a comma in it | give each name its own --dns");
  CHECK(refusal_of_dns("a.example b.example") ==
        "failed to read DNS name 'a.example b.example': it has a blank in it | give each name its own --dns");
  CHECK(refusal_of_dns(" a.example") ==
        "failed to read DNS name ' a.example': it has a blank in it | give the bare name: --dns a.example");
  CHECK(refusal_of_dns("") ==
        "failed to read DNS name '': it is empty | give the name that the daemon is reached by: --dns server.example");
  CHECK(refusal_of_dns("a.example.") ==
        "failed to read DNS name 'a.example.': it ends with a dot | give the bare name: --dns a.example");
  CHECK(refusal_of_dns("192.168.1.10") == "failed to read DNS name '192.168.1.10': it is an IP address | use --ip 192.168.1.10");
  CHECK(refusal_of_dns("::1") == "failed to read DNS name '::1': it is an IP address | use --ip ::1");
  CHECK(refusal_of_dns("joe@a.example") ==
        "failed to read DNS name 'joe@a.example': it has '@' in it | give the bare name: --dns a.example");
  CHECK(refusal_of_dns("docker_host") ==
        "failed to read DNS name 'docker_host': a host name must not have '_' in it | write '-' in its "
        "place, and give the host that name");
  CHECK(refusal_of_dns("a.example/x") ==
        "failed to read DNS name 'a.example/x': it has a path or a prefix length | give the bare name: --dns a.example");
}

TEST_CASE("DNS name: labels keep the rules of host names", "[x509][names]") {
  CHECK(refusal_of_dns("a..example") == "failed to read DNS name 'a..example': it has an empty label | there is a dot too many");
  CHECK(refusal_of_dns(".a.example") == "failed to read DNS name '.a.example': it has an empty label | there is a dot too many");
  CHECK(refusal_of_dns("-a.example") == "failed to read DNS name '-a.example': label '-a' begins or ends with '-'");
  CHECK(refusal_of_dns("a-.example") == "failed to read DNS name 'a-.example': label 'a-' begins or ends with '-'");
  CHECK(refusal_of_dns("a$b") == "failed to read DNS name 'a$b': a host name must not have '$' in it");
  CHECK(refusal_of_dns("ab--c.example") ==
        "failed to read DNS name 'ab--c.example': label 'ab--c' has '--' in third and fourth place, "
        "which is kept for xn-- names (RFC 5891 4.2.3.1)");
  CHECK(refusal_of_dns("192.168.1.256") ==
        "failed to read DNS name '192.168.1.256': its last label is all digits, as in an IP address | an "
        "address has four parts from 0 to 255: --ip 192.168.1.10");
  CHECK(refusal_of_dns(std::string(64, 'a')) == "failed to read DNS name '" + std::string(64, 'a') +
                                                    "': label 'aaaaaaaaaaaaaaaaaaaa...' has 64 characters, and 63 is the most");
  std::string longest;
  for (int i = 0; i < 126; ++i)
    longest += "a.";
  CHECK(DnsName::parse(longest + "b").text().size() == 253);
  CHECK(refusal_of_dns("a" + longest + "b").ends_with("it has 254 characters, and 253 is the most"));
  CHECK(refusal_of_dns(std::string_view("a.example\0b", 11)) ==
        "failed to read DNS name 'a.example\\x00b': a host name must not have '\\x00' in it");
}

TEST_CASE("DNS name: a wildcard stands alone before two labels", "[x509][names]") {
  CHECK(refusal_of_dns("*.example") ==
        "failed to read DNS name '*.example': a wildcard needs two labels or more behind it | a wildcard "
        "looks like this: *.docker.example");
  CHECK(refusal_of_dns("a.*.example") ==
        "failed to read DNS name 'a.*.example': '*' can only stand alone as the first label | a wildcard "
        "looks like this: *.docker.example");
  CHECK(refusal_of_dns("a*.b.example") ==
        "failed to read DNS name 'a*.b.example': '*' can only stand alone as the first label | a wildcard "
        "looks like this: *.docker.example");
}

TEST_CASE("DNS name: lies within a domain label by label", "[x509][names]") {
  const DnsName domain = DnsName::parse("a.example");
  CHECK(DnsName::parse("a.example").is_within(domain));
  CHECK(DnsName::parse("x.a.example").is_within(domain));
  CHECK(DnsName::parse("*.a.example").is_within(domain));
  CHECK_FALSE(DnsName::parse("ba.example").is_within(domain));
  CHECK_FALSE(DnsName::parse("example").is_within(domain));
}

TEST_CASE("DNS name: a slip repeated a thousand times is refused without a fuss", "[x509][names]") {
  std::string text;
  for (int i = 0; i < 50'000; ++i)
    text += "DNS:";
  CHECK(code_of([&] { DnsName::parse(text); }) == Errc::usage);
}

TEST_CASE("IP address: text is canonical", "[x509][names]") {
  CHECK(IpAddress::parse("192.168.1.10").text() == "192.168.1.10");
  CHECK(IpAddress::parse("FD00:0:0:0:0:0:0:1").text() == "fd00::1");
  CHECK(IpAddress::parse("[::1]").text() == "::1");
  CHECK(IpAddress::parse("::").text() == "::");
  CHECK(IpAddress::parse("1::").text() == "1::");
  CHECK(IpAddress::parse("2001:db8:0:1:1:1:1:1").text() == "2001:db8:0:1:1:1:1:1"); // RFC 5952 4.2.2
  CHECK(IpAddress::parse("2001:0:0:1:0:0:0:1").text() == "2001:0:0:1::1");          // 4.2.3, the longest
  CHECK(IpAddress::parse("2001:db8:0:0:1:0:0:1").text() == "2001:db8::1:0:0:1");    // the first of two alike
  CHECK(IpAddress::parse("::ffff:10.0.0.1").text() == "10.0.0.1");
  CHECK_FALSE(IpAddress::parse("::ffff:10.0.0.1").is_v6());
  CHECK(IpAddress::from_octets(unhex("0a000001"))->text() == "10.0.0.1");
  CHECK(IpAddress::from_octets(unhex("0a00000100")) == std::nullopt);
}

TEST_CASE("IP address: a refusal says what was given along", "[x509][names]") {
  CHECK(refusal_of_ip("192.168.1.10:2376") ==
        "failed to read IP address '192.168.1.10:2376': it has a port | give the bare address: --ip 192.168.1.10");
  CHECK(refusal_of_ip("[fd00::1]:2376") ==
        "failed to read IP address '[fd00::1]:2376': it has a port | give the bare address: --ip fd00::1");
  CHECK(refusal_of_ip("fe80::1%eth0") ==
        "failed to read IP address 'fe80::1%eth0': it has a zone | give the bare address: --ip fe80::1");
  CHECK(refusal_of_ip("10.0.0.0/8") ==
        "failed to read IP address '10.0.0.0/8': it has a prefix length | give the bare address: --ip "
        "10.0.0.0 (a block goes with --permit-ip)");
  CHECK(refusal_of_ip("tcp://10.0.0.1:2376") ==
        "failed to read IP address 'tcp://10.0.0.1:2376': it is a URL | give the bare address: --ip 10.0.0.1");
  CHECK(refusal_of_ip("IP:10.0.0.1") ==
        "failed to read IP address 'IP:10.0.0.1': it begins with 'IP:' | give the bare address: --ip 10.0.0.1");
  CHECK(refusal_of_ip("10.0.0.1,10.0.0.2") ==
        "failed to read IP address '10.0.0.1,10.0.0.2': it has a comma in it | give each address its own --ip");
  CHECK(refusal_of_ip(" 10.0.0.1") ==
        "failed to read IP address ' 10.0.0.1': it has a blank in it | give the bare address: --ip 10.0.0.1");
  CHECK(refusal_of_ip("docker.example") ==
        "failed to read IP address 'docker.example': it is a DNS name | use --dns docker.example");
  CHECK(refusal_of_ip("") ==
        "failed to read IP address '': it is empty | give the address that the daemon is reached by: --ip 192.168.1.10");
  const std::string neither = ": it is neither IPv4, four numbers from 0 to 255 without leading zeros, nor IPv6";
  for (const std::string text : {"010.0.0.1", "10.0.0.256", "10.0.1", "1:2:3", "10.0.0.1.", "[10.0.0.1]"})
    CHECK(refusal_of_ip(text) == "failed to read IP address '" + text + "'" + neither);
}

TEST_CASE("address block: holds what lies in it", "[x509][names]") {
  const IpNetwork block = IpNetwork::parse("10.2.0.0/15");
  CHECK(block.contains(IpAddress::parse("10.3.255.255")));
  CHECK_FALSE(block.contains(IpAddress::parse("10.4.0.0")));
  CHECK_FALSE(block.contains(IpAddress::parse("fd00::1")));
  CHECK(IpNetwork::parse("fd00::/8").contains(IpAddress::parse("fdff::1")));
  CHECK(IpNetwork::parse("0.0.0.0/0").contains(IpAddress::parse("255.1.2.3")));
  CHECK(IpNetwork::parse("10.0.0.1").text() == "10.0.0.1/32");
  CHECK(IpNetwork::from_octets(unhex("0a000000ff000000"))->text() == "10.0.0.0/8");
  CHECK(IpNetwork::from_octets(unhex("0a000000ff00ff00")) == std::nullopt);
  CHECK(IpNetwork::from_octets(unhex("0a0000")) == std::nullopt);
}

TEST_CASE("address block: a refusal says which was meant", "[x509][names]") {
  const auto refusal = [](std::string_view text) { return error_of([&] { IpNetwork::parse(text); }); };
  CHECK(refusal("10.0.0.1/8") ==
        "failed to read address block '10.0.0.1/8': it has address bits behind the prefix | did you mean 10.0.0.0/8?");
  CHECK(refusal("10.0.0.0/33") == "failed to read address block '10.0.0.0/33': the prefix length must be a number from 0 to 32");
  CHECK(refusal("10.0.0.0/08") == "failed to read address block '10.0.0.0/08': the prefix length must be a number from 0 to 32");
  CHECK(refusal("10.0.0.0/") == "failed to read address block '10.0.0.0/': the prefix length must be a number from 0 to 32");
  CHECK(refusal("ten/8") ==
        "failed to read address block 'ten/8': it does not begin with an IP address | a block looks like this: "
        "--permit-ip 10.0.0.0/8");
}

TEST_CASE("e-mail address: the host is in lower case, the rest stands", "[x509][names]") {
  CHECK(EmailAddress::parse("Joe.Doe+x@A.Example").text() == "Joe.Doe+x@a.example");
  const auto refusal = [](std::string_view text) { return error_of([&] { EmailAddress::parse(text); }); };
  CHECK(refusal("Joe <joe@a.example>") ==
        "failed to read e-mail address 'Joe <joe@a.example>': it has a display name | give the bare "
        "address: --email joe@a.example");
  CHECK(refusal("joe") == "failed to read e-mail address 'joe': it must have one '@' in it");
  CHECK(refusal("a@b@c.example") == "failed to read e-mail address 'a@b@c.example': it must have one '@' in it");
  CHECK(refusal("joe@10.0.0.1") == "failed to read e-mail address 'joe@10.0.0.1': '10.0.0.1' behind the '@' is not a host name");
  CHECK(refusal("joe..doe@a.example") ==
        "failed to read e-mail address 'joe..doe@a.example': 'joe..doe' before the '@' is not letters, digits and dots");
}

TEST_CASE("common name: 64 octets of text that shows what it is", "[x509][names]") {
  CHECK(CommonName::parse("Jörg").text() == "Jörg");
  CHECK(CommonName::parse(std::string(64, 'x')).text().size() == 64);
  const auto refusal = [](std::string_view text) { return error_of([&] { CommonName::parse(text); }); };
  CHECK(refusal("") == "failed to read name '': it is empty");
  CHECK(refusal(std::string(65, 'x')) ==
        "failed to read name '" + std::string(65, 'x') + "': it has 65 octets, and 64 is the most");
  CHECK(refusal("joe ") == "failed to read name 'joe ': it begins or ends with a blank");
  CHECK(refusal("joe\n") == "failed to read name 'joe\\x0a': it has a control character in it");
  CHECK(refusal("joe\xc2\x85") == "failed to read name 'joe\\xc2\\x85': it has a control character in it");
  CHECK(refusal("joe\xff") == "failed to read name 'joe\\xff': it is not UTF-8");
  CHECK(refusal("\u202eeoj") == "failed to read name '\\xe2\\x80\\xaeeoj': it has a character in it that hides or reverses text");
}

TEST_CASE("printable: nothing hides, and long text is cut at a character", "[x509][names]") {
  CHECK(printable("plain Jörg") == "plain Jörg");
  CHECK(printable("\x1b[31m") == "\\x1b[31m");
  CHECK(printable("a\u200bb") == "a\\xe2\\x80\\x8bb");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf"); // an overlong '/'
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(printable("abcdef", 3) == "abc...");
  CHECK(printable("aäb", 2) == "a...");
  CHECK(printable("abc", 3) == "abc");
}
