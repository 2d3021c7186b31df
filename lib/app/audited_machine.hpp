// Why: every part of an audit looks at the same machine, which may be an image, and writes into the same report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <dockpki/app/audit.hpp>
#include <dockpki/files/below.hpp>

namespace dockpki::app {

/// LocalUser is a person with a home folder, from the machine's own passwd.
struct LocalUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  files::Path home; ///< as the machine sees it
};

/// AuditedMachine is what all parts look at.
struct AuditedMachine {
  files::Path root;                ///< "/", or an image's
  docker::Environment environment; ///< of the caller; empty for an image
  TimePoint now;
  std::vector<LocalUser> users; ///< root and those who can log in
  std::vector<AuditedDaemon> daemons;

  /// Is it the machine that runs now?
  [[nodiscard]] bool is_live() const { return root == "/"; }
  /// Where `path`, as the machine sees it, lies seen from here; links inside are followed within the root.
  [[nodiscard]] files::Path real(const files::Path& path) const { return files::way_below(root, path).target; }
  /// A path seen from here, as the machine sees it.
  [[nodiscard]] files::Path shown(const files::Path& path) const;
};

/// AuditedWorld is the machine of one daemon. It asks no resolver: a name that hosts(5) does not know stays a name.
class AuditedWorld : public docker::World {
public:
  AuditedWorld(const AuditedMachine& machine, const AuditedDaemon& daemon);

  [[nodiscard]] std::vector<std::string> resolve(const std::string& name) const override;
  [[nodiscard]] bool is_local(const std::string& address) const override;
  [[nodiscard]] bool has_socket_activation() const override;
  [[nodiscard]] std::vector<std::string> activated_ports() const override;
  [[nodiscard]] std::string seen_from_here(const std::string& path) const override;
  [[nodiscard]] bool has_folder(const std::string& path) const override;

private:
  const AuditedMachine& machine_;
  const AuditedDaemon& daemon_;
  docker::QuietWorld names_;
};

/// find_daemons finds those that run, and those that would; what dockerd makes of their configuration is told.
std::vector<AuditedDaemon> find_daemons(const AuditedMachine& machine);

/// users_of reads, from the machine's own passwd, root and all with a home folder who may log in or keep .docker or .dockpki
/// there.
std::vector<LocalUser> users_of(const files::Path& root);
/// "0644".
std::string octal(mode_t mode);
/// The name of a user or a group in the machine's own passwd or group; the number where it has none.
std::string user_name(const files::Path& root, uid_t user);
std::string group_name(const files::Path& root, gid_t group);
/// The number of a group by its name.
std::optional<gid_t> group_number(const files::Path& root, const std::string& name);

/// "root:docker 0660", with the names of that root.
std::string describe(const files::Standing& standing, const files::Path& root);

/// AuditNotes takes down what was looked at. `about` of a finding is the file, and the evidence what was seen of it.
class AuditNotes {
public:
  void pass(std::string_view id, std::string evidence);
  void not_applicable(std::string_view id, std::string why);
  void unknown(std::string_view id, std::string why);
  /// A check that failed: severity, title and remedy are those of the kind, unless `remedy` says it better.
  /// The finding may be made graver, or less so; it stays in its place until the next one comes.
  Finding& fail(std::string_view id, Side side, std::string evidence, const files::Path& file = {}, std::string remedy = {},
                std::string subject = {});
  /// A finding of a prediction. It is no check of its own.
  void add(Finding finding);
  void add(Expiry expiry);
  /// Of one file there is one fix; a further one is put into it.
  void add(Fix fix);

  [[nodiscard]] const std::vector<Expiry>& expiries() const { return expiries_; }

  /// Everything, in order; a finding that two parts came upon is told once.
  void move_to(Audit& audit);

private:
  std::vector<AuditCheck> checks_;
  std::vector<Finding> findings_;
  std::vector<Expiry> expiries_;
  std::vector<Fix> fixes_;
};

// The parts; each looks at all that it is about, and never throws for what it cannot read.

/// Each certificate that ends soon, or has ended.
void audit_expiries(AuditNotes& notes, TimePoint now);
/// CIS section 2: TLS, authorization, live-restore; and what dockerd makes of its configuration.
void audit_daemons(AuditedMachine& machine, AuditNotes& notes);
/// CIS section 3: owners and modes of the files of the daemon.
void audit_files(const AuditedMachine& machine, AuditNotes& notes);
/// Keys, contexts and variables of every user; authorities' keys that lie about.
void audit_clients(const AuditedMachine& machine, AuditNotes& notes);
/// Who else is root: groups, sshd, ports, the disk below the data root.
void audit_host(const AuditedMachine& machine, AuditNotes& notes);

} // namespace dockpki::app
