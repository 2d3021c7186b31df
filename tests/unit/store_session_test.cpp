#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/message.hpp"
#include "support/pki_home.hpp"

#include <set>

#include <sys/resource.h>

#include "store/file_system.hpp"

using namespace dockpki;
using namespace dockpki::store;
using test::contents_of;
using test::home_time;
using test::message_of;
using test::PkiHome;
using test::put;

namespace {

std::string hint_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.hint();
  }
  return "no error";
}

/// Runs `work` in a child that ends without unlocking, as if killed.
void in_doomed_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
    }
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
}

/// While it lives no file grows beyond `size`.
class FileSizeLimit {
public:
  explicit FileSizeLimit(std::uintmax_t size) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const struct rlimit limit { size, before_.rlim_max };
    std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
  struct rlimit before_ {};
};

std::size_t staging_left_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    count += entry.path().filename().string().starts_with(".dockpki") ? 1U : 0U;
  return count;
}

} // namespace

TEST_CASE("Home: what is not a home", "[store]") {
  const test::TemporaryFolder folder;
  const Home home(folder / "home");
  const std::string failed = "failed to use PKI home '" + home.root().string() + "': ";
  CHECK(message_of([&] { ReadSession session(home); }) ==
        "failed to open PKI home '" + home.root().string() + "': there is none");
  CHECK(hint_of([&] { ReadSession session(home); }).starts_with("run 'dockpki init-ca'"));
  put(home.root(), "x");
  CHECK(message_of([&] { home.check(); }) == failed + "it is a file, not a folder");
  std::filesystem::remove(home.root());
  files::make_private_folder(home.root());
  const std::string empty = "failed to open PKI home '" + home.root().string() + "': it has no authority yet";
  CHECK(message_of([&] { ReadSession session(home); }) == empty);
  CHECK(message_of([&] { WriteSession(home, "x", "y", home_time, Create::no); }) == empty);
  ::chmod(home.root().c_str(), 0770);
  CHECK(message_of([&] { ReadSession session(home); }) == failed + "others may write to it (mode 0770)");
}

TEST_CASE("Home: network file systems are told by their magic", "[store]") {
  CHECK(network_file_system(0x6969) == "nfs");
  CHECK(network_file_system(0xff534d42) == "cifs");
  CHECK_FALSE(network_file_system(0xef53).has_value());     // ext4
  CHECK_FALSE(network_file_system(0x58465342).has_value()); // xfs
  CHECK_FALSE(network_file_system(0x01021994).has_value()); // tmpfs
}

TEST_CASE("WriteSession: what is issued is remembered", "[store]") {
  const PkiHome town;
  const std::string first = town.issue("a.example");
  const std::string second = town.issue("b.example", town.outside() / "elsewhere");
  ReadSession session(town.home());
  const auto certificates = session.inventory().certificates();
  REQUIRE(certificates.size() == 2);
  CHECK(certificates[0].serial == first);
  CHECK(certificates[0].authority == "g1");
  CHECK(certificates[0].kind == pki::Kind::server);
  CHECK(certificates[0].state == CertificateState::issued);
  CHECK(format_rfc3339(certificates[0].not_before) == "2026-11-21T09:15:00Z");
  CHECK(format_rfc3339(certificates[0].not_after) == "2027-11-21T10:14:59Z");
  CHECK(certificates[0].reserved_at == home_time);
  CHECK(certificates[0].certificate.empty());
  const auto placements = session.inventory().placements();
  REQUIRE(placements.size() == 2);
  CHECK(placements[1].folder == (town.outside() / "elsewhere").string());
  CHECK(placements[1].certificate_id == certificates[1].id);
  const auto authorities = session.inventory().authorities();
  REQUIRE(authorities.size() == 1);
  CHECK((authorities[0].name == "g1" && authorities[0].state == AuthorityState::active && authorities[0].role == pki::Role::all));
  CHECK(x509::Certificate::from_der(authorities[0].certificate).pem() == contents_of(town.home().authority("g1") / "ca.pem"));
  const auto der = session.inventory().certificate(certificates[1].id);
  CHECK(x509::Certificate::from_der(der).contents().serial_number.text() == second);
  CHECK(session.inventory().find_certificate(to_hex(x509::sha256(der)))->name == "b.example");
  CHECK_FALSE(session.inventory().find_certificate(std::string(64, '0')).has_value());
  CHECK(session.inventory().knows_serial("g1", first));
  CHECK_FALSE(session.inventory().knows_serial("g1", "00"));
  CHECK_FALSE(session.inventory().knows_serial("g2", first));
  session.inventory().check();
  unsigned entries = 0;
  session.log().read({}, [&](const Event&, const LogHead&) { ++entries; });
  CHECK(entries == 3);
}

TEST_CASE("WriteSession: the files of a home are ours alone", "[store]") {
  const PkiHome town;
  for (const char* name : {"inventory.db", "inventory.db-wal", "log.jsonl", "lock"})
    CHECK(test::mode_of(town.home().root() / name) == 0600);
  CHECK(test::mode_of(town.home().root()) == 0700);
}

TEST_CASE("WriteSession: a serial is taken once", "[store]") {
  const PkiHome town;
  WriteSession session = town.open();
  const auto serial = x509::SerialNumber::random();
  const pki::Reservation reservation{.authority = "g1", .kind = pki::Kind::server, .name = "x", .folder = "/x", .at = home_time};
  CHECK(session.inventory().reserve(serial, reservation));
  CHECK_FALSE(session.inventory().reserve(serial, reservation));
  CHECK(session.inventory().knows_serial("g1", serial.text()));
  CHECK(message_of([&] {
          session.inventory().reserve(serial,
                                      {.authority = "g7", .kind = pki::Kind::server, .name = "x", .folder = "", .at = home_time});
        }) == "failed to reserve a serial number: there is no authority 'g7'");
}

TEST_CASE("WriteSession: a new set in the same folder supersedes the old one, until it is abandoned", "[store]") {
  const PkiHome town;
  town.issue("a.example");
  const std::string second = town.issue("a.example");
  CHECK(town.story() == "a.example/superseded a.example/issued 3@a.example ");
  town.open().record(CertificateAbandoned{.authority = "g1", .serial = second, .reason = "commit failed"});
  CHECK(town.story() == "a.example/issued a.example/abandoned 2@a.example ");
  // The entry tells what the serial was for although the caller did not.
  CHECK(contents_of(town.home().log())
            .find(R"("kind":"server","name":"a.example","serial":")" + second + R"(","reason":"commit failed")") !=
        std::string::npos);
}

TEST_CASE("WriteSession: what lies in two folders is not superseded in one", "[store]") {
  const PkiHome town;
  WriteSession session = town.open();
  const auto certificate = town.sign(session.inventory(), "a.example", "/one");
  session.record(PkiHome::issued(certificate, "a.example", "/one"));
  session.record(PkiHome::issued(certificate, "a.example", "/two"));
  const auto other = town.sign(session.inventory(), "b.example", "/one");
  session.record(PkiHome::issued(other, "b.example", "/one"));
  CHECK(town.story() == "a.example/issued b.example/issued 2@two 3@one ");
}

TEST_CASE("WriteSession: a certificate that cannot be one is not recorded", "[store]") {
  const PkiHome town;
  const std::string before = contents_of(town.home().log());
  WriteSession session = town.open();
  CHECK(message_of([&] {
          session.record(CertificateIssued{"g1", pki::Kind::server, "x", "0b", {1, 2, 3}, "/x", Layout::server, ""});
        }).starts_with("failed to record a certificate: the certificate of serial 0b cannot be read: "));
  const auto certificate = town.sign(session.inventory(), "a.example", "");
  CertificateIssued wrong = PkiHome::issued(certificate, "a.example", "");
  wrong.serial = "0c";
  CHECK(message_of([&] { session.record(wrong); }) ==
        "failed to record a certificate: the certificate of serial 0c has another serial");
  CHECK(contents_of(town.home().log()) == before);
}

TEST_CASE("WriteSession: what a dead process had reserved is abandoned, and said so", "[store]") {
  const PkiHome town;
  std::string serial;
  in_doomed_child([&] {
    WriteSession session = town.open();
    static_cast<void>(town.sign(session.inventory(), "a.example", "/x"));
  });
  CHECK(town.story() == "a.example/reserved ");
  static_cast<void>(town.open());
  CHECK(town.story() == "a.example/abandoned ");
  CHECK(contents_of(town.home().log()).find(R"("event":"certificate-abandoned")") != std::string::npos);
}

TEST_CASE("WriteSession: killed between the staging and the record", "[store]") {
  const PkiHome town;
  for (const auto& folder : {town.home().server("a.example"), town.outside() / "elsewhere"}) {
    in_doomed_child([&] {
      WriteSession session = town.open();
      const auto certificate = town.sign(session.inventory(), "a.example", folder.string());
      const files::StagedSet staged = PkiHome::stage(folder, certificate);
      ::kill(::getpid(), SIGKILL);
    });
    CHECK(staging_left_in(town.outside()) > 0);
    static_cast<void>(town.open());
    CHECK(staging_left_in(town.outside()) == 0);
    CHECK_FALSE(std::filesystem::exists(folder));
  }
  CHECK(town.story() == "a.example/abandoned a.example/abandoned ");
}

TEST_CASE("WriteSession: killed between the record and the switch, the certificate is nobody's", "[store]") {
  for (const char* title : {"new", "whole", "shared", "elsewhere"}) {
    INFO(title);
    const PkiHome town;
    const std::string kind = title;
    const auto folder = kind == "elsewhere" ? town.outside() / "out" : town.home().server("a.example");
    if (kind != "new" && kind != "elsewhere")
      town.issue("a.example");
    if (kind == "shared")
      put(folder / "other", "x");
    const std::string before = town.story();
    in_doomed_child([&] {
      WriteSession session = town.open();
      const auto certificate = town.sign(session.inventory(), "a.example", folder.string());
      const files::StagedSet staged = PkiHome::stage(folder, certificate);
      session.record(PkiHome::issued(certificate, "a.example", folder.string()));
      ::kill(::getpid(), SIGKILL);
    });
    static_cast<void>(town.open());
    CHECK(staging_left_in(town.outside()) == 0);
    const std::string placement = before.substr(before.find("issued") == std::string::npos ? 0 : before.find("issued") + 7);
    CHECK(town.story() == before.substr(0, before.size() - placement.size()) + "a.example/abandoned " + placement);
  }
}

TEST_CASE("WriteSession: an authority whose init-ca never ended is removed, one that is known stays", "[store]") {
  const PkiHome town;
  in_doomed_child([&] {
    WriteSession session = town.open();
    const pki::NewAuthority made =
        pki::make_authority(x509::PrivateKey::generate(x509::KeyType::p256), x509::CommonName::parse("G2"), std::nullopt,
                            pki::default_authority_lifetime, {}, session.inventory(),
                            {.authority = "g2", .kind = pki::Kind::authority, .name = "g2", .folder = {}, .at = home_time});
    const std::string pem = made.certificate.pem();
    const std::vector<files::SetFile> set = {{"ca.pem", bytes_of(pem), 0444}, {"ca-key.pem", bytes_of("key"), 0400}};
    files::StagedSet::stage(town.home().authority("g2"), set, files::Existing::refused, test::home_stamp).commit();
  });
  // Somebody's own folder, of which nothing is known.
  std::filesystem::create_directory(town.home().authority("mine"));
  put(town.home().authority("mine") / "ca-key.pem", "precious");
  static_cast<void>(town.open());
  CHECK_FALSE(std::filesystem::exists(town.home().authority("g2")));
  CHECK(std::filesystem::exists(town.home().authority("g1") / "ca-key.pem"));
  CHECK(contents_of(town.home().authority("mine") / "ca-key.pem") == "precious");
  ReadSession session(town.home());
  CHECK(session.inventory().authorities()[1].state == AuthorityState::abandoned);
}

TEST_CASE("WriteSession: an entry that the inventory missed is caught up, and seen by readers before", "[store]") {
  const PkiHome town;
  const std::string before = contents_of(town.home().inventory());
  const std::string wal_before = contents_of(town.home().root() / "inventory.db-wal");
  town.issue("a.example");
  const std::string story = town.story();
  // As if the machine had stopped between the log and the inventory.
  put(town.home().inventory(), before, 0600);
  put(town.home().root() / "inventory.db-wal", wal_before, 0600);
  const auto files = test::listing(town.home().root());
  CHECK(town.story() == story);
  CHECK(test::listing(town.home().root())["inventory.db"] == files.at("inventory.db"));
  static_cast<void>(town.open());
  CHECK(town.story() == story);
}

TEST_CASE("WriteSession: once it is in the log it is recorded, and an inventory that cannot be written catches up", "[store]") {
  const PkiHome town;
  {
    WriteSession session = town.open();
    const auto certificate = town.sign(session.inventory(), "a.example", "/x");
    const auto other = town.sign(session.inventory(), "b.example", "/y");
    {
      // A disk that is full for the inventory's write-ahead log and not for the audit log.
      const auto wal = town.home().root() / "inventory.db-wal";
      const FileSizeLimit limit(std::filesystem::file_size(wal));
      session.record(PkiHome::issued(certificate, "a.example", "/x"));
    }
    REQUIRE(session.trouble().has_value());
    CHECK(std::string(session.trouble()->what()).starts_with("failed to write '" + town.home().inventory().string() + "': "));
    CHECK(town.story() == "a.example/issued b.example/reserved 2@x "); // told from the log
    session.record(PkiHome::issued(other, "b.example", "/y"));
    CHECK_FALSE(session.trouble().has_value());
  }
  CHECK(town.story() == "a.example/issued b.example/issued 2@x 3@y ");
}

TEST_CASE("ReadSession: sees one state while writers run, and does not wait", "[store]") {
  const PkiHome town;
  town.issue("a.example");
  ReadSession session(town.home());
  CHECK(session.inventory().certificates().size() == 1);
  town.issue("b.example");
  CHECK(session.inventory().certificates().size() == 1);
  CHECK(session.inventory().placements().size() == 1);
  const WriteSession writing = town.open(); // holds the lock
  CHECK(ReadSession(town.home()).inventory().certificates().size() == 2);
}

TEST_CASE("WriteSession: sixteen processes issue at once", "[store]") {
  const PkiHome town;
  std::vector<pid_t> children;
  for (int i = 0; i < 16; ++i) {
    const pid_t child = ::fork();
    if (child == 0)
      ::_exit(message_of([&] { town.issue("n" + std::to_string(i) + ".example"); }) == "no error" ? 0 : 1);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  ReadSession session(town.home());
  std::set<std::string> serials;
  for (const auto& one : session.inventory().certificates())
    serials.insert(one.serial);
  CHECK(serials.size() == 16);
  unsigned entries = 0;
  session.log().read({}, [&](const Event&, const LogHead&) { ++entries; });
  CHECK(entries == 17);
  session.inventory().check();
}
