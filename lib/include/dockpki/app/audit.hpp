// Why: who is root on a machine through Docker is decided by flags, units, files, modes and groups, which nobody sees at one
// glance. An audit looks at all of them, and tells what it looked at.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/predict.hpp>
#include <dockpki/base/time.hpp>
#include <dockpki/docker/daemons.hpp>
#include <dockpki/docker/plan.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/files/standing.hpp>

namespace dockpki::app {

enum class CheckResult {
  passed,
  failed,
  not_applicable, ///< what it is about is not there: no such file, no daemon
  unknown         ///< it could not be looked at: no right to, or a tool is missing
};
std::string_view to_string(CheckResult result);

/// AuditCheck is one check that was made; one that failed is also a finding.
struct AuditCheck {
  std::string id; ///< of a FindingKind
  CheckResult result = CheckResult::passed;
  std::string evidence; ///< what was looked at and seen: "/etc/docker: root:root 0755"; of one that is unknown, why
};

/// AuditedDaemon is one dockerd, as it is, or would be, configured.
struct AuditedDaemon {
  std::string origin; ///< "process 4711", "docker.service, which does not run"
  bool is_running = false;
  bool is_changed = false; ///< its files say something else than it was started with
  std::optional<docker::DaemonProcess> process;
  std::optional<docker::ServiceUnit> unit;  ///< that starts it
  std::optional<docker::SocketUnit> socket; ///< whose sockets it gets
  files::Path root;                         ///< of the machine that it sees, seen from here: a container's, an image's
  files::Path folder;                       ///< that it works in, as it sees it
  uid_t user = 0;                           ///< another one: it is rootless
  std::string version;                      ///< "20.10.24+dfsg1"; "": nothing tells, and 29 is taken for it
  std::string command;                      ///< its command line
  files::Path config_file;                  ///< its daemon.json, which need not be there
  docker::DaemonInput input;
  docker::DaemonPlan plan; ///< flags, variables and daemon.json put together
  std::optional<EndpointKind> endpoint;
  std::string refusal;           ///< why it does not start; ""
  std::string unread;            ///< what of it we may not read, and so cannot tell; ""
  std::vector<Finding> findings; ///< what dockerd itself makes of it

  /// A path seen from here, as it sees it.
  [[nodiscard]] files::Path shown(const files::Path& path) const {
    return root == "/" ? path : "/" / path.lexically_relative(root);
  }
};

/// Expiry is the end of one certificate that Docker reads on this machine.
struct Expiry {
  files::Path file;
  std::string subject;
  std::string role; ///< "authority", "server", "client", "registry"
  TimePoint not_after;
};

/// Fix is one change that cannot break what works: modes and owners.
struct Fix {
  std::string id;      ///< of the finding that it mends
  std::string command; ///< as a person would do it: "chmod 0400 /etc/docker/tls/server-key.pem"
  files::Path file;    ///< seen from here; no part of it is a link
  mode_t mode = 0;     ///< that it is to have
  std::optional<uid_t> owner;
  std::optional<gid_t> group;
  files::Standing seen; ///< it is changed only while it is so
};

struct AuditOptions {
  files::Path root = "/"; ///< another one is an image: nothing runs in it, and its own users and units count
};

struct Audit {
  std::string host; ///< "" for an image
  files::Path root;
  TimePoint when;
  std::vector<AuditedDaemon> daemons; ///< none: there is no Docker
  std::vector<AuditCheck> checks;     ///< every one that was made, in the order of the table of findings
  std::vector<Finding> findings;      ///< the worst first
  std::vector<Expiry> expiries;       ///< the first to end first
  std::vector<Fix> fixes;             ///< in the order in which they are to be done
};

/// AppliedFix is what came of a Fix.
struct AppliedFix {
  Fix fix;
  std::string failure; ///< why it was not done; ""
};

/// audit looks at the machine and changes nothing. It sends nothing over a network. What cannot be read is a check that is
/// unknown, never a reason to throw. Throws Errc::not_found if the root is no folder.
Audit audit(const AuditOptions& options, const docker::Environment& environment, TimePoint now);

/// apply makes the changes, each as files::change_standing does; one that fails keeps no other from being made.
std::vector<AppliedFix> apply(const std::vector<Fix>& fixes);

} // namespace dockpki::app
