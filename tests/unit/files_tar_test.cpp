#include <dockpki/files/tar.hpp>

#include <string>

#include "support/catch.hpp"

using namespace dockpki;
using namespace dockpki::files;

namespace {

Bytes bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

TEST_CASE("tar: one file, octet by octet", "[files]") {
  const std::string contents(513, 'x');
  const SetFile file{"key.pem", bytes(contents), 0400};
  const Secret archive = write_tar({&file, 1}, TimePoint(Seconds(1)));
  const std::string_view text = archive.text();
  REQUIRE(text.size() == 512 + 2 * 512 + 2 * 512); // header, contents in whole blocks, the end
  CHECK(text.substr(0, 8) == std::string_view("key.pem\0", 8));
  CHECK(text.substr(100, 8) == std::string_view("0000400\0", 8));
  CHECK(text.substr(108, 16) == std::string_view("0000000\0000000000\0", 16)); // owner and group
  CHECK(text.substr(124, 12) == std::string_view("00000001001\0", 12));        // 513 in octal
  CHECK(text.substr(136, 12) == std::string_view("00000000001\0", 12));
  CHECK(text.substr(156, 1) == "0");
  CHECK(text.substr(257, 8) == std::string_view("ustar\00000", 8));
  CHECK(text.substr(265, 5) == std::string_view("root\0", 5));
  CHECK(text.substr(512, 513) == contents);
  CHECK(text.substr(512 + 513).find_first_not_of('\0') == std::string_view::npos);
  unsigned sum = 0; // as if the sum itself were blanks
  for (std::size_t i = 0; i < 512; ++i)
    sum += static_cast<unsigned char>(i >= 148 && i < 156 ? ' ' : text[i]);
  CHECK(std::stoul(std::string(text.substr(148, 7)), nullptr, 8) == sum);
}

TEST_CASE("tar: no file is an archive as well, and a time before 1970 its beginning", "[files]") {
  CHECK(write_tar({}, TimePoint()).size() == 2 * 512);
  const SetFile file{"a", {}, 0444};
  CHECK(write_tar({&file, 1}, TimePoint(Seconds(-1))).text().substr(136, 12) == std::string_view("00000000000\0", 12));
}
