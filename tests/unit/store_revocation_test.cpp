// Revocations and lists are remembered, by the inventory, by the log, and where both are lost by the list in the authority's
// folder. An inventory of version 1 is migrated, and damage to it is still named.
#include "support/catch.hpp"
#include "support/message.hpp"
#include "support/old_schema.hpp"
#include "support/pki_home.hpp"

#include <algorithm>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/schema.hpp"

using namespace dockpki;
using namespace dockpki::store;
using test::contents_of;
using test::home_actor;
using test::home_time;
using test::message_of;
using test::PkiHome;
using test::put;
using x509::CrlReason;

namespace {

constexpr const char* endings[] = {"", "-wal", "-shm"};

RepairReport mend(const Home& home) {
  return repair(home, home_actor, home_time, DryRun::no);
}

/// "name/serial/reason" of every revoked certificate, and the numbers of all lists.
std::string revocations(const Home& home) {
  ReadSession session(home);
  std::string text;
  for (const CertificateRecord& one : session.inventory().certificates())
    if (one.revocation)
      text += one.name + '/' + one.serial + '/' + std::string(x509::to_string(one.revocation->reason)) + '/' +
              format_rfc3339(one.revocation->at) + ' ';
  for (const CrlRecord& one : session.inventory().crls())
    text += "CRL " + std::to_string(one.number) + ' ';
  return text;
}

/// A home with two servers of which one is revoked, and with its second list.
struct Town : PkiHome {
  Town() : PkiHome(test::memory_folder()) {
    issue("a.example");
    lost = issue("b.example");
    open().record(CertificateRevoked{
        .authority = "g1", .serial = lost, .reason = CrlReason::key_compromise, .kind = pki::Kind::server, .name = "b.example"});
    make_crl(1);
    make_crl(2);
  }

  void make_crl(std::uint64_t number) const {
    const pki::LastCrl last{number - 1, home_time};
    pki::CrlOrder order{.revoked = {{{x509::SerialNumber::parse(lost).value(), home_time, CrlReason::key_compromise}, {}}},
                        .last = number == 1 ? std::nullopt : std::optional(last)};
    const pki::CrlPlan plan = pki::plan_crl(issuer().certificate(), order, home_time);
    const x509::Crl crl = issuer().sign_crl(plan.fields, order.last, home_time);
    open().record(CrlMade{.authority = "g1",
                          .number = number,
                          .this_update = plan.fields.this_update,
                          .next_update = plan.fields.next_update,
                          .sha256 = to_hex(crl.fingerprint())});
    files::write_file(home().authority("g1") / "crl.der", crl.der(), 0444, files::Overwrite::yes);
  }

  [[nodiscard]] std::string expected() const { return "b.example/" + lost + "/keyCompromise/2026-11-21T10:15:00Z CRL 1 CRL 2 "; }

  void lose_inventory() const {
    for (const char* ending : endings)
      std::filesystem::remove(home().inventory().string() + ending);
  }

  std::string lost; ///< serial of the revoked one
};

int version_of(const Home& home) {
  SQLite::Database database(home.inventory().string(), SQLite::OPEN_READONLY);
  return database.execAndGet("PRAGMA user_version").getInt();
}

struct OldTown : PkiHome {
  OldTown() : PkiHome(test::memory_folder()) {
    issue("a.example");
    issue("b.example");
    issue("b.example");
    test::make_version(home(), 1);
  }
};

} // namespace

TEST_CASE("revocation: is remembered, and the first one counts", "[store][crl]") {
  const Town town;
  CHECK(revocations(town.home()) == town.expected());
  CHECK(town.story() == "a.example/issued b.example/revoked 2@a.example 3@b.example ");
  town.open().record(CertificateRevoked{
      .authority = "g1", .serial = town.lost, .reason = CrlReason::superseded, .kind = pki::Kind::server, .name = "b.example"});
  CHECK(revocations(town.home()) == town.expected());
  ReadSession session(town.home());
  session.inventory().check();
  const std::vector<CrlRecord> crls = session.inventory().crls();
  REQUIRE(crls.size() == 2);
  CHECK((crls[1].authority == "g1" && crls[1].this_update == home_time));
  CHECK(format_rfc3339(crls[1].next_update) == "2026-12-21T10:15:00Z");
  CHECK(crls[1].sha256 == to_hex(x509::sha256(bytes_of(contents_of(town.home().authority("g1") / "crl.der")))));
}

TEST_CASE("revocation: a new set in its folder does not make it superseded", "[store][crl]") {
  const Town town;
  const std::string next = town.issue("b.example");
  CHECK(town.story() == "a.example/issued b.example/revoked b.example/issued 2@a.example 4@b.example ");
  town.open().record(CertificateAbandoned{.authority = "g1", .serial = next, .reason = "commit failed"});
  CHECK(town.story() == "a.example/issued b.example/revoked b.example/abandoned 2@a.example 3@b.example ");
}

TEST_CASE("revocation: the log tells it in words", "[store][crl]") {
  const Town town;
  const std::string log = contents_of(town.home().log());
  CHECK(log.find(R"("event":"certificate-revoked")") != std::string::npos);
  CHECK(log.find(R"("authority":"g1","kind":"server","name":"b.example","serial":")" + town.lost +
                 R"(","reason":"keyCompromise","prev":)") != std::string::npos);
  CHECK(log.find(R"("authority":"g1","number":2,"this_update":"2026-11-21T10:15:00Z","next_update":"2026-12-21T10:15:00Z",)"
                 R"("sha256":")") != std::string::npos);
  CHECK(describe(CertificateRevoked{"g1", "0a", CrlReason::superseded, pki::Kind::client, "alice"}) ==
        "client certificate 'alice' of 'g1' was revoked, serial 0a: superseded");
  CHECK(describe(CertificateRevoked{"g1", "0a", CrlReason::unspecified, pki::Kind::server, ""}) ==
        "a certificate of 'g1' was revoked, serial 0a: unspecified");
}

TEST_CASE("repair: no revocation is forgotten, and no number of a list used again", "[store][crl]") {
  for (const char* lost : {"inventory", "log", "end of the log", "both"}) {
    INFO("lost: " << lost);
    const Town town;
    const std::string what = lost;
    if (what == "inventory" || what == "both")
      town.lose_inventory();
    const std::string log = contents_of(town.home().log());
    if (what == "log" || what == "both")
      std::filesystem::remove(town.home().log());
    if (what == "end of the log")
      put(town.home().log(), log.substr(0, log.find("certificate-revoked")), 0600);
    CHECK(mend(town.home()).rebuilt);
    // The list itself tells of its own number; that of the one before is below it.
    const std::string expected = town.expected();
    const std::string alone = expected.substr(0, expected.find("CRL")) + "CRL 2 ";
    CHECK(revocations(town.home()) == (what == "both" ? alone : expected));
    CHECK(town.story() == "a.example/issued b.example/revoked 2@a.example 3@b.example ");
    CHECK_FALSE(mend(town.home()).rebuilt);
    ReadSession(town.home()).inventory().check();
  }
}

TEST_CASE("repair: a revoked certificate of which nothing but the list is left stays revoked", "[store][crl]") {
  const Town town;
  std::filesystem::remove_all(town.home().server("b.example"));
  town.lose_inventory();
  std::filesystem::remove(town.home().log());
  const RepairReport report = mend(town.home());
  const std::string path = (town.home().authority("g1") / "crl.der").string();
  const std::string told = "in '" + path + "': a certificate of 'g1' was revoked, serial " + town.lost + ": keyCompromise";
  CHECK(std::find(report.found.begin(), report.found.end(), told) != report.found.end());
  CHECK(revocations(town.home()) == '/' + town.lost + "/keyCompromise/2026-11-21T10:15:00Z CRL 2 ");
  ReadSession(town.home()).inventory().check();
  CHECK_FALSE(mend(town.home()).rebuilt);
}

TEST_CASE("repair: a list that another authority signed tells nothing", "[store][crl]") {
  const Town town;
  const Town other;
  const auto path = town.home().authority("g1") / "crl.der";
  files::write_file(path, bytes_of(contents_of(other.home().authority("g1") / "crl.der")), 0444, files::Overwrite::yes);
  CHECK_FALSE(mend(town.home()).rebuilt);
  CHECK(revocations(town.home()) == town.expected());
}

TEST_CASE("repair: a damaged row of a revocation or a list is named and mended", "[store][crl][damage]") {
  for (const char* damage : {"UPDATE certificates SET revocation_reason = 'superseded' WHERE id = 3",
                             "UPDATE certificates SET revoked_at = revoked_at + 1 WHERE id = 3",
                             "UPDATE certificates SET revoked_at = NULL, revocation_reason = NULL, state = 'issued' WHERE id = 3",
                             "UPDATE crls SET number = 7 WHERE id = 2", "DELETE FROM crls WHERE id = 2"}) {
    INFO(damage);
    const Town town;
    SQLite::Database(town.home().inventory().string(), SQLite::OPEN_READWRITE).exec(damage);
    CHECK(message_of([&] {
            revocations(town.home());
          }).starts_with("the inventory '" + town.home().inventory().string() + "' is damaged: "));
    CHECK(mend(town.home()).rebuilt);
    CHECK(revocations(town.home()) == town.expected());
  }
}

TEST_CASE("schema: an inventory of version 1 is read as it is, and migrated by who writes", "[store][schema]") {
  const OldTown town;
  const std::string story = "a.example/issued b.example/superseded b.example/issued 2@a.example 4@b.example ";
  CHECK(town.story() == story);
  CHECK(version_of(town.home()) == 1);
  CHECK_FALSE(mend(town.home()).rebuilt);
  town.issue("c.example");
  CHECK(version_of(town.home()) == static_cast<int>(migrations().size()));
  ReadSession session(town.home());
  session.inventory().check();
  CHECK(session.inventory().certificates().size() == 4);
  CHECK(session.inventory().crls().empty());
}

TEST_CASE("schema: an inventory of version 1 that is damaged is named so, and mended with all it knew",
          "[store][schema][damage]") {
  const OldTown town;
  const std::string story = town.story();
  const std::string path = town.home().inventory().string();
  const std::string sound = contents_of(path);
  const std::string log = contents_of(town.home().log());
  bool was_named = false;
  for (std::size_t i = 0; i < sound.size(); i += i < 200 ? 1 : 211) {
    if (i > 200 && sound[i] == '\0')
      continue;
    INFO("octet " << i);
    for (const auto& entry : std::filesystem::directory_iterator(town.home().root()))
      if (entry.path().filename().string().starts_with("inventory.db"))
        std::filesystem::remove(entry.path());
    std::string flipped = sound;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x04);
    put(path, flipped, 0600);
    put(town.home().log(), log, 0600);
    std::string told = story;
    const std::string message = message_of([&] { told = town.story(); });
    CHECK(told == story);
    const bool is_named = message.starts_with("the inventory '" + path + "' is damaged: ");
    CHECK((is_named || message == "no error"));
    was_named = was_named || is_named;
    mend(town.home());
    CHECK(town.story() == story);
  }
  CHECK(was_named);
}

TEST_CASE("schema: what only a damaged inventory of version 1 knows is not lost", "[store][schema][damage]") {
  const OldTown town;
  const std::string story = town.story();
  const std::string log = contents_of(town.home().log());
  put(town.home().log(), log.substr(0, log.find('\n') + 1), 0600); // the inventory alone knows of the sets
  SQLite::Database(town.home().inventory().string(), SQLite::OPEN_READWRITE).exec("UPDATE state SET row_sum = 1");
  CHECK(mend(town.home()).rebuilt);
  CHECK(town.story() == story);
}
