// A home that is copied and put in place again, there or elsewhere.
#include <dockpki/store/copy.hpp>

#include "support/catch.hpp"
#include "support/message.hpp"
#include "support/pki_home.hpp"

using namespace dockpki;
using namespace dockpki::store;
using test::contents_of;
using test::home_actor;
using test::home_time;
using test::message_of;
using test::PkiHome;
using test::put;

namespace {

const std::string archive = "/usb/pki.cms";

/// Two sets in the home, the second of which took another's place, and one outside; and a revocation list.
struct Town : PkiHome {
  Town() : PkiHome(test::memory_folder()) {
    issue("a.example");
    issue("b.example");
    issue("b.example");
    issue("c.example", outside() / "c.example");
    open().record(CrlMade{"g1", 7, home_time, home_time + Seconds(100), std::string(64, 'a')});
    copied = copy();
    for (const HomeFile& file : copied.files)
      files.push_back({file.name, file.contents.bytes(), file.mode});
  }

  [[nodiscard]] HomeCopy copy() const {
    WriteSession session = open("backup");
    session.record(BackupMade{home().root().string(), archive});
    return copy_home(home(), session);
  }

  void restore(const Home& target) const {
    const CopiedHome told = read_copy(files, archive);
    put_in_place(target, files, {archive, told.taken, told.former, target.root().string()}, home_actor, home_time);
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const files::SetFile& file : files)
      found.push_back(file.name);
    return found;
  }

  HomeCopy copied;
  std::vector<files::SetFile> files;
};

std::vector<std::string> folders(const Home& home) {
  std::vector<std::string> found;
  ReadSession session(home);
  for (const PlacementRecord& placement : session.inventory().placements())
    found.push_back(placement.folder);
  std::ranges::sort(found);
  return found;
}

std::uint64_t last_crl_number(const Home& home) {
  return ReadSession(home).inventory().crls().back().number;
}

} // namespace

TEST_CASE("copy_home: everything but what passes", "[store]") {
  const Town town;
  CHECK(town.names() == std::vector<std::string>{"authorities/g1/ca-key.pem", "authorities/g1/ca.pem", "inventory.db",
                                                 "log.jsonl", "servers/a.example/ca.pem", "servers/a.example/server-cert.pem",
                                                 "servers/a.example/server-key.pem", "servers/b.example/ca.pem",
                                                 "servers/b.example/server-cert.pem", "servers/b.example/server-key.pem"});
  CHECK(town.copied.left_out.empty());
  CHECK(town.copied.files.front().mode == 0400);
}

TEST_CASE("copy_home: nothing is followed, and staging is passed over", "[store]") {
  const Town town;
  put(town.outside() / "secret", "not ours");
  std::filesystem::create_symlink(town.outside() / "secret", town.home().root() / "servers/link");
  std::filesystem::create_directory_symlink(town.outside(), town.home().root() / "folder");
  ::mkfifo((town.home().root() / "fifo").c_str(), 0600);
  std::filesystem::create_directory(town.home().root() / ".dockpki-0123456789abcdef");
  put(town.home().root() / ".dockpki-0123456789abcdef/key", "half written");
  const HomeCopy copied = town.copy();
  CHECK(copied.left_out == std::vector<std::string>{"fifo: a FIFO", "folder: a symbolic link", "servers/link: a symbolic link"});
  CHECK(copied.files.size() == town.files.size());
}

TEST_CASE("put_in_place: elsewhere, the sets of the home lie in the new one", "[store]") {
  const Town town;
  const Home target(town.outside() / "deeper/target");
  town.restore(target);
  const std::string root = target.root().string();
  CHECK(folders(target) == std::vector<std::string>{(town.outside() / "c.example").string(), root + "/servers/a.example",
                                                    root + "/servers/b.example"});
  CHECK(last_crl_number(target) == static_cast<std::uint64_t>(home_time.time_since_epoch().count()));
  CHECK(test::mode_of(target.root()) == 0700);
  CHECK(test::mode_of(target.root() / "servers/a.example/server-key.pem") == 0400);
  ReadSession(target).inventory().check();
  CHECK_FALSE(repair(target, home_actor, home_time, DryRun::yes).rebuilt);
  SECTION("also where the inventory is lost, or the log") {
    const std::vector<std::string> before = folders(target);
    std::filesystem::remove(GENERATE(false, true) ? target.log() : target.inventory());
    CHECK(repair(target, home_actor, home_time, DryRun::no).rebuilt);
    CHECK(folders(target) == before);
    CHECK(last_crl_number(target) == static_cast<std::uint64_t>(home_time.time_since_epoch().count()));
  }
  SECTION("and what gave way to one of them there would come back there") {
    const std::string serial = ReadSession(target).inventory().certificates().at(2).serial;
    WriteSession(target, "test", home_actor, home_time, Create::no)
        .record(SetPutBack{.authority = "g1", .serial = serial, .reason = "x", .kind = pki::Kind::server, .name = "b.example"});
    const std::vector<std::string> after = folders(target);
    CHECK(std::ranges::count(after, root + "/servers/b.example") == 1);
  }
  SECTION("and nothing is left beside it") {
    CHECK(std::distance(std::filesystem::directory_iterator(town.outside() / "deeper"), {}) == 1);
  }
}

TEST_CASE("put_in_place: in its own place, every set lies where it lay", "[store]") {
  const Town town;
  const std::vector<std::string> before = folders(town.home());
  const std::string story = town.story();
  std::filesystem::remove_all(town.home().root());
  town.restore(town.home());
  CHECK(folders(town.home()) == before);
  CHECK(town.story() == story);
  town.issue("d.example");
}

TEST_CASE("put_in_place: what a killed one left is removed, and a home that is there is left alone", "[store]") {
  const Town town;
  const Home target(town.outside() / "target");
  town.restore(target);
  std::filesystem::rename(target.root(), town.outside() / "first");
  // The name is made of the target's, so that the next restore finds it.
  CHECK(message_of([&] { town.restore(town.home()); }) ==
        "failed to restore into '" + town.home().root().string() + "': it is not empty");
  std::filesystem::create_directory(target.root());
  town.restore(target);
  CHECK(test::mode_of(target.root()) == 0700);
}

TEST_CASE("read_copy: what is no copy of a home", "[store]") {
  const Town town;
  const std::string failed = "failed to read backup '" + archive + "': ";
  const auto refusal = [&](std::vector<files::SetFile> files) { return message_of([&] { read_copy(files, archive); }); };
  const auto with_log = [&](std::string_view text) {
    std::vector<files::SetFile> files = town.files;
    std::ranges::find(files, "log.jsonl", &files::SetFile::name)->contents = bytes_of(text);
    return files;
  };
  const std::string log = contents_of(town.home().log());
  CHECK(refusal({}) == failed + "it has no inventory.db");
  CHECK(refusal({{"inventory.db", {}, 0600}}) == failed + "it has no log.jsonl");
  CHECK(refusal(with_log(log.substr(0, log.size() - 1))) == failed + "its log is cut off");
  CHECK(refusal(with_log({})) == failed + "the last entry of its log is not that it was made");
  CHECK(refusal(with_log(log.substr(0, log.find('\n') + 1))) == failed + "the last entry of its log is not that it was made");
  CHECK(refusal(with_log(log.substr(log.find('\n') + 1))) == failed + "an entry of its log does not follow the one before");
  std::string changed = log;
  changed[changed.find("alice")] = 'b';
  CHECK(refusal(with_log(changed)) == failed + "in its log: it does not fit its seal");
}
