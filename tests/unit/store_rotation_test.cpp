// Which authority signs and which are trusted is remembered, by the inventory, by the log, and where both are lost by what the
// sets on the disk trust.
#include "support/catch.hpp"
#include "support/message.hpp"
#include "support/old_schema.hpp"
#include "support/pki_home.hpp"

using namespace dockpki;
using namespace dockpki::store;
using test::contents_of;
using test::der_of;
using test::home_actor;
using test::home_stamp;
using test::home_time;
using test::PkiHome;
using test::put;

namespace {

RepairReport mend(const Home& home) {
  return repair(home, home_actor, home_time, DryRun::no);
}

/// "g1/active g2/incoming "
std::string states(const Home& home) {
  std::string text;
  ReadSession session(home);
  std::vector<AuthorityRecord> authorities = session.inventory().authorities();
  std::ranges::sort(authorities, {}, &AuthorityRecord::generation);
  for (const AuthorityRecord& one : authorities)
    text += one.name + '/' + std::string(to_string(one.state)) + ' ';
  return text;
}

/// A home with a set of g1, and with g2.
struct Town : PkiHome {
  Town() : PkiHome(test::memory_folder()) {
    const std::string second = "g2";
    issue("a.example");
    WriteSession session = open("rotate-ca");
    pki::NewAuthority made = pki::make_authority(
        x509::PrivateKey::generate(x509::KeyType::p256),
        x509::DistinguishedName::make(x509::CommonName::parse("dockpki CA host G2")), pki::default_authority_lifetime, {},
        session.inventory(), {.authority = second, .kind = pki::Kind::authority, .name = second, .folder = {}, .at = home_time});
    put_authority(second, made.certificate);
    session.record(
        AuthorityCreated{second, pki::Role::all, 2, made.certificate.contents().serial_number.text(), der_of(made.certificate)});
    pem_of_second = made.certificate.pem();
    second_issuer.emplace(std::move(made.certificate), std::move(made.key), second);
  }

  void put_authority(const std::string& name, const x509::Certificate& certificate) const {
    const std::string pem = certificate.pem();
    const std::vector<files::SetFile> set = {{"ca.pem", bytes_of(pem), 0444}, {"ca-key.pem", bytes_of("the key"), 0400}};
    files::StagedSet::stage(home().authority(name), set, files::Existing::replaced, home_stamp).commit();
  }

  void record(EventBody body) const { open("rotate-ca").record(std::move(body)); }

  /// A set of g2 in servers/NAME, which trusts what `ca_pem` holds.
  void issue_by_second(const std::string& name, const std::string& ca_pem) const {
    WriteSession session = open("issue-server");
    const std::string folder = home().server(name).string();
    const x509::Request request = x509::Request::make({.subject = x509::DistinguishedName::make(x509::CommonName::parse(name)),
                                                       .extended_key_usage = {},
                                                       .subject_alternative_name = {}},
                                                      x509::PrivateKey::generate(x509::KeyType::p256));
    const pki::LeafOrder order{.kind = pki::Kind::server,
                               .common_name = x509::CommonName::parse(name),
                               .names = {.dns = {x509::DnsName::parse(name)}, .ip = {}, .email = {}}};
    const x509::Certificate leaf =
        second_issuer
            ->issue(request, order, session.inventory(),
                    {.authority = "g2", .kind = pki::Kind::server, .name = name, .folder = folder, .at = home_time})
            .certificate;
    CertificateIssued body = issued(leaf, name, folder);
    body.authority = "g2";
    session.record(body);
    const std::string pem = leaf.pem();
    const std::vector<files::SetFile> set = {
        {"ca.pem", bytes_of(ca_pem), 0444}, {"server-cert.pem", bytes_of(pem), 0444}, {"server-key.pem", bytes_of("key"), 0400}};
    files::StagedSet::stage(folder, set, files::Existing::replaced, home_stamp).commit();
  }

  void lose_inventory() const {
    for (const char* ending : {"", "-wal", "-shm"})
      std::filesystem::remove(home().inventory().string() + ending);
  }

  std::string pem_of_second;
  std::optional<pki::Issuer> second_issuer;
};

} // namespace

TEST_CASE("rotation: one signs, and which are trusted follows from the events", "[store][rotation]") {
  const Town town;
  CHECK(states(town.home()) == "g1/active g2/incoming ");
  town.record(AuthorityActivated{"g2"});
  CHECK(states(town.home()) == "g1/outgoing g2/active ");
  town.record(AuthorityActivated{"g1"}); // the way back
  CHECK(states(town.home()) == "g1/active g2/outgoing ");
  town.record(AuthorityActivated{"g2"});
  town.record(AuthorityActivated{"g2"});
  CHECK(states(town.home()) == "g1/outgoing g2/active ");
  town.record(AuthorityRetired{"g1"});
  CHECK(states(town.home()) == "g1/retired g2/active ");
  ReadSession(town.home()).inventory().check();
  CHECK_FALSE(mend(town.home()).rebuilt);
}

TEST_CASE("rotation: authorities follow each other where there is a kind that both sign", "[store][rotation]") {
  CHECK_FALSE(pki::overlap(pki::Role::servers, pki::Role::clients));
  CHECK(pki::overlap(pki::Role::all, pki::Role::clients));
  CHECK(pki::overlap(pki::Role::servers, pki::Role::servers));
}

TEST_CASE("rotation: an incoming authority's folder is not taken for a leftover", "[store][rotation]") {
  const Town town;
  {
    WriteSession session = town.open("issue-server"); // dies with a reserved serial
    static_cast<void>(town.sign(session.inventory(), "b.example", ""));
  }
  town.issue("c.example");
  CHECK(std::filesystem::exists(town.home().authority("g2") / "ca-key.pem"));
}

TEST_CASE("rotation: the log alone tells how far it came", "[store][rotation][damage]") {
  const Town town;
  town.record(AuthorityActivated{"g2"});
  town.lose_inventory();
  CHECK(mend(town.home()).rebuilt);
  CHECK(states(town.home()) == "g1/outgoing g2/active ");
  town.record(AuthorityRetired{"g1"});
  town.lose_inventory();
  CHECK(mend(town.home()).rebuilt);
  CHECK(states(town.home()) == "g1/retired g2/active ");
}

TEST_CASE("rotation: the inventory alone tells how far it came", "[store][rotation][damage]") {
  for (const bool finished : {false, true}) {
    const Town town;
    town.record(AuthorityActivated{"g2"});
    if (finished)
      town.record(AuthorityRetired{"g1"});
    const std::string told = states(town.home());
    std::filesystem::remove(town.home().log());
    CHECK(mend(town.home()).rebuilt);
    CHECK(states(town.home()) == told);
    CHECK_FALSE(mend(town.home()).rebuilt);
  }
}

TEST_CASE("rotation: an inventory that is behind the log takes nothing back", "[store][rotation][damage]") {
  const Town town;
  const std::string before = contents_of(town.home().inventory());
  town.lose_inventory();
  CHECK(mend(town.home()).rebuilt);
  town.record(AuthorityActivated{"g2"});
  town.record(AuthorityRetired{"g1"});
  const std::string log = contents_of(town.home().log());
  town.lose_inventory();
  put(town.home().inventory(), before, 0600);
  CHECK(mend(town.home()).rebuilt);
  CHECK(states(town.home()) == "g1/retired g2/active ");
}

TEST_CASE("rotation: where nothing but folders is left, a ca.pem tells who is trusted", "[store][rotation][damage]") {
  const auto rebuilt = [](const Town& town) {
    town.lose_inventory();
    std::filesystem::remove(town.home().log());
    CHECK(mend(town.home()).rebuilt);
    CHECK_FALSE(mend(town.home()).rebuilt);
    return states(town.home());
  };
  const auto g1 = [](const Town& town) { return contents_of(town.home().authority("g1") / "ca.pem"); };
  {
    const Town town;
    town.record(AuthorityActivated{"g2"});
    town.issue_by_second("b.example", town.pem_of_second + g1(town));
    CHECK(rebuilt(town) == "g1/outgoing g2/active ");
  }
  {
    const Town town;
    town.record(AuthorityActivated{"g2"});
    town.record(AuthorityRetired{"g1"});
    town.issue_by_second("b.example", town.pem_of_second);
    CHECK(rebuilt(town) == "g1/retired g2/active ");
  }
  {
    const Town town; // begun: what g1 signed trusts both
    put(town.home().server("a.example") / "ca.pem", g1(town) + town.pem_of_second, 0444);
    CHECK(rebuilt(town) == "g1/active g2/incoming ");
  }
  {
    const Town town; // abandoned: nobody trusts g2
    CHECK(rebuilt(town) == "g1/active g2/retired ");
  }
}

TEST_CASE("rotation: with the inventory lost and one entry of the log damaged, who was shut out stays so, and one signs",
          "[store][rotation][damage]") {
  for (std::size_t entry = 0;; ++entry) {
    const Town town;
    town.record(AuthorityActivated{"g2"});
    town.issue_by_second("a.example", town.pem_of_second);
    town.record(AuthorityRetired{"g1"});
    std::string log = contents_of(town.home().log());
    std::size_t begin = 0;
    for (std::size_t i = 0; i < entry && begin != std::string::npos; ++i)
      begin = log.find('\n', begin) + 1;
    if (begin == log.size())
      break;
    INFO("entry " << entry);
    log[log.find("\"event\":\"", begin) + 9] = '#';
    put(town.home().log(), log, 0600);
    town.lose_inventory();
    CHECK(mend(town.home()).rebuilt);
    CHECK(states(town.home()) == "g1/retired g2/active ");
  }
}

TEST_CASE("rotation: on its way back, the inventory alone tells it", "[store][rotation][damage]") {
  const Town town;
  town.record(AuthorityActivated{"g2"});
  town.record(AuthorityActivated{"g1"});
  std::filesystem::remove(town.home().log());
  CHECK(mend(town.home()).rebuilt);
  CHECK(states(town.home()) == "g1/active g2/outgoing ");
}

TEST_CASE("rotation: the way back, which the log lost, is known to the inventory", "[store][rotation][damage]") {
  for (const bool finished : {false, true}) {
    INFO("finished: " << finished);
    const Town town;
    town.record(AuthorityActivated{"g2"});
    const std::string log = contents_of(town.home().log());
    town.record(AuthorityActivated{"g1"});
    if (finished)
      town.record(AuthorityRetired{"g2"});
    const std::string told = states(town.home());
    put(town.home().log(), log, 0600);
    CHECK(mend(town.home()).rebuilt);
    CHECK(states(town.home()) == told);
    CHECK_FALSE(mend(town.home()).rebuilt);
  }
}

TEST_CASE("rotation: what a set trusts that is looked after no more says nothing", "[store][rotation][damage]") {
  const Town town;
  town.record(AuthorityActivated{"g2"});
  town.issue_by_second("b.example", town.pem_of_second);
  town.record(PlacementForgotten{town.home().server("a.example").string(), Layout::server});
  const std::string log = contents_of(town.home().log());
  town.record(AuthorityRetired{"g1"});
  std::string damaged = contents_of(town.home().log());
  damaged[damaged.find("\"event\":\"", log.size()) + 9] = '#';
  put(town.home().log(), damaged, 0600);
  town.lose_inventory();
  CHECK(mend(town.home()).rebuilt);
  CHECK(states(town.home()) == "g1/retired g2/active ");
}

TEST_CASE("rotation: a further certificate of the same authority takes the place of its first", "[store][rotation][damage]") {
  const Town town;
  const x509::Certificate second = town.second_issuer->certificate();
  const auto certificate_of = [&](const std::string& name) {
    ReadSession session(town.home());
    for (const AuthorityRecord& one : session.inventory().authorities())
      if (one.name == name)
        return one.certificate;
    return Der{};
  };
  // Another certificate will do for the store: it does not look into one.
  town.record(AuthorityRenewed{"g1", second.contents().serial_number.text(), der_of(second)});
  CHECK(certificate_of("g1") == der_of(second));
  CHECK(states(town.home()) == "g1/active g2/incoming ");
  ReadSession(town.home()).inventory().check();
  SECTION("by the log") {
    town.lose_inventory();
  }
  SECTION("by the inventory") {
    std::filesystem::remove(town.home().log());
  }
  CHECK(mend(town.home()).rebuilt);
  CHECK(certificate_of("g1") == der_of(second));
  CHECK(states(town.home()) == "g1/active g2/incoming ");
}

TEST_CASE("schema: an inventory of version 2 is read as it is, and migrated by who writes", "[store][schema]") {
  const PkiHome town(test::memory_folder());
  town.issue("a.example");
  test::make_version(town.home(), 2);
  CHECK(states(town.home()) == "g1/active ");
  CHECK_FALSE(mend(town.home()).rebuilt);
  town.issue("b.example");
  CHECK(states(town.home()) == "g1/active ");
  ReadSession session(town.home());
  session.inventory().check();
  CHECK(session.inventory().certificates().size() == 2);
}

TEST_CASE("schema: what only a damaged inventory of version 2 knows is not lost", "[store][schema][damage]") {
  const PkiHome town(test::memory_folder());
  town.issue("a.example");
  test::make_version(town.home(), 2);
  const std::string story = town.story();
  const std::string log = contents_of(town.home().log());
  put(town.home().log(), log.substr(0, log.find('\n') + 1), 0600);
  SQLite::Database(town.home().inventory().string(), SQLite::OPEN_READWRITE).exec("UPDATE state SET row_sum = 1");
  CHECK(mend(town.home()).rebuilt);
  CHECK(town.story() == story);
}
