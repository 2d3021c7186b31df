#include <algorithm>
#include <array>
#include <set>

#include <sys/stat.h>

#include <dockpki/base/error.hpp>

#include "app/audit_places.hpp"
#include "app/audited_machine.hpp"

namespace dockpki::app {
namespace {

constexpr mode_t beyond_owner = S_IRWXG | S_IRWXO;

/// What a file is; each has its two items in section 3 of the benchmark.
enum class Kind {
  service,
  socket_unit,
  folder,
  registry,
  registry_key,
  ca,
  certificate,
  key,
  docker_socket,
  daemon_json,
  defaults,
  sysconfig,
  containerd
};

struct Rule {
  Kind kind;
  std::string_view owner_id;
  std::string_view mode_id;
  mode_t allowed;
  std::string_view what; ///< where there is none
};

constexpr std::array rules = {
    Rule{Kind::service, "cis-service-owner", "cis-service-mode", 0644, "docker.service"},
    Rule{Kind::socket_unit, "cis-socket-unit-owner", "cis-socket-unit-mode", 0644, "docker.socket"},
    Rule{Kind::folder, "cis-folder-owner", "cis-folder-mode", 0755, "/etc/docker"},
    Rule{Kind::registry, "cis-registry-owner", "cis-registry-mode", 0444, "files of certs.d"},
    Rule{Kind::registry_key, "cis-registry-owner", "cis-registry-mode", 0400, ""},
    Rule{Kind::ca, "cis-ca-owner", "cis-ca-mode", 0444, "tlscacert"},
    Rule{Kind::certificate, "cis-server-cert-owner", "cis-server-cert-mode", 0444, "tlscert"},
    Rule{Kind::key, "cis-server-key-owner", "cis-server-key-mode", 0400, "tlskey"},
    Rule{Kind::docker_socket, "cis-docker-socket-owner", "cis-docker-socket-mode", 0660, "socket of dockerd"},
    Rule{Kind::daemon_json, "cis-daemon-json-owner", "cis-daemon-json-mode", 0644, "daemon.json"},
    Rule{Kind::defaults, "cis-default-owner", "cis-default-mode", 0644, "/etc/default/docker"},
    Rule{Kind::sysconfig, "cis-sysconfig-owner", "cis-sysconfig-mode", 0644, "/etc/sysconfig/docker"},
    Rule{Kind::containerd, "cis-containerd-owner", "cis-containerd-mode", 0660, "socket of containerd"},
};

/// Subject is one file that is to be looked at.
struct Subject {
  Kind kind;
  files::Path path;  ///< as the machine sees it
  files::Path root;  ///< of that machine
  uid_t user = 0;    ///< who it is to belong to
  std::string group; ///< of a socket: who else may use it
};

/// The bits that let others than root write; root's own group are not others.
mode_t writers_besides_root(const files::Standing& standing) {
  return S_IWOTH | (standing.group == 0 ? 0U : S_IWGRP);
}

bool is_socket(Kind kind) {
  return kind == Kind::docker_socket || kind == Kind::containerd;
}

bool has_items_of_its_own(const files::Path& environment_file) {
  return environment_file == "/etc/default/docker" || environment_file == "/etc/sysconfig/docker";
}

/// All files that the daemons' configuration leads to.
class Subjects {
public:
  explicit Subjects(const AuditedMachine& machine) : machine_(machine) {}

  std::vector<Subject> find() {
    for (const char* path : {"/etc/default/docker", "/etc/sysconfig/docker"})
      add({.kind = path == std::string_view("/etc/default/docker") ? Kind::defaults : Kind::sysconfig,
           .path = path,
           .root = machine_.root});
    add({.kind = Kind::containerd, .path = "/run/containerd/containerd.sock", .root = machine_.root});
    add_folder("/etc/docker", machine_.root, 0);
    for (const AuditedDaemon& daemon : machine_.daemons)
      add_daemon(daemon);
    return std::move(found_);
  }

private:
  void add(Subject subject) {
    if (subject.path.empty() || std::ranges::any_of(found_, [&](const Subject& other) {
          return other.kind == subject.kind && other.path == subject.path && other.root == subject.root;
        }))
      return;
    found_.push_back(std::move(subject));
  }

  void add_folder(const files::Path& folder, const files::Path& root, uid_t user) {
    add({.kind = Kind::folder, .path = folder, .root = root, .user = user});
    const files::Path registries = folder / "certs.d";
    std::error_code error;
    for (const auto& registry : std::filesystem::directory_iterator(files::way_below(root, registries).target, error)) {
      const files::Path shown = registries / registry.path().filename();
      for (const auto& file : std::filesystem::directory_iterator(files::way_below(root, shown).target, error))
        add({.kind = file.path().extension() == ".key" ? Kind::registry_key : Kind::registry,
             .path = shown / file.path().filename(),
             .root = root,
             .user = user});
    }
  }

  void add_daemon(const AuditedDaemon& daemon) {
    const auto add_file = [&](Kind kind, const files::Path& path, const std::string& group = {}) {
      if (!path.empty())
        add({.kind = kind, .path = daemon.folder / path, .root = daemon.root, .user = daemon.user, .group = group});
    };
    add_units(daemon);
    add_file(Kind::daemon_json, daemon.config_file);
    if (daemon.user != 0)
      add_folder(daemon.config_file.parent_path(), daemon.root, daemon.user);
    add_file(Kind::ca, daemon.plan.ca);
    add_file(Kind::certificate, daemon.plan.certificate);
    add_file(Kind::key, daemon.plan.key);
    add_file(Kind::containerd, daemon.plan.containerd);
    for (const docker::Listener& listener : daemon.plan.listeners) {
      if (listener.scheme == "unix")
        add_file(Kind::docker_socket, listener.address, daemon.plan.group);
      if (listener.scheme == "fd" && daemon.socket)
        for (const std::string& stream : daemon.socket->streams)
          if (stream.starts_with('/'))
            add_file(Kind::docker_socket, stream, daemon.plan.group);
    }
  }

  void add_units(const AuditedDaemon& daemon) {
    const auto add_unit = [&](Kind kind, const files::Path& file, const std::vector<files::Path>& drop_ins) {
      std::vector<files::Path> files = drop_ins;
      files.insert(files.begin(), file);
      for (const files::Path& one : files) // packages install a rootless unit for all users, as root
        add({.kind = kind, .path = daemon.shown(one), .root = daemon.root, .user = daemon.user});
    };
    if (daemon.unit) {
      std::vector<files::Path> others = daemon.unit->drop_ins;
      for (const files::Path& file : daemon.unit->environment_files)
        if (!has_items_of_its_own(daemon.shown(file)))
          others.push_back(file);
      add_unit(Kind::service, daemon.unit->file, others);
    }
    if (daemon.socket)
      add_unit(Kind::socket_unit, daemon.socket->file, daemon.socket->drop_ins);
  }

  const AuditedMachine& machine_;
  std::vector<Subject> found_;
};

class FileAuditor {
public:
  FileAuditor(const AuditedMachine& machine, AuditNotes& notes) : machine_(machine), notes_(notes) {}

  void audit() {
    const std::vector<Subject> subjects = Subjects(machine_).find();
    for (const Rule& rule : rules)
      for (const Subject& subject : subjects)
        if (subject.kind == rule.kind)
          look_at(subject, rule);
    for (const Rule& rule : rules)
      if (!rule.what.empty() && !seen_.contains(rule.owner_id)) {
        notes_.not_applicable(rule.owner_id, "no " + std::string(rule.what));
        notes_.not_applicable(rule.mode_id, "no " + std::string(rule.what));
      }
    if (folders_.empty())
      notes_.not_applicable("parent-writable", "no file of dockerd's");
  }

private:
  void look_at(const Subject& subject, const Rule& rule) {
    const files::Way way = files::way_below(subject.root, subject.path);
    std::optional<files::Standing> standing;
    try {
      standing = files::standing_of(way.target);
    } catch (const Error& error) {
      seen_.insert(rule.owner_id);
      notes_.unknown(rule.owner_id, error.what());
      notes_.unknown(rule.mode_id, error.what());
      return;
    }
    if (!standing)
      return;
    seen_.insert(rule.owner_id);
    if (!fits(subject.kind, standing->mode)) { // a device, say: what a link leads to, or a user names, is not to be touched
      for (const std::string_view id : {rule.owner_id, rule.mode_id})
        notes_.unknown(id, evidence(subject, way.target, *standing) + ": this is not what should lie there");
      return;
    }
    check_owner(subject, rule, way.target, *standing);
    check_mode(subject, rule, way.target, *standing);
    if (subject.kind != Kind::folder)
      check_folders(subject, way);
  }

  /// "/etc/docker/tls/ca.pem: root:root 0644", and where it really lies.
  [[nodiscard]] std::string evidence(const Subject& subject, const files::Path& target, const files::Standing& standing) const {
    const files::Path lies = "/" / target.lexically_relative(subject.root);
    return subject.path.string() + (lies == subject.path ? "" : " (" + lies.string() + ')') + ": " +
           describe(standing, subject.root);
  }

  static bool fits(Kind kind, mode_t mode) {
    return is_socket(kind) ? S_ISSOCK(mode) : kind == Kind::folder ? S_ISDIR(mode) : S_ISREG(mode);
  }

  /// A user's dockerd may name any file: owners are put right only where root alone decides which file it is. A container's files
  /// are not reached without its links.
  static bool may_be_fixed(const Subject& subject) { return subject.user == 0 && !subject.root.string().starts_with("/proc/"); }

  void check_owner(const Subject& subject, const Rule& rule, const files::Path& target, const files::Standing& standing) {
    const bool is_right_user = standing.user == 0 || standing.user == subject.user;
    const bool is_right_group = subject.user != 0 || standing.group == 0 ||
                                (!subject.group.empty() && standing.group == group_number(subject.root, subject.group));
    if (is_right_user && is_right_group)
      return notes_.pass(rule.owner_id, evidence(subject, target, standing));
    Fix fix{.id = std::string(rule.owner_id), .file = target, .mode = standing.permissions(), .seen = standing};
    if (!is_right_user)
      fix.owner = subject.user;
    if (subject.user == 0)
      fix.group = wanted_group(subject);
    const std::string wanted =
        subject.user != 0 ? user_name(subject.root, subject.user) : "root:" + group_name(subject.root, fix.group.value_or(0));
    fix.command = "chown " + wanted + ' ' + shell_word(target);
    const std::string remedy = subject.user == 0
                                   ? fix.command
                                   : "ls -l " + shell_word(target) + " tells whose it is: give it to nobody who only names it";
    Finding& finding = notes_.fail(rule.owner_id, Side::daemon, evidence(subject, target, standing) + ", wanted " + wanted,
                                   subject.path, remedy);
    if (is_right_user && (standing.mode & S_IWGRP) == 0 && subject.kind != Kind::key && !is_socket(subject.kind))
      finding.severity = Severity::low; // the group may read what everybody may
    if (may_be_fixed(subject))
      notes_.add(std::move(fix));
  }

  static gid_t wanted_group(const Subject& subject) {
    return subject.group.empty() ? 0 : group_number(subject.root, subject.group).value_or(0);
  }

  void check_mode(const Subject& subject, const Rule& rule, const files::Path& target, const files::Standing& standing) {
    const mode_t beyond = standing.permissions() & ~rule.allowed;
    if (beyond == 0)
      return notes_.pass(rule.mode_id, evidence(subject, target, standing));
    Fix fix{.id = std::string(rule.mode_id), .file = target, .mode = standing.permissions() & rule.allowed, .seen = standing};
    fix.command = "chmod " + octal(fix.mode) + ' ' + shell_word(target);
    Finding& finding = notes_.fail(rule.mode_id, Side::daemon,
                                   evidence(subject, target, standing) + ", wanted " + octal(rule.allowed) + " or stricter",
                                   subject.path, fix.command);
    const bool is_secret = subject.kind == Kind::key || subject.kind == Kind::registry_key;
    if (is_socket(subject.kind))
      finding.severity = (beyond & S_IRWXO) != 0 ? Severity::critical : Severity::low;
    else if ((beyond & writers_besides_root(standing)) != 0 || (is_secret && (beyond & beyond_owner) != 0))
      finding.severity = Severity::high;
    else if ((beyond & beyond_owner) == 0)
      finding.severity = Severity::low; // only its owner has more than he needs
    if (may_be_fixed(subject))
      notes_.add(std::move(fix));
  }

  void check_folders(const Subject& subject, const files::Way& way) {
    for (const files::Path& folder : way.folders) {
      const bool is_looked_at_as_one = folder == files::way_below(subject.root, "/etc/docker").target;
      if (is_looked_at_as_one || !folders_.emplace(folder, subject.user).second)
        continue;
      std::optional<files::Standing> standing;
      try {
        standing = files::standing_of(folder == subject.root ? folder / "." : folder); // a container's root is a link
      } catch (const Error& error) {
        notes_.unknown("parent-writable", error.what());
        continue;
      }
      if (!standing)
        continue;
      const files::Path shown = folder == subject.root ? files::Path("/") : "/" / folder.lexically_relative(subject.root);
      const std::string seen = shown.string() + ": " + describe(*standing, subject.root);
      const auto user = std::ranges::find(machine_.users, subject.user, &LocalUser::uid);
      if (!files::is_open_to_others(*standing, subject.user, user == machine_.users.end() ? 0 : user->gid)) {
        notes_.pass("parent-writable", seen);
        continue;
      }
      const bool is_foreign = standing->user != 0 && standing->user != subject.user;
      notes_.fail("parent-writable", Side::daemon, seen + ", on the way to " + subject.path.string(), shown,
                  is_foreign ? "chown " + user_name(subject.root, subject.user) + ' ' + shell_word(folder) + ", or move the files"
                             : "chmod go-w " + shell_word(folder));
    }
  }

  const AuditedMachine& machine_;
  AuditNotes& notes_;
  std::set<std::string_view> seen_;
  std::set<std::pair<files::Path, uid_t>> folders_;
};

} // namespace

void audit_files(const AuditedMachine& machine, AuditNotes& notes) {
  FileAuditor(machine, notes).audit();
}

} // namespace dockpki::app
