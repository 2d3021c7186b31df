// A set that gave way to the one before it: told by inventory and log, and found again where either is lost.
#include "support/catch.hpp"
#include "support/message.hpp"
#include "support/pki_home.hpp"

using namespace dockpki;
using namespace dockpki::store;
using test::contents_of;
using test::home_actor;
using test::home_time;
using test::PkiHome;

namespace {

/// A set, the one that took its place, and that one put back.
struct Town : PkiHome {
  Town() : PkiHome(test::memory_folder()) {
    issue("a.example");
    later = issue("a.example");
    open().record(SetPutBack{
        .authority = "g1", .serial = later, .reason = "nothing listens", .kind = pki::Kind::server, .name = "a.example"});
  }
  std::string later;
};

const std::string story = "a.example/issued a.example/superseded 2@a.example ";

} // namespace

TEST_CASE("SetPutBack: the set before it is in force again", "[store]") {
  const Town town;
  CHECK(town.story() == story);
  SECTION("and a renewal replaces that one") {
    town.issue("a.example");
    CHECK(town.story() == "a.example/superseded a.example/superseded a.example/issued 4@a.example ");
  }
  SECTION("and to say it twice changes nothing") {
    town.open().record(SetPutBack{"g1", town.later, "again", pki::Kind::server, "a.example"});
    CHECK(town.story() == story);
  }
}

TEST_CASE("SetPutBack: as the log has it", "[store]") {
  const Town town;
  CHECK(contents_of(town.home().log()).find(R"("event":"set-put-back")") != std::string::npos);
  CHECK(contents_of(town.home().log())
            .find(R"("authority":"g1","kind":"server","name":"a.example","serial":")" + town.later +
                  R"(","reason":"nothing listens","prev":)") != std::string::npos);
  CHECK(describe(SetPutBack{"g1", "0a", "nothing listens", pki::Kind::server, "a.example"}) ==
        "server certificate 'a.example' of 'g1' gave way to the one before it, serial 0a: nothing listens");
}

TEST_CASE("SetPutBack: outlives the loss of the inventory, or of the log", "[store]") {
  const Town town;
  // What lies in the folder, as after a real one: the older set.
  const bool lost_log = GENERATE(false, true);
  if (lost_log)
    std::filesystem::remove(town.home().log());
  else
    std::filesystem::remove(town.home().inventory());
  CHECK(repair(town.home(), home_actor, home_time, DryRun::no).rebuilt);
  CHECK(town.story() == story);
  CHECK_FALSE(repair(town.home(), home_actor, home_time, DryRun::no).rebuilt);
}
