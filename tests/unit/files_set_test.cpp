#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <optional>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dockpki/files/set.hpp>

using namespace dockpki;
using namespace dockpki::files;
using test::contents_of;
using test::message_of;
using test::mode_of;
using test::put;
using test::TemporaryFolder;

namespace {

constexpr const char* stamp = "20261121T101500Z";
const std::vector<std::string> names = {"ca.pem", "cert.pem", "key.pem"};

/// The three files of a set; each says of which.
std::vector<SetFile> set_of(const std::string& text) {
  return {{"ca.pem", bytes_of(text), 0444}, {"cert.pem", bytes_of(text), 0444}, {"key.pem", bytes_of(text), 0400}};
}

void stand(const Path& folder, const std::string& text) {
  std::filesystem::create_directory(folder);
  ::chmod(folder.c_str(), 0755);
  for (const std::string& name : names)
    put(folder / name, text, 0600);
}

std::vector<Path> switch_to(const Path& folder, const std::string& text, Existing existing) {
  return StagedSet::stage(folder, set_of(text), existing, stamp).commit();
}

/// What the set says, read by path; "mixed" if its files do not belong together, "" if none stands.
std::string set_in(const Path& folder) {
  std::optional<std::string> all;
  for (const std::string& name : names) {
    const std::string text = std::filesystem::exists(folder / name) ? contents_of(folder / name) : "";
    if (all && *all != text)
      return "mixed";
    all = text;
  }
  return *all;
}

std::map<std::string, std::string> listing_of_set(const std::string& text) {
  return {{"ca.pem", "-444 " + text}, {"cert.pem", "-444 " + text}, {"key.pem", "-400 " + text}};
}

const std::string hint_to_look = "look at it, and remove it if it should not be there";

} // namespace

TEST_CASE("StagedSet: a folder that does not exist appears whole, 0700", "[files]") {
  const TemporaryFolder home;
  const Path folder = home / "servers/a";
  {
    const std::string text = "new";
    StagedSet staged = StagedSet::stage(folder, set_of(text), Existing::refused, stamp);
    CHECK_FALSE(std::filesystem::exists(folder));
    CHECK(staged.commit().empty());
  }
  CHECK(test::listing(folder) == listing_of_set("new"));
  CHECK(mode_of(folder) == 0700);
  CHECK(mode_of(home / "servers") == 0700);
  CHECK(test::listing(home / "servers").size() == 4);
}

TEST_CASE("StagedSet: what is not committed leaves no trace", "[files]") {
  const TemporaryFolder home;
  const std::string text = "new";
  { const StagedSet staged = StagedSet::stage(home / "new", set_of(text), Existing::refused, stamp); }
  CHECK(test::listing(home.path()).empty());
  stand(home / "whole", "old");
  stand(home / "shared", "old");
  put(home / "shared/config.json", "{}");
  const auto before = test::listing(home.path());
  for (const Existing existing : {Existing::replaced, Existing::backed_up}) {
    { const StagedSet staged = StagedSet::stage(home / "whole", set_of(text), existing, stamp); }
    { const StagedSet staged = StagedSet::stage(home / "shared", set_of(text), existing, stamp); }
    CHECK(test::listing(home.path()) == before);
  }
}

TEST_CASE("StagedSet: a folder with nothing else in it is exchanged whole, and keeps its rights", "[files]") {
  const TemporaryFolder home;
  stand(home / "a", "old");
  struct stat before {};
  struct stat after {};
  ::stat((home / "a").c_str(), &before);
  CHECK(switch_to(home / "a", "new", Existing::replaced).empty());
  ::stat((home / "a").c_str(), &after);
  CHECK(before.st_ino != after.st_ino);
  CHECK(mode_of(home / "a") == 0755);
  CHECK(test::listing(home / "a") == listing_of_set("new"));
  CHECK(test::listing(home.path()).size() == 4);
}

TEST_CASE("StagedSet: in a shared folder the files are switched, and the rest stays", "[files]") {
  const TemporaryFolder home;
  stand(home / "docker", "old");
  std::filesystem::remove(home / "docker/cert.pem");
  put(home / "docker/config.json", "{}");
  std::filesystem::create_directory(home / "docker/contexts");
  struct stat before {};
  struct stat after {};
  ::stat((home / "docker").c_str(), &before);
  CHECK(switch_to(home / "docker", "new", Existing::replaced).empty());
  ::stat((home / "docker").c_str(), &after);
  CHECK(before.st_ino == after.st_ino);
  auto expected = listing_of_set("new");
  expected["config.json"] = "-644 {}";
  expected["contexts"] = "d" + [&] {
    std::ostringstream text;
    text << std::oct << mode_of(home / "docker/contexts");
    return text.str();
  }();
  CHECK(test::listing(home / "docker") == expected);
}

TEST_CASE("StagedSet: backups are kept beside, under names that are free", "[files]") {
  for (const bool is_shared : {false, true}) {
    const TemporaryFolder home;
    const Path folder = home / "d";
    stand(folder, "old");
    if (is_shared)
      put(folder / "config.json", "{}");
    CHECK(switch_to(folder, "new", Existing::backed_up) == std::vector<Path>{folder / "ca.pem.backup-20261121T101500Z",
                                                                             folder / "cert.pem.backup-20261121T101500Z",
                                                                             folder / "key.pem.backup-20261121T101500Z"});
    CHECK(set_in(folder) == "new");
    CHECK(contents_of(folder / "key.pem.backup-20261121T101500Z") == "old");
    CHECK(mode_of(folder / "key.pem.backup-20261121T101500Z") == 0600);
    // The same second again.
    CHECK(switch_to(folder, "newer", Existing::backed_up).back() == folder / "key.pem.backup-20261121T101500Z-2");
    CHECK(contents_of(folder / "key.pem.backup-20261121T101500Z") == "old");
    CHECK(contents_of(folder / "key.pem.backup-20261121T101500Z-2") == "new");
    CHECK(set_in(folder) == "newer");
    CHECK(test::listing(home.path()).size() == (is_shared ? 11 : 10));
  }
}

TEST_CASE("StagedSet: what stands is refused when it is to be", "[files]") {
  const TemporaryFolder home;
  stand(home / "a", "old");
  std::filesystem::remove(home / "a/ca.pem");
  const auto before = test::listing(home.path());
  CHECK(message_of([&] { switch_to(home / "a", "new", Existing::refused); }) ==
        "failed to write '" + (home / "a/cert.pem").string() + "': a file stands there already");
  CHECK(test::listing(home.path()) == before);
}

TEST_CASE("StagedSet: a link, a FIFO, a folder or a socket in a file's place is refused, however", "[files]") {
  for (const Existing existing : {Existing::refused, Existing::replaced, Existing::backed_up}) {
    const TemporaryFolder home;
    put(home / "victim", "precious");
    std::filesystem::create_directory(home / "a");
    const auto refusal = [&](const std::string& what) {
      const auto before = test::listing(home.path());
      try {
        switch_to(home / "a", "new", existing);
        FAIL("it was not refused");
      } catch (const Error& error) {
        CHECK(error.code() == Errc::permission);
        CHECK(std::string(error.what()) == "failed to write '" + (home / "a/key.pem").string() + "': " + what + " stands there");
        CHECK(error.hint() == hint_to_look);
      }
      CHECK(test::listing(home.path()) == before);
      std::filesystem::remove(home / "a/key.pem");
    };
    std::filesystem::create_symlink("../victim", home / "a/key.pem");
    refusal("a symbolic link");
    std::filesystem::create_symlink(".dockpki-set/cert.pem", home / "a/key.pem"); // almost one of ours
    refusal("a symbolic link");
    std::filesystem::create_symlink("nowhere", home / "a/key.pem");
    refusal("a symbolic link");
    ::mkfifo((home / "a/key.pem").c_str(), 0600);
    refusal("a FIFO");
    std::filesystem::create_directory(home / "a/key.pem");
    refusal("a folder");
  }
}

TEST_CASE("StagedSet: a link of the right words that another user planted is not taken for ours", "[files]") {
  if (::geteuid() != 0)
    return;
  const TemporaryFolder home;
  stand(home / "a", "old");
  std::filesystem::remove(home / "a/key.pem");
  std::filesystem::create_symlink(".dockpki-set/key.pem", home / "a/key.pem");
  REQUIRE(::lchown((home / "a/key.pem").c_str(), test::nobody, test::nobody) == 0);
  CHECK(message_of([&] { switch_to(home / "a", "new", Existing::replaced); }) ==
        "failed to write '" + (home / "a/key.pem").string() + "': a symbolic link stands there");
  CHECK(std::filesystem::is_symlink(home / "a/key.pem"));
}

TEST_CASE("StagedSet: a folder where keys are not safe", "[files]") {
  const TemporaryFolder home;
  stand(home / "a", "old");
  ::chmod((home / "a").c_str(), 0775);
  CHECK(message_of([&] { switch_to(home / "a", "new", Existing::replaced); }) ==
        "failed to use folder '" + (home / "a").string() + "': others may write to it (mode 0775)");
  put(home / "file", "x");
  CHECK(message_of([&] { switch_to(home / "file", "new", Existing::replaced); }) ==
        "failed to use folder '" + (home / "file").string() + "': it is a file, not a folder");
  std::filesystem::create_symlink("nowhere", home / "dangling");
  CHECK(message_of([&] { switch_to(home / "dangling", "new", Existing::replaced); }) ==
        "failed to use folder '" + (home / "dangling").string() + "': No such file or directory");
  if (::geteuid() != 0)
    return;
  REQUIRE(::chown((home / "a").c_str(), test::nobody, test::nobody) == 0);
  CHECK(message_of([&] { switch_to(home / "a", "new", Existing::replaced); }) ==
        "failed to use folder '" + (home / "a").string() + "': it belongs to user 65534");
  ::chmod(home.path().c_str(), 0755);
  CHECK(test::as_nobody([&] { return message_of([&] { switch_to(home / "b", "new", Existing::replaced); }); }) ==
        "failed to write '" + (home / "b").string() + "': Permission denied");
}

TEST_CASE("StagedSet: reached through a link of one's own, the real folder is switched", "[files]") {
  const TemporaryFolder home;
  stand(home / "real", "old");
  std::filesystem::create_directory_symlink("real", home / "link");
  switch_to(home / "link", "new", Existing::replaced);
  CHECK(std::filesystem::is_symlink(home / "link"));
  CHECK(test::listing(home / "real") == listing_of_set("new"));
}

TEST_CASE("StagedSet: our own working folder is not exchanged under us", "[files]") {
  const TemporaryFolder home;
  stand(home / "a", "old");
  struct stat before {};
  struct stat after {};
  ::stat((home / "a").c_str(), &before);
  const Path working = std::filesystem::current_path();
  std::filesystem::current_path(home / "a");
  switch_to(".", "new", Existing::replaced);
  std::filesystem::current_path(working);
  ::stat((home / "a").c_str(), &after);
  CHECK(before.st_ino == after.st_ino);
  CHECK(test::listing(home / "a") == listing_of_set("new"));
}

TEST_CASE("StagedSet: whose parent is not ours to change has its files switched", "[files]") {
  if (::geteuid() != 0)
    return;
  const TemporaryFolder home;
  ::chmod(home.path().c_str(), 0755);
  stand(home / "a", "old");
  for (const char* name : {"a", "a/ca.pem", "a/cert.pem", "a/key.pem"})
    REQUIRE(::chown((home / name).c_str(), test::nobody, test::nobody) == 0);
  CHECK(test::as_nobody([&] { return message_of([&] { switch_to(home / "a", "new", Existing::replaced); }); }) == "no error");
  CHECK(test::listing(home / "a") == listing_of_set("new"));
}

TEST_CASE("StagedSet: two that stage for one folder take turns", "[files]") {
  for (const char* title : {"whole", "shared", "new"}) {
    const TemporaryFolder home;
    const Path folder = home / title;
    if (folder.filename() != "new")
      stand(folder, "old");
    if (folder.filename() == "shared")
      put(folder / "config.json", "{}");
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork(); // before the lock, which a child would share
    if (child == 0) {
      char go = 0;
      const bool ready = ::read(ends[0], &go, 1) == 1;
      ::_exit(ready && message_of([&] { switch_to(folder, "two", Existing::replaced); }) == "no error" ? 0 : 1);
    }
    {
      const std::string one = "one";
      StagedSet first = StagedSet::stage(folder, set_of(one), Existing::replaced, stamp);
      REQUIRE(::write(ends[1], "g", 1) == 1);
      first.commit();
      CHECK(set_in(folder) == "one");
    } // lets the other one in
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(set_in(folder) == "two");
    for (const auto& [name, what] : test::listing(home.path()))
      CHECK(name.find(".dockpki") == std::string::npos);
    ::close(ends[0]);
    ::close(ends[1]);
  }
}

TEST_CASE("StagedSet: names are plain", "[files]") {
  const TemporaryFolder home;
  for (const char* name : {"", ".", "..", ".hidden", "a/b", "../b"}) {
    const std::vector<SetFile> files = {{name, bytes_of("x"), 0444}};
    CHECK(message_of([&] { StagedSet::stage(home / "a", files, Existing::refused, stamp); }) ==
          "failed to write '" + std::string(name) + "': it is not a plain file name");
  }
}

TEST_CASE("StagedSet: a full disk changes nothing", "[files]") {
  if (::geteuid() != 0)
    return;
  const TemporaryFolder home;
  const Path disk = home / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("none", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
    return; // a container without the right to mount
  stand(disk / "whole", "old");
  stand(disk / "shared", "old");
  put(disk / "shared/config.json", "{}");
  const auto before = test::listing(disk);
  const std::string large(100'000, 'x');
  for (const char* name : {"whole", "shared", "new"})
    CHECK(message_of([&] { switch_to(disk / name, large, Existing::replaced); }) ==
          "failed to write '" + (disk / name / "ca.pem").string() + "': No space left on device");
  CHECK(test::listing(disk) == before);
  ::umount2(disk.c_str(), MNT_DETACH);
}

TEST_CASE("standing_files: as anything", "[files]") {
  const TemporaryFolder home;
  CHECK(standing_files(home / "none", names).empty());
  std::filesystem::create_symlink("nowhere", home / "key.pem");
  put(home / "ca.pem", "x");
  CHECK(standing_files(home.path(), names) == std::vector<std::string>{"ca.pem", "key.pem"});
}

TEST_CASE("recover_set: nothing to do", "[files]") {
  const TemporaryFolder home;
  CHECK_FALSE(recover_set(home / "none", names));
  CHECK_FALSE(recover_set(home / "none/at/all", names));
  stand(home / "a", "old");
  ::chmod((home / "a").c_str(), 0777); // not ours to mind
  CHECK_FALSE(recover_set(home / "a", names));
}

TEST_CASE("StagedSet: what is kept goes along, and the folder is exchanged whole", "[files]") {
  const TemporaryFolder home;
  const Path folder = home / "a";
  switch_to(folder, "one", Existing::refused);
  put(home / "ca", "theirs", 0640);
  std::filesystem::rename(home / "ca", folder / "ca.pem");
  const int before = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::vector<std::string> kept = {"ca.pem"};
  const auto stage = [&] {
    const std::vector<SetFile> set = {{"cert.pem", bytes_of("two"), 0444}, {"key.pem", bytes_of("two"), 0400}};
    return StagedSet::stage(folder, set, Existing::replaced, stamp, kept);
  };
  SECTION("a file") {
    stage().commit();
    CHECK(test::listing(folder) ==
          std::map<std::string, std::string>{{"ca.pem", "-640 theirs"}, {"cert.pem", "-444 two"}, {"key.pem", "-400 two"}});
    struct stat status {};
    CHECK(::fstatat(before, "cert.pem", &status, 0) != 0); // whoever holds the old folder never sees the new set in it
  }
  SECTION("discarded, it stays") {
    const auto listed = test::listing(home.path());
    { const StagedSet staged = stage(); }
    CHECK(test::listing(home.path()) == listed);
  }
  SECTION("a link is left alone, and the folder with it") {
    std::filesystem::remove(folder / "ca.pem");
    std::filesystem::create_symlink("../elsewhere", folder / "ca.pem");
    stage().commit();
    CHECK(std::filesystem::read_symlink(folder / "ca.pem") == "../elsewhere");
    CHECK(contents_of(folder / "cert.pem") == "two");
    struct stat status {};
    CHECK(::fstatat(before, "cert.pem", &status, 0) == 0); // it is the same folder
  }
  ::close(before);
}
