#include <dockpki/x509/cms.hpp>

#include "support/catch.hpp"
#include "x509/key_wrap.hpp"
#include "x509_support.hpp"

using namespace dockpki;
using namespace dockpki::x509;
using namespace dockpki::x509::test;

namespace {

const std::string content(1000, 'x');

std::vector<std::uint8_t> written() {
  static const std::vector<std::uint8_t> message = write_enveloped(bytes(content), Secret::copy_of("correct horse"));
  return message;
}

std::string read(Bytes der, std::string_view passphrase = "correct horse") {
  return std::string(read_enveloped(der, "file", "f", [&] { return Secret::copy_of(passphrase); }).text());
}

} // namespace

// What others read in it: tests/interop/backup.py.
TEST_CASE("CMS: what was enveloped comes back", "[x509]") {
  CHECK(read(written()) == content);
  CHECK(written() != write_enveloped(bytes(content), Secret::copy_of("correct horse")));
  CHECK(error_of([] { read(written(), "another"); }) ==
        "failed to read file 'f': wrong passphrase, or its first octets were changed");
}

TEST_CASE("CMS: a passphrase that others would read as another one is refused", "[x509]") {
  const std::string refusal = "failed to encrypt: the passphrase is empty, or has a zero octet in it";
  CHECK(error_of([] { write_enveloped({}, Secret()); }) == refusal);
  CHECK(error_of([] { write_enveloped({}, Secret::copy_of(std::string_view("se\0cret", 7))); }) == refusal);
}

TEST_CASE("CMS: cut off anywhere, it is refused before anybody is asked", "[x509]") {
  const std::vector<std::uint8_t> whole = written();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO("cut off at " << size);
    const std::string message = error_of(
        [&] { read_enveloped(Bytes(whole).first(size), "file", "f", []() -> Secret { throw std::logic_error("asked"); }); });
    CHECK(message.starts_with("failed to read file 'f': "));
  }
  std::vector<std::uint8_t> longer = whole;
  longer.push_back(0);
  CHECK(error_of([&] { read(longer); }).starts_with("failed to read file 'f': "));
}

TEST_CASE("CMS: with a bit changed anywhere, it is refused", "[x509]") {
  std::vector<std::uint8_t> message = written();
  const auto flip = [&](std::size_t at) { message[at] ^= static_cast<std::uint8_t>(1U << at % 8); };
  // Some octets of what stands before and behind the content, for each guess takes its time; and of the content.
  const std::size_t start = message.size() - content.size() - 18;
  const auto is_content = [&](std::size_t at) { return at > start && at + 100 < message.size(); };
  for (std::size_t at = 0; at < message.size(); at += is_content(at) ? 97U : 13U) {
    INFO("octet " << at);
    flip(at);
    CHECK(error_of([&] { read(message); }).starts_with("failed to read file 'f': "));
    flip(at);
  }
  CHECK(read(message) == content);
}

TEST_CASE("key wrap: a key of any length comes back, and with another key-encryption key none", "[x509]") {
  const std::vector<std::uint8_t> kek(32, 7);
  const std::vector<std::uint8_t> other(32, 8);
  const std::vector<std::uint8_t> iv(16, 9);
  for (const std::size_t size : {3U, 16U, 27U, 28U, 29U, 32U, 255U}) {
    const std::vector<std::uint8_t> key(size, 0x55);
    const Secret wrapped = wrap_key(key, kek, iv);
    CHECK(wrapped.size() % 16 == 0);
    CHECK(wrapped.size() >= 32);
    const std::optional<Secret> unwrapped = unwrap_key(wrapped.bytes(), kek, iv);
    REQUIRE(unwrapped);
    CHECK(std::ranges::equal(unwrapped->bytes(), key));
    CHECK_FALSE(unwrap_key(wrapped.bytes(), other, iv));
    CHECK_FALSE(unwrap_key(wrapped.bytes().first(wrapped.size() - 1), kek, iv));
    CHECK_FALSE(unwrap_key(wrapped.bytes().first(16), kek, iv));
  }
}
