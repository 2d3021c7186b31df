// The inventory and the log are deleted, cut short and flipped. Whatever is done to them: a reader names the damage or tells the
// truth, and repair brings everything back; no serial is ever forgotten.
#include "support/catch.hpp"
#include "support/message.hpp"
#include "support/pki_home.hpp"

#include <algorithm>
#include <csignal>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

using namespace dockpki;
using namespace dockpki::store;
using test::contents_of;
using test::home_actor;
using test::home_time;
using test::message_of;
using test::PkiHome;
using test::put;

namespace {

constexpr const char* endings[] = {"", "-wal", "-shm"};

/// The inventory's files as they are, to be put back.
struct Saved {
  explicit Saved(const Home& of) : home(of), log(contents_of(of.log())) {
    for (const char* ending : endings)
      files.push_back(contents_of(of.inventory().string() + ending));
  }
  void restore() const {
    for (std::size_t i = 0; i < files.size(); ++i) {
      std::filesystem::remove(home.inventory().string() + endings[i]);
      if (files[i] != "(missing)")
        put(home.inventory().string() + endings[i], files[i], 0600);
    }
    put(home.log(), log, 0600);
    for (const auto& entry : std::filesystem::directory_iterator(home.root()))
      if (entry.path().filename().string().find(".damaged-") != std::string::npos)
        std::filesystem::remove(entry.path());
  }
  const Home& home;
  std::string log;
  std::vector<std::string> files;
};

/// Takes what is in the write-ahead log into the database's file, as a checkpoint does.
void check_point(const Home& home) {
  SQLite::Database database(home.inventory().string(), SQLite::OPEN_READWRITE);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Every serial that the inventory knows, of any state.
std::vector<std::string> serials(const Home& home) {
  ReadSession session(home);
  std::vector<std::string> all;
  for (const auto& one : session.inventory().certificates())
    all.push_back(one.serial);
  std::sort(all.begin(), all.end());
  return all;
}

RepairReport mend(const Home& home) {
  return repair(home, home_actor, home_time, DryRun::no);
}

/// The home's files, but for SQLite's shared memory, which readers may touch.
std::map<std::string, std::string> files_of(const Home& home) {
  auto files = test::listing(home.root());
  files.erase("inventory.db-shm");
  return files;
}

/// story() without the order and the numbers, which a rebuilt inventory may have otherwise.
std::multiset<std::string> sorted_story(const PkiHome& town) {
  std::istringstream text(town.story());
  std::multiset<std::string> words;
  for (std::string word; text >> word;)
    words.insert(word.substr(word.find('@') + 1));
  return words;
}

/// A home with something of everything: placed, superseded, abandoned, placed elsewhere.
struct Town : PkiHome {
  Town() : PkiHome(test::memory_folder()) {
    issue("a.example");
    issue("b.example");
    issue("b.example");
    issue("c.example", outside() / "elsewhere");
    WriteSession session = open();
    const auto never = sign(session.inventory(), "d.example", "/nowhere");
    session.record(CertificateAbandoned{.authority = "g1", .serial = never.contents().serial_number.text(), .reason = "test"});
  }
};

/// What a reader says: everything that commands ask.
std::string reading(const Home& home) {
  return message_of([&] {
    ReadSession session(home);
    Inventory& inventory = session.inventory();
    static_cast<void>(inventory.authorities());
    static_cast<void>(inventory.placements());
    for (const auto& one : inventory.certificates())
      if (one.state != CertificateState::abandoned)
        static_cast<void>(inventory.certificate(one.id));
  });
}

std::string inventory_damaged(const Home& home, const std::string& why) {
  return "the inventory '" + home.inventory().string() + "' is damaged: " + why;
}

/// The answers are right, or they are refused as damage; repair makes them right.
void check_named_or_right(const Town& town, const std::string& story, const std::vector<std::string>& known, bool& was_named) {
  const std::string message = reading(town.home());
  const bool is_named = message.starts_with(inventory_damaged(town.home(), "")) || message.starts_with("the audit log '");
  if (message == "no error") {
    CHECK(town.story() == story);
    CHECK(serials(town.home()) == known);
  } else {
    INFO(message);
    CHECK(is_named);
    was_named = true;
  }
}

} // namespace

TEST_CASE("repair: nothing is wrong", "[store]") {
  const Town town;
  const auto before = files_of(town.home());
  const RepairReport report = mend(town.home());
  CHECK_FALSE(report.rebuilt);
  CHECK(report.found.empty());
  CHECK(report.kept_aside.empty());
  CHECK((report.authorities == 1 && report.certificates == 5 && report.placements == 3));
  CHECK(files_of(town.home()) == before);
}

TEST_CASE("repair: the inventory is deleted or empty", "[store]") {
  const Town town;
  const std::string story = town.story();
  const auto known = serials(town.home());
  const Saved saved(town.home());
  for (const bool is_empty : {false, true}) {
    saved.restore();
    std::filesystem::remove(town.home().inventory());
    if (is_empty)
      put(town.home().inventory(), "", 0600);
    const std::string named = inventory_damaged(town.home(), is_empty ? "it is empty" : "it is missing");
    CHECK(reading(town.home()) == named);
    CHECK(message_of([&] { static_cast<void>(town.open()); }) == named);
    CHECK(message_of([&] { static_cast<void>(town.open("init-ca", Create::yes)); }) == named);
    CHECK(contents_of(town.home().root() / "inventory.db-wal") == saved.files[1]);
    const auto before = files_of(town.home());
    const RepairReport would = repair(town.home(), home_actor, home_time, DryRun::yes);
    CHECK(would.rebuilt);
    CHECK(files_of(town.home()) == before);
    const RepairReport report = mend(town.home());
    CHECK(report.rebuilt);
    CHECK(report.found == std::vector<std::string>{named});
    CHECK((report.authorities == 1 && report.certificates == 5 && report.placements == 3));
    CHECK(town.story() == story);
    CHECK(serials(town.home()) == known);
    CHECK(contents_of(town.home().log()).starts_with(saved.log));
    CHECK_FALSE(mend(town.home()).rebuilt);
    town.issue("after.example");
    std::filesystem::remove_all(town.home().server("after.example"));
  }
}

TEST_CASE("repair: an inventory cut short anywhere is named or right, and mended", "[store][damage]") {
  const Town town;
  const std::string story = town.story();
  const auto known = serials(town.home());
  for (const bool is_checkpointed : {true, false}) {
    if (is_checkpointed)
      check_point(town.home());
    else
      town.open().record(PassphraseChanged{"g1", true});
    const Saved saved(town.home());
    for (const std::size_t file : {0U, 1U}) {
      if (saved.files[file] == "(missing)")
        continue;
      bool was_named = false;
      for (std::size_t size = 0; size < saved.files[file].size(); size += 512) {
        INFO((file == 0 ? "inventory.db" : "inventory.db-wal") << " cut to " << size << ", checkpointed: " << is_checkpointed);
        saved.restore();
        std::filesystem::resize_file(town.home().inventory().string() + endings[file], size);
        check_named_or_right(town, story, known, was_named);
        mend(town.home());
        CHECK(town.story() == story);
        CHECK(serials(town.home()) == known);
      }
      CHECK((was_named || file == 1));
    }
    saved.restore();
  }
}

TEST_CASE("repair: a flipped bit anywhere is named or harmless, and mended", "[store][damage]") {
  const Town town;
  const std::string story = town.story();
  const auto known = serials(town.home());
  check_point(town.home());
  town.open().record(PassphraseChanged{"g1", true}); // so that there is a write-ahead log
  const Saved saved(town.home());
  for (const std::size_t file : {0U, 1U}) {
    bool was_named = false;
    const std::size_t size = saved.files[file].size();
    for (std::size_t i = 0; i < size; i += i < 200 ? 1 : 61) {
      if (i > 200 && saved.files[file][i] == '\0' && i % 3 != 0)
        continue; // most of it is empty space
      INFO((file == 0 ? "inventory.db" : "inventory.db-wal") << " octet " << i);
      saved.restore();
      std::string flipped = saved.files[file];
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
      put(town.home().inventory().string() + endings[file], flipped, 0600);
      check_named_or_right(town, story, known, was_named);
      mend(town.home());
      CHECK(town.story() == story);
      CHECK(serials(town.home()) == known);
    }
    CHECK((was_named || file == 1));
  }
}

TEST_CASE("WriteSession: on an inventory with a flipped bit nothing is lost", "[store][damage]") {
  const Town town;
  const auto known = serials(town.home());
  check_point(town.home());
  const Saved saved(town.home());
  for (std::size_t i = 0; i < saved.files[0].size(); i += i < 100 ? 1 : 97) {
    INFO("octet " << i);
    saved.restore();
    std::string flipped = saved.files[0];
    flipped[i] = static_cast<char>(flipped[i] ^ (i < 100 ? 0x04 : 1 << (i % 8)));
    put(town.home().inventory(), flipped, 0600);
    const std::string name = "n" + std::to_string(i) + ".example";
    std::string serial;
    const std::string message = message_of([&] { serial = town.issue(name); });
    if (message != "no error") {
      INFO(message);
      CHECK((message.starts_with(inventory_damaged(town.home(), "")) || message.find("failed to reserve") != std::string::npos));
    }
    mend(town.home());
    const auto after = serials(town.home());
    CHECK(std::includes(after.begin(), after.end(), known.begin(), known.end()));
    CHECK((serial.empty() || std::binary_search(after.begin(), after.end(), serial)));
    std::filesystem::remove_all(town.home().server(name));
  }
}

TEST_CASE("repair: a log that is lost, cut short or changed is made again from the rest", "[store]") {
  const Town town;
  const auto story = sorted_story(town);
  const auto known = serials(town.home());
  const Saved saved(town.home());
  std::vector<std::size_t> line_ends;
  for (std::size_t at = saved.log.find('\n'); at != std::string::npos; at = saved.log.find('\n', at + 1))
    line_ends.push_back(at + 1);
  REQUIRE(line_ends.size() == 6);
  std::vector<std::pair<std::string, std::string>> damages = {{"", "empty"}, {"deleted", "deleted"}};
  for (const std::size_t end : line_ends) {
    if (end != line_ends.back())
      damages.emplace_back(saved.log.substr(0, end), "cut");
    std::string changed = saved.log;
    changed[end - 20] = changed[end - 20] == 'a' ? 'b' : 'a';
    damages.emplace_back(changed, "changed");
    const std::size_t begin = saved.log.rfind('\n', end - 2) + 1;
    if (const std::size_t der = saved.log.find("\"certificate\":\"", begin); der < end) {
      changed[der + 100] = changed[der + 100] == 'a' ? 'b' : 'a';
      damages.emplace_back(changed, "changed");
    }
    damages.emplace_back(saved.log.substr(0, end - 100) + saved.log.substr(end), "merged");
  }
  damages.emplace_back(saved.log.substr(0, line_ends[1]) + saved.log.substr(line_ends[2]), "taken out");
  for (const bool is_inventory_lost : {false, true})
    for (const auto& [text, how] : damages) {
      if (is_inventory_lost && how != "changed")
        continue; // then the end of a log that was cut is known by nobody but the folders
      INFO(how << " to " << text.size() << ", inventory lost: " << is_inventory_lost);
      saved.restore();
      put(town.home().log(), text, 0600);
      if (how == "deleted")
        std::filesystem::remove(town.home().log());
      if (is_inventory_lost)
        for (const char* ending : endings)
          std::filesystem::remove(town.home().inventory().string() + ending);
      const auto read_all = [&] { ReadSession(town.home()).log().read({}, [](const Event&, const LogHead&) {}); };
      CHECK(message_of(read_all) != "no error");
      const RepairReport report = mend(town.home());
      CHECK(report.rebuilt);
      const auto after = serials(town.home());
      if (!is_inventory_lost)
        CHECK(sorted_story(town) == story);
      CHECK(after == known);
      unsigned entries = 0;
      ReadSession(town.home()).log().read({}, [&](const Event&, const LogHead&) { ++entries; });
      CHECK(entries >= 6);
      CHECK_FALSE(mend(town.home()).rebuilt);
    }
}

TEST_CASE("repair: everything but the folders is lost", "[store]") {
  const Town town;
  const auto known = serials(town.home());
  for (const char* ending : endings)
    std::filesystem::remove(town.home().inventory().string() + ending);
  std::filesystem::remove(town.home().log());
  CHECK(reading(town.home()) == inventory_damaged(town.home(), "it is missing"));
  const RepairReport report = mend(town.home());
  CHECK((report.authorities == 1 && report.certificates == 2 && report.placements == 2));
  CHECK(town.story() == "a.example/issued b.example/issued 2@a.example 3@b.example ");
  const auto after = serials(town.home());
  CHECK(std::includes(known.begin(), known.end(), after.begin(), after.end()));
  CHECK(town.issue("a.example") != known.front());
}

TEST_CASE("repair: keeps what was damaged", "[store]") {
  const Town town;
  const Saved saved(town.home());
  std::string log = saved.log;
  log[log.size() / 2] = '~';
  put(town.home().log(), log, 0600);
  put(town.home().inventory(), "not a database, but somebody may want to look at it", 0600);
  const RepairReport report = mend(town.home());
  CHECK(report.kept_aside == std::vector<files::Path>{town.home().root() / "log.jsonl.damaged-20261121T101500Z",
                                                      town.home().root() / "inventory.db.damaged-20261121T101500Z"});
  CHECK(contents_of(report.kept_aside[0]) == log);
  CHECK(contents_of(report.kept_aside[1]) == "not a database, but somebody may want to look at it");
}

TEST_CASE("repair: an interrupted switch is finished", "[store]") {
  const Town town;
  const auto folder = town.home().server("a.example");
  const std::string key = contents_of(folder / "server-key.pem");
  // As a switch in a shared folder leaves it after the one step.
  std::filesystem::create_directory(folder / ".dockpki-set");
  std::filesystem::rename(folder / "server-key.pem", folder / ".dockpki-set/server-key.pem");
  std::filesystem::create_symlink(".dockpki-set/server-key.pem", folder / "server-key.pem");
  const RepairReport report = mend(town.home());
  CHECK_FALSE(report.rebuilt);
  CHECK(report.found == std::vector<std::string>{"an interrupted switch in '" + folder.string() + "'"});
  CHECK_FALSE(std::filesystem::is_symlink(folder / "server-key.pem"));
  CHECK(contents_of(folder / "server-key.pem") == key);
}

TEST_CASE("repair: does not adopt an authority whose init-ca never ended, and cleans up after it", "[store]") {
  for (const bool is_inventory_damaged : {false, true}) {
    const Town town;
    const pid_t child = ::fork();
    if (child == 0) {
      WriteSession session = town.open();
      const pki::NewAuthority made =
          pki::make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse("G2"), std::nullopt,
                              pki::default_authority_lifetime, {}, session.inventory(),
                              {.authority = "g2", .kind = pki::Kind::authority, .name = "g2", .folder = {}, .at = home_time});
      const std::string pem = made.certificate.pem();
      const std::vector<files::SetFile> set = {{"ca.pem", bytes_of(pem), 0444}, {"ca-key.pem", bytes_of("key"), 0400}};
      files::StagedSet::stage(town.home().authority("g2"), set, files::Existing::refused, test::home_stamp).commit();
      ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    if (is_inventory_damaged) {
      SQLite::Database database(town.home().inventory().string(), SQLite::OPEN_READWRITE);
      database.exec("UPDATE certificates SET name = 'x' WHERE id = 2");
    }
    const RepairReport report = mend(town.home());
    CHECK(report.rebuilt == is_inventory_damaged);
    CHECK(report.authorities == 1);
    CHECK_FALSE(std::filesystem::exists(town.home().authority("g2")));
    ReadSession session(town.home());
    CHECK(session.inventory().authorities()[1].state == AuthorityState::abandoned);
    CHECK_FALSE(mend(town.home()).rebuilt);
  }
}

TEST_CASE("open_sqlite_inventory: a newer schema is refused, an older bit flip is damage", "[store]") {
  const Town town;
  check_point(town.home());
  const Saved saved(town.home());
  const auto run = [&](const std::string& sql) {
    saved.restore();
    SQLite::Database database(town.home().inventory().string(), SQLite::OPEN_READWRITE);
    database.exec(sql);
  };
  run("DROP TABLE state; CREATE TABLE state (other TEXT); PRAGMA user_version = 7");
  try {
    static_cast<void>(open_sqlite_inventory(town.home().inventory(), Create::no));
    FAIL("it was opened");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::refused);
    CHECK(std::string(error.what()) ==
          "the inventory '" + town.home().inventory().string() + "' is from a newer dockpki (schema 7, this one knows 3)");
    CHECK(error.hint() == "upgrade dockpki");
  }
  run("PRAGMA user_version = 4");
  CHECK(reading(town.home()) == inventory_damaged(town.home(), "its schema version is 4 in one place and 3 in another"));
  run("PRAGMA application_id = 0");
  CHECK(reading(town.home()) == inventory_damaged(town.home(), "it is not an inventory of dockpki"));
  run("DROP INDEX certificates_by_sha256");
  CHECK(reading(town.home()) == inventory_damaged(town.home(), "its tables are not as dockpki made them"));
  run("UPDATE certificates SET state = 'issued' WHERE id = 3");
  CHECK(reading(town.home()) == inventory_damaged(town.home(), "row 3 of table certificates does not fit its sum"));
  run("UPDATE certificates SET der = zeroblob(100) WHERE id = 3");
  CHECK(reading(town.home()).starts_with(inventory_damaged(town.home(), "the certificate of serial ")));
  run("DELETE FROM placements WHERE id = 2");
  CHECK(reading(town.home()) == inventory_damaged(town.home(), "table placements has lost or doubled rows"));
}

TEST_CASE("open_sqlite_inventory: planted things", "[store]") {
  const test::TemporaryFolder folder;
  const auto path = folder / "inventory.db";
  CHECK(message_of([&] { static_cast<void>(open_sqlite_inventory(path, Create::no)); }) ==
        "failed to open the inventory '" + path.string() + "': No such file or directory");
  std::filesystem::create_symlink("victim", path);
  for (const Create create : {Create::no, Create::yes})
    CHECK(message_of([&] { static_cast<void>(open_sqlite_inventory(path, create)); }) ==
          "failed to open the inventory '" + path.string() + "': it is a symbolic link");
  CHECK_FALSE(std::filesystem::exists(folder / "victim"));
  std::filesystem::remove(path);
  CHECK(open_sqlite_inventory(path, Create::yes)->head() == LogHead{});
  CHECK(test::mode_of(path) == 0600);
  CHECK(open_sqlite_inventory(path, Create::no)->authorities().empty());
}
