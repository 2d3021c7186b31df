// Keys readable by others: whoever has a client's key is root where it is let in.
#include <set>

#include <sys/stat.h>

#include <dockpki/files/standing.hpp>
#include <dockpki/x509/names.hpp>

#include "app/audit_clients.hpp"
#include "app/audit_groups.hpp"
#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

constexpr mode_t of_others = 077;

/// Whose key it should be.
struct KeyPlace {
  files::Path path;
  LocalUser owner;
};

/// docker-machine's keys lie in one folder for all machines, and once more for each.
constexpr const char* user_patterns[] = {".docker/ca-key.pem", ".docker/machine/certs/*key.pem",
                                         ".docker/machine/machines/*/*key.pem", ".docker/certs.d/*/*.key",
                                         ".config/docker/certs.d/*/*.key"};

std::vector<KeyPlace> key_places(const AuditedMachine& machine) {
  std::vector<KeyPlace> places;
  for (const LocalUser& user : machine.users) {
    for (const files::Path& folder : client_folders_of(machine, user))
      if (!look_at(machine, folder / "key.pem").is_missing)
        places.push_back({folder / "key.pem", user});
    for (const char* pattern : user_patterns)
      for (const files::Path& path : expand(machine, user.home, pattern))
        places.push_back({path, user});
  }
  return places;
}

class KeyAudit {
public:
  KeyAudit(const AuditedMachine& machine, AuditNotes& notes) : machine_(machine), notes_(notes), groups_(read_groups(machine)) {}

  void look(const KeyPlace& place) {
    const SeenFile seen = look_at(machine_, place.path);
    if (!seen.trouble.empty())
      return notes_.unknown("perm-world", seen.trouble);
    const std::string evidence = describe(machine_, place.path, seen.standing);
    if (!S_ISREG(seen.standing.mode))
      return notes_.unknown("perm-world", evidence + ", which is no file");
    judge_mode(place, seen, evidence);
    judge_owner(place, seen, evidence);
    judge_folders(place, seen);
  }

private:
  void judge_mode(const KeyPlace& place, const SeenFile& seen, const std::string& evidence) {
    if ((seen.standing.mode & of_others) == 0)
      return notes_.pass("perm-world", evidence);
    const std::string command = "chmod 0400 " + shell_word(seen.real);
    notes_.fail("perm-world", Side::client, evidence, place.path, command + "; dockpki renew --rekey");
    // A link may lead to a file that is nobody's key: only what belongs to the user is changed.
    if (seen.standing.user == place.owner.uid)
      notes_.add(Fix{.id = "perm-world",
                     .command = command,
                     .file = seen.real,
                     .mode = files::private_key_mode,
                     .owner = {},
                     .group = {},
                     .seen = seen.standing});
  }

  void judge_owner(const KeyPlace& place, const SeenFile& seen, const std::string& evidence) {
    if (is_trusted(seen.standing.user, place.owner))
      return notes_.pass("key-owner", evidence);
    notes_.fail("key-owner", Side::client, evidence, place.path, chown(place, seen.real));
  }

  /// Whoever may write a folder on the way may put another key there.
  void judge_folders(const KeyPlace& place, const SeenFile& seen) {
    for (const files::Path& folder : seen.folders) {
      const files::Path path = machine_.shown(folder);
      const SeenFile passed = look_at(machine_, path);
      if (!passed.trouble.empty())
        return notes_.unknown("key-folder", passed.trouble);
      const bool is_foreign = !is_trusted(passed.standing.user, place.owner);
      if (!is_foreign && !files::is_open_to_others(passed.standing, place.owner.uid, own_group(place.owner)))
        continue;
      if (told_.insert(path).second) // one folder may be on the way to many keys
        notes_.fail("key-folder", Side::client,
                    describe(machine_, path, passed.standing) + ", on the way to " + x509::printable(place.path.string()), path,
                    is_foreign ? chown(place, folder) : "chmod go-w " + shell_word(folder));
      return;
    }
    notes_.pass("key-folder", "every folder on the way to " + x509::printable(place.path.string()));
  }

  static std::string chown(const KeyPlace& place, const files::Path& what) {
    return "chown " + shell_word(place.owner.name) + ' ' + shell_word(what);
  }

  [[nodiscard]] static bool is_trusted(uid_t uid, const LocalUser& owner) { return uid == 0 || uid == owner.uid; }

  /// A group of one is nobody else; the group of root is root's.
  [[nodiscard]] gid_t own_group(const LocalUser& owner) const {
    return groups_.is_private(owner.gid, owner.name) ? owner.gid : 0;
  }

  const AuditedMachine& machine_;
  AuditNotes& notes_;
  Groups groups_;
  std::set<files::Path> told_; ///< folders
};

} // namespace

void audit_keys(const AuditedMachine& machine, AuditNotes& notes) {
  const std::vector<KeyPlace> places = key_places(machine);
  KeyAudit audit(machine, notes);
  for (const KeyPlace& place : places)
    audit.look(place);
  if (places.empty())
    for (const char* id : {"perm-world", "key-owner", "key-folder"})
      notes.not_applicable(id, "there is no key of a client on this machine");
}

} // namespace dockpki::app
