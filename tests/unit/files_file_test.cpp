#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <dockpki/files/file.hpp>

using namespace dockpki;
using namespace dockpki::files;
using test::contents_of;
using test::message_of;
using test::mode_of;
using test::put;
using test::TemporaryFolder;

namespace {

std::string text_of(const Secret& secret) {
  return std::string(secret.text());
}

struct Umask {
  explicit Umask(mode_t mask) : before(::umask(mask)) {}
  ~Umask() { ::umask(before); }
  mode_t before;
};

Errc code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return Errc::cancelled;
}

} // namespace

TEST_CASE("read_file: a file up to its bound", "[files]") {
  const TemporaryFolder folder;
  put(folder / "a", "12345");
  CHECK(text_of(read_file(folder / "a", "thing", 5)) == "12345");
  CHECK(message_of([&] { read_file(folder / "a", "thing", 4); }) ==
        "failed to read thing '" + (folder / "a").string() + "': it is larger than 4 bytes");
  put(folder / "empty", "");
  CHECK(read_file(folder / "empty", "thing", 5).empty());
  CHECK(read_file("/proc/self/status", "thing", 1U << 20U).size() > 100); // announces no size
}

TEST_CASE("read_file: a huge file is refused without reading it", "[files]") {
  const TemporaryFolder folder;
  put(folder / "huge", "");
  std::filesystem::resize_file(folder / "huge", 1ULL << 30U);
  CHECK(message_of([&] { read_file(folder / "huge", "certificate", 4U << 20U); }) ==
        "failed to read certificate '" + (folder / "huge").string() + "': it is larger than 4 MiB");
}

TEST_CASE("read_file: what is not a file is refused without waiting", "[files]") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& name, Symlinks links = Symlinks::followed) {
    return message_of([&] { read_file(folder / name, "certificate", 100, links); });
  };
  const auto expected = [&](const std::string& name, const std::string& why) {
    return "failed to read certificate '" + (folder / name).string() + "': " + why;
  };
  CHECK(message("none") == expected("none", "No such file or directory"));
  ::mkfifo((folder / "fifo").c_str(), 0600);
  CHECK(message("fifo") == expected("fifo", "it is a FIFO, not a file"));
  std::filesystem::create_directory(folder / "folder");
  CHECK(message("folder") == expected("folder", "it is a folder, not a file"));
  CHECK(message_of([&] { read_file("/dev/zero", "certificate", 100); }) ==
        "failed to read certificate '/dev/zero': it is a device, not a file");
  put(folder / "file", "x");
  std::filesystem::create_symlink("file", folder / "link");
  CHECK(text_of(read_file(folder / "link", "certificate", 100)) == "x");
  CHECK(message("link", Symlinks::refused) == expected("link", "it is a symbolic link, not a file"));
  CHECK(code_of([&] { read_file(folder / "none", "x", 1); }) == Errc::not_found);
  CHECK(code_of([&] { read_file(folder / "fifo", "x", 1); }) == Errc::invalid_input);
}

TEST_CASE("read_file: without the right to", "[files]") {
  if (::geteuid() != 0)
    return;
  const TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0755);
  put(folder / "secret", "x", 0400);
  CHECK(test::as_nobody([&] { return message_of([&] { read_file(folder / "secret", "key", 10); }); }) ==
        "failed to read key '" + (folder / "secret").string() + "': Permission denied");
}

TEST_CASE("read_private_key_file: nobody else may read it", "[files]") {
  const TemporaryFolder folder;
  put(folder / "key", "k", 0400);
  CHECK(text_of(read_private_key_file(folder / "key", 10)) == "k");
  ::chmod((folder / "key").c_str(), 0440);
  const std::string path = (folder / "key").string();
  CHECK(message_of([&] { read_private_key_file(folder / "key", 10); }) ==
        "failed to read private key '" + path + "': others may read or write it");
  try {
    read_private_key_file(folder / "key", 10);
  } catch (const Error& error) {
    CHECK(error.hint() == "run: chmod 0400 '" + path + "'");
    CHECK(error.code() == Errc::permission);
  }
  ::chmod((folder / "key").c_str(), 0400);
  std::filesystem::create_symlink("key", folder / "link");
  CHECK(message_of([&] { read_private_key_file(folder / "link", 10); }) ==
        "failed to read private key '" + (folder / "link").string() + "': it is a symbolic link, not a file");
}

TEST_CASE("read_private_key_file: a key of another user", "[files]") {
  if (::geteuid() != 0)
    return;
  const TemporaryFolder folder;
  put(folder / "key", "k", 0400);
  REQUIRE(::chown((folder / "key").c_str(), test::nobody, test::nobody) == 0);
  CHECK(message_of([&] { read_private_key_file(folder / "key", 10); }) ==
        "failed to read private key '" + (folder / "key").string() + "': it belongs to user 65534");
}

TEST_CASE("write_file: a new file has its mode whatever the umask", "[files]") {
  const TemporaryFolder folder;
  for (const mode_t mask : {0U, 022U, 077U}) {
    const Umask umask(mask);
    const auto path = folder / ("a" + std::to_string(mask));
    write_file(path, bytes_of("text"), 0444, Overwrite::no);
    CHECK(contents_of(path) == "text");
    CHECK(mode_of(path) == 0444);
  }
  CHECK(test::listing(folder.path()).size() == 3);
}

TEST_CASE("write_file: what stands there", "[files]") {
  const TemporaryFolder folder;
  put(folder / "a", "old");
  CHECK(message_of([&] { write_file(folder / "a", bytes_of("new"), 0400, Overwrite::no); }) ==
        "failed to write '" + (folder / "a").string() + "': File exists");
  CHECK(contents_of(folder / "a") == "old");
  write_file(folder / "a", bytes_of("new"), 0400, Overwrite::yes);
  CHECK(contents_of(folder / "a") == "new");
  CHECK(mode_of(folder / "a") == 0400);
  CHECK(test::listing(folder.path()).size() == 1);
}

TEST_CASE("write_file: a planted link is never followed", "[files]") {
  const TemporaryFolder folder;
  put(folder / "victim", "precious");
  std::filesystem::create_symlink("victim", folder / "key");
  CHECK(code_of([&] { write_file(folder / "key", bytes_of("k"), 0400, Overwrite::no); }) == Errc::already_exists);
  write_file(folder / "key", bytes_of("k"), 0400, Overwrite::yes);
  CHECK(contents_of(folder / "victim") == "precious");
  CHECK_FALSE(std::filesystem::is_symlink(folder / "key"));
  std::filesystem::create_directory(folder / "folder");
  CHECK(message_of([&] { write_file(folder / "folder", bytes_of("k"), 0400, Overwrite::yes); }) ==
        "failed to write '" + (folder / "folder").string() + "': Is a directory");
  CHECK(test::listing(folder.path()).size() == 3);
}

TEST_CASE("write_file: no folder, no space, no right", "[files]") {
  const TemporaryFolder folder;
  CHECK(message_of([&] { write_file(folder / "none/a", bytes_of("x"), 0400, Overwrite::no); }) ==
        "failed to write '" + (folder / "none/a").string() + "': No such file or directory");
  if (::geteuid() != 0)
    return;
  ::chmod(folder.path().c_str(), 0755);
  CHECK(test::as_nobody([&] { return message_of([&] { write_file(folder / "a", bytes_of("x"), 0400, Overwrite::no); }); }) ==
        "failed to write '" + (folder / "a").string() + "': Permission denied");
}

TEST_CASE("make_private_folder: with its parents, each 0700", "[files]") {
  const TemporaryFolder folder;
  const Umask umask(0);
  make_private_folder(folder / "a/b/c");
  for (const char* name : {"a", "a/b", "a/b/c"})
    CHECK(mode_of(folder / name) == 0700);
  ::chmod((folder / "a").c_str(), 0755);
  make_private_folder(folder / "a");
  CHECK(mode_of(folder / "a") == 0755);
  make_private_folder(folder / "a/d/");
  CHECK(std::filesystem::is_directory(folder / "a/d"));
  put(folder / "file", "x");
  CHECK(message_of([&] { make_private_folder(folder / "file"); }) ==
        "failed to make folder '" + (folder / "file").string() + "': a file stands there");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  CHECK(message_of([&] { make_private_folder(folder / "dangling"); }) ==
        "failed to make folder '" + (folder / "dangling").string() + "': File exists");
}

TEST_CASE("check_private_folder: only where keys are safe", "[files]") {
  const TemporaryFolder folder;
  const auto path = folder / "home";
  const std::string failed = "failed to use PKI home '" + path.string() + "': ";
  const auto message = [&] { return message_of([&] { check_private_folder(path, "PKI home"); }); };
  CHECK(message() == failed + "No such file or directory");
  put(path, "x");
  CHECK(message() == failed + "it is a file, not a folder");
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  ::chmod(path.c_str(), 0755);
  CHECK(message() == "no error");
  ::chmod(path.c_str(), 0775);
  CHECK(message() == failed + "others may write to it (mode 0775)");
  ::chmod(path.c_str(), 01757);
  CHECK(message() == failed + "others may write to it (mode 1757)");
  ::chmod(path.c_str(), 0700);
  std::filesystem::rename(path, folder / "real");
  std::filesystem::create_directory_symlink("real", path);
  CHECK(message() == "no error");
  if (::geteuid() != 0)
    return;
  REQUIRE(::lchown(path.c_str(), test::nobody, test::nobody) == 0);
  CHECK(message() == failed + "it is reached through a link that belongs to user 65534");
  REQUIRE(::lchown(path.c_str(), 0, 0) == 0);
  REQUIRE(::chown((folder / "real").c_str(), test::nobody, test::nobody) == 0);
  CHECK(message() == failed + "it belongs to user 65534");
}
