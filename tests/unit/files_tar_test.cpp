#include <dockpki/files/tar.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/message.hpp"

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

namespace {

std::string refusal(Bytes archive) {
  return test::message_of([&] { read_tar(archive, "f"); });
}

Secret tar_of(const std::string& name, const std::string& contents = "x") {
  const SetFile file{name, bytes(contents), 0400};
  return write_tar({&file, 1}, TimePoint(Seconds(1)));
}

/// With the octets at `at` replaced, and the header's checksum made to fit.
Secret changed(const Secret& archive, std::size_t at, std::string_view to) {
  Secret copy = Secret::copy_of(archive.bytes());
  std::copy(to.begin(), to.end(), copy.writable().begin() + static_cast<std::ptrdiff_t>(at));
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i)
    sum += i >= 148 && i < 156 ? std::uint8_t{' '} : copy.bytes()[i];
  for (std::size_t i = 155; i-- > 148; sum /= 8)
    copy.writable()[i] = static_cast<std::uint8_t>('0' + sum % 8);
  return copy;
}

} // namespace

TEST_CASE("tar: what was written is read", "[files]") {
  const std::string log = "{}\n";
  const std::string long_path = "servers/" + std::string(200, 'n') + "/server-cert.pem";
  const std::string exact_path = "servers/" + std::string(92, 'n');
  const std::vector<SetFile> files = {
      {"log.jsonl", bytes(log), 0600}, {exact_path, {}, 0444}, {long_path, bytes(long_path), 0400}};
  const Secret archive = write_tar(files, TimePoint(Seconds(1)));
  const std::vector<SetFile> read = read_tar(archive.bytes(), "f");
  REQUIRE(read.size() == files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    CHECK(read[i].name == files[i].name);
    CHECK(std::ranges::equal(read[i].contents, files[i].contents));
    CHECK(read[i].mode == files[i].mode);
  }
  CHECK(read_tar(write_tar({}, TimePoint()).bytes(), "f").empty());
}

TEST_CASE("tar: nothing that leads out of the folder is read, nor what is no file", "[files]") {
  for (const char* name : {"/etc/passwd", "../x", "a/../../x", "a//x", "./x", "a/.", "a/", ".."})
    CHECK(refusal(tar_of(name).bytes()) == "failed to read archive 'f': a file's path leads out of the folder");
  for (const char* type : {"1", "2", "3", "5", "6", "7", "g", "L"})
    CHECK(refusal(changed(tar_of("a"), 156, type).bytes()) == "failed to read archive 'f': something in it is no regular file");
  const std::vector<SetFile> twice = {{"a", {}, 0400}, {"a", {}, 0400}};
  CHECK(refusal(write_tar(twice, TimePoint()).bytes()) == "failed to read archive 'f': a file stands in it twice");
}

TEST_CASE("tar: what is cut off or malformed is refused", "[files]") {
  const Secret archive = tar_of("a", std::string(600, 'x'));
  for (std::size_t size = 0; size < archive.size(); size += 128)
    CHECK(refusal(archive.bytes().first(size)).starts_with("failed to read archive 'f': "));
  Secret longer(archive.size() + 512);
  std::ranges::copy(archive.bytes(), longer.writable().begin());
  CHECK(refusal(longer.bytes()) == "failed to read archive 'f': a header in it is malformed");
  CHECK(refusal(changed(archive, 257, "gnutar").bytes()) == "failed to read archive 'f': a header in it is malformed");
  CHECK(refusal(changed(archive, 124, "0000000000x").bytes()) == "failed to read archive 'f': a number in it is malformed");
  CHECK(refusal(changed(archive, 124, "77777777777").bytes()) == "failed to read archive 'f': it is cut off");
  Secret wrong_sum = Secret::copy_of(archive.bytes());
  wrong_sum.writable()[0] = 'b';
  CHECK(refusal(wrong_sum.bytes()) == "failed to read archive 'f': a header in it is malformed");
  const Secret extended = tar_of(std::string(101, 'n'));
  for (const auto& [at, to] : {std::pair(512, "9"), std::pair(516, "x"), std::pair(512 + 110, "x")})
    CHECK(refusal(changed(extended, static_cast<std::size_t>(at), to).bytes()) ==
          "failed to read archive 'f': an extended header in it is malformed");
}
