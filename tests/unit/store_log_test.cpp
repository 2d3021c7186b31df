#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <nlohmann/json.hpp>

#include <dockpki/base/hex.hpp>
#include <dockpki/store/audit_log.hpp>
#include <dockpki/x509/digest.hpp>

using namespace dockpki;
using namespace dockpki::store;
using test::contents_of;
using test::message_of;
using test::put;
using test::TemporaryFolder;

namespace {

const TimePoint at = parse_rfc3339("2026-11-21T10:15:00Z");

Event event(EventBody body) {
  return {0, at, "alice (uid 1000) on host", std::move(body)};
}

/// A log of `count` entries.
LogHead fill(AuditLog& log, unsigned count) {
  LogHead head;
  for (unsigned i = 1; i <= count; ++i)
    head = log.append(head, event(CertificateAbandoned{"g1", "0" + std::to_string(i), "no reason", pki::Kind::client, "bob"}));
  return head;
}

std::vector<std::uint64_t> read_all(const AuditLog& log, const LogHead& after = {}) {
  std::vector<std::uint64_t> sequences;
  log.read(after, [&](const Event& read, const LogHead& /*head*/) { sequences.push_back(read.sequence); });
  return sequences;
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::istringstream text(contents_of(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);)
    lines.push_back(line + '\n');
  return lines;
}

std::string damaged(const std::filesystem::path& path, const std::string& why) {
  return "the audit log '" + path.string() + "' is damaged: " + why;
}

} // namespace

TEST_CASE("AuditLog: the line is as the format says, and the seal can be checked with sha256sum", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  LogHead head = log.append({}, event(PassphraseChanged{"g1", true}));
  head = log.append(head, event(Repaired{7, "because"}));
  const std::vector<std::string> lines = lines_of(log.path());
  REQUIRE(lines.size() == 2);
  const std::string sealed =
      R"({"seq":1,"time":"2026-11-21T10:15:00Z","event":"passphrase-changed","actor":"alice (uid 1000) on host",)"
      R"("authority":"g1","encrypted":true,"prev":"")";
  const std::string seal = to_hex(x509::sha256(bytes_of(sealed + "}")));
  CHECK(lines[0] == sealed + ",\"seal\":\"" + seal + "\"}\n");
  const auto second = nlohmann::json::parse(lines[1]);
  CHECK(second["prev"] == seal);
  CHECK(second["seal"] == head.seal);
  CHECK(head.sequence == 2);
  CHECK(test::mode_of(log.path()) == 0600);
}

TEST_CASE("AuditLog: every event comes back as it went in", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  const Der der = {0x30, 0x03, 0x02, 0x01, 0xff};
  const std::string odd = "fol\xff\xfe\"\n\tder"; // a folder's name may be any octets
  LogHead head = log.append({}, event(AuthorityCreated{"clients-g2", pki::Role::clients, 2, "0a", der}));
  head = log.append(head, event(CertificateIssued{"clients-g2", pki::Kind::dual, "näme", "0b", der, odd, Layout::client, "bob"}));
  head = log.append(head, event(CertificateAbandoned{"clients-g2", "0c", "killed", pki::Kind::authority, "x"}));
  head = log.append(head, event(PassphraseChanged{"clients-g2", false}));
  head = log.append(head, event(Repaired{3, "lost"}));
  head = log.append(head, event(AuthorityCreated{"g1", pki::Role::all, 1, "0a", der, Origin::imported}));
  head = log.append(
      head, event(CertificateIssued{"g1", pki::Kind::server, "x", "0b", der, "/x", Layout::server, "", Origin::imported}));
  head = log.append(head, event(AuthorityRenewed{"clients-g2", "0d", der}));
  head = log.append(head, event(AuthorityActivated{"clients-g2"}));
  head = log.append(head, event(AuthorityRetired{"clients-g1"}));
  head = log.append(head, event(BackupMade{odd, "/usb/pki.cms"}));
  head = log.append(head, event(HomeRestored{"/usb/pki.cms", at, odd, "/srv/pki"}));
  std::vector<Event> events;
  CHECK(log.read({}, [&](const Event& read, const LogHead& /*head*/) { events.push_back(read); }) == head);
  REQUIRE(events.size() == 12);
  CHECK(events[1].at == at);
  CHECK(events[1].actor == "alice (uid 1000) on host");
  const auto& created = std::get<AuthorityCreated>(events[0].body);
  CHECK(
      (created.name == "clients-g2" && created.role == pki::Role::clients && created.generation == 2 && created.serial == "0a"));
  CHECK(created.certificate == der);
  const auto& issued = std::get<CertificateIssued>(events[1].body);
  CHECK((issued.kind == pki::Kind::dual && issued.name == "näme" && issued.layout == Layout::client && issued.owner == "bob"));
  CHECK(issued.folder == odd);
  CHECK(issued.certificate == der);
  const auto& abandoned = std::get<CertificateAbandoned>(events[2].body);
  CHECK((abandoned.kind == pki::Kind::authority && abandoned.reason == "killed" && abandoned.serial == "0c" &&
         abandoned.name == "x"));
  CHECK_FALSE(std::get<PassphraseChanged>(events[3].body).encrypted);
  CHECK(std::get<Repaired>(events[4].body).certificates == 3);
  CHECK((created.origin == Origin::made && issued.origin == Origin::made));
  CHECK(std::get<AuthorityCreated>(events[5].body).origin == Origin::imported);
  CHECK(std::get<CertificateIssued>(events[6].body).origin == Origin::imported);
  CHECK(lines_of(log.path())[0].find("imported") == std::string::npos);
  const auto& renewed = std::get<AuthorityRenewed>(events[7].body);
  CHECK((renewed.name == "clients-g2" && renewed.serial == "0d" && renewed.certificate == der));
  CHECK(std::get<AuthorityActivated>(events[8].body).name == "clients-g2");
  CHECK(std::get<AuthorityRetired>(events[9].body).name == "clients-g1");
  const auto& backup = std::get<BackupMade>(events[10].body);
  CHECK((backup.home == odd && backup.file == "/usb/pki.cms"));
  const auto& restored = std::get<HomeRestored>(events[11].body);
  CHECK((restored.file == "/usb/pki.cms" && restored.taken == at && restored.former == odd && restored.home == "/srv/pki"));
}

TEST_CASE("AuditLog: reading on from any entry", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  fill(log, 400); // longer than the block in which the end is looked for
  std::vector<LogHead> heads;
  log.read({}, [&](const Event& /*event*/, const LogHead& head) { heads.push_back(head); });
  REQUIRE(heads.size() == 400);
  for (const std::size_t from : {1U, 2U, 57U, 200U, 398U, 399U}) {
    const auto rest = read_all(log, heads[from - 1]);
    CHECK(rest.size() == 400 - from);
    CHECK(rest.front() == from + 1);
  }
  CHECK(read_all(log, heads.back()).empty());
}

TEST_CASE("AuditLog: a line that is changed, taken out or put in is named", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  fill(log, 5);
  const std::string sound = contents_of(log.path());
  const std::vector<std::string> lines = lines_of(log.path());
  const auto message = [&](const std::string& text) {
    put(log.path(), text);
    return message_of([&] { read_all(log); });
  };
  std::string changed = sound;
  changed.replace(changed.find("bob", lines[0].size() + lines[1].size()), 3, "eve");
  CHECK(message(changed) == damaged(log.path(), "entry 3: it does not fit its seal"));
  CHECK(message(lines[0] + lines[1] + lines[3] + lines[4]) == damaged(log.path(), "entry 3: entry 4 stands in its place"));
  CHECK(message(lines[0] + lines[0] + lines[1]) == damaged(log.path(), "entry 2: entry 1 stands in its place"));
  CHECK(message(lines[0] + "\n" + lines[1]) == damaged(log.path(), "entry 2: it has no seal"));
  CHECK(message(std::string(4096, '\0') + "\n") == damaged(log.path(), "entry 1: it has no seal"));
  // A line that seals itself, but not its place.
  AuditLog other(folder / "other");
  LogHead head = other.append({}, event(PassphraseChanged{"g9", true}));
  other.append(head, event(PassphraseChanged{"g9", true}));
  CHECK(message(lines[0] + lines_of(other.path())[1]) == damaged(log.path(), "entry 2: it does not follow the entry before it"));
  CHECK(message(sound) == "no error");
}

TEST_CASE("AuditLog: every single changed octet shows", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  fill(log, 2);
  const std::string sound = contents_of(log.path());
  for (std::size_t i = 0; i + 1 < sound.size(); ++i) { // the last line end: a write that never finished
    std::string changed = sound;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    put(log.path(), changed);
    INFO("octet " << i);
    CHECK(message_of([&] { read_all(log); }).starts_with("the audit log '" + log.path().string() + "' is damaged: entry "));
  }
}

TEST_CASE("AuditLog: a write that never finished is not read, and cut off by the next one", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  const LogHead head = fill(log, 3);
  const std::string sound = contents_of(log.path());
  const std::string last = lines_of(log.path())[2];
  for (const std::size_t length : {std::size_t{1}, last.size() / 2, last.size() - 1}) {
    put(log.path(), sound + last.substr(0, length));
    CHECK(read_all(log).size() == 3);
    CHECK(contents_of(log.path()) == sound + last.substr(0, length));
    log.append(head, event(PassphraseChanged{"g1", true}));
    CHECK(contents_of(log.path()).starts_with(sound + R"({"seq":4,)"));
    CHECK(read_all(log).size() == 4);
  }
}

TEST_CASE("AuditLog: a log that is not where it is thought to be is not written on", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  const LogHead head = fill(log, 3);
  const std::string sound = contents_of(log.path());
  const auto append = [&](const LogHead& behind) {
    return message_of([&] { log.append(behind, event(PassphraseChanged{"g1", true})); });
  };
  CHECK(append({}) == damaged(log.path(), "it has entries that the inventory does not know"));
  CHECK(append({4, head.seal}) == damaged(log.path(), "it ends at entry 3, but the inventory knows entry 4"));
  CHECK(append({3, std::string(64, '0')}) == damaged(log.path(), "entry 3 is not the one that the inventory knows"));
  CHECK(contents_of(log.path()) == sound);
  CHECK(message_of([&] {
          read_all(log, {5, head.seal});
        }) == damaged(log.path(), "it ends at entry 3, but the inventory knows entry 5"));
  put(log.path(), "");
  CHECK(append(head) == damaged(log.path(), "it is empty"));
  std::filesystem::remove(log.path());
  CHECK(append(head) == "failed to open audit log '" + log.path().string() + "': No such file or directory");
}

TEST_CASE("AuditLog: an entry of a newer dockpki is not called damage", "[store]") {
  const TemporaryFolder folder;
  AuditLog log(folder / "log.jsonl");
  const std::string sealed = R"({"seq":1,"time":"2026-11-21T10:15:00Z","event":"moon-phase","actor":"x","prev":"")";
  put(log.path(), sealed + ",\"seal\":\"" + to_hex(x509::sha256(bytes_of(sealed + "}"))) + "\"}\n");
  CHECK(message_of([&] { read_all(log); }) ==
        "the audit log '" + log.path().string() + "' is from a newer dockpki: in entry 1, event 'moon-phase' is not known");
}

TEST_CASE("AuditLog: never through a link", "[store]") {
  const TemporaryFolder folder;
  put(folder / "victim", "");
  std::filesystem::create_symlink("victim", folder / "log.jsonl");
  AuditLog log(folder / "log.jsonl");
  CHECK(message_of([&] { fill(log, 1); }) == "failed to open audit log '" + log.path().string() + "': it is a symbolic link");
  CHECK(contents_of(folder / "victim").empty());
}

TEST_CASE("describe: a sentence an event", "[store]") {
  CHECK(describe(CertificateIssued{"g1", pki::Kind::server, "a.example", "0b", {}, "/x/y", Layout::server, ""}) ==
        "server certificate 'a.example' was issued by 'g1', serial 0b, for '/x/y'");
  CHECK(
      describe(CertificateIssued{"g1", pki::Kind::server, "a.example", "0b", {}, "/x/y", Layout::server, "", Origin::imported}) ==
      "server certificate 'a.example' of 'g1' was imported, serial 0b, from '/x/y'");
  CHECK(describe(AuthorityCreated{"g1", pki::Role::all, 1, "0a", {}}) == "authority 'g1' was created, serial 0a");
  CHECK(describe(AuthorityCreated{"g1", pki::Role::all, 1, "0a", {}, Origin::imported}) ==
        "authority 'g1' was imported, serial 0a");
  CHECK(describe(CertificateAbandoned{"g1", "0c", "killed", pki::Kind::client, "bob"}) ==
        "client certificate 'bob' of 'g1' was abandoned, serial 0c: killed");
  CHECK(describe(PassphraseChanged{"g1", false}) == "the key of authority 'g1' is no longer protected by a passphrase");
  CHECK(describe(BackupMade{"/srv/pki", "/usb/pki.cms"}) == "'/srv/pki' was copied, for the backup '/usb/pki.cms'");
  CHECK(describe(HomeRestored{"/usb/pki.cms", at, "/srv/pki", "/new"}) ==
        "'/new' was restored from '/usb/pki.cms', as '/srv/pki' was at 2026-11-21T10:15:00Z");
  CHECK(event_name(Repaired{}) == "repaired");
}
