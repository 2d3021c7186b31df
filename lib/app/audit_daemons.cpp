#include <algorithm>
#include <array>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>

#include <dockpki/goverify/verify.hpp>
#include <dockpki/x509/names.hpp>

#include "app/audited_machine.hpp"

namespace dockpki::app {
namespace {

using docker::ServerTls;

/// When a file got its present contents, as far as the disk tells.
std::optional<TimePoint> written_at(const std::string& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_MTIME | STATX_BTIME, &status) != 0)
    return std::nullopt;
  long long seconds = status.stx_mtime.tv_sec;
  if ((status.stx_mask & STATX_BTIME) != 0U) // a new file was put in its place, perhaps with an old date
    seconds = std::max<long long>(seconds, status.stx_btime.tv_sec);
  return TimePoint(Seconds(seconds));
}

class DaemonAuditor {
public:
  DaemonAuditor(const AuditedMachine& machine, AuditedDaemon& daemon, AuditNotes& notes)
      : daemon_(daemon), world_(machine, daemon), notes_(notes), where_(machine.daemons.size() > 1 ? daemon.origin + ": " : "") {}

  void audit() {
    for (Finding finding : daemon_.findings) {
      finding.text.insert(0, where_);
      notes_.add(std::move(finding));
    }
    constexpr std::array ids = {"cis-daemon-tls", "cis-authorization", "cis-live-restore", "restart-pending"};
    if (daemon_.command.empty() || !daemon_.unread.empty()) {
      for (const char* id : ids)
        notes_.unknown(id, where_ + (daemon_.unread.empty() ? "what starts dockerd could not be told" : daemon_.unread));
      return;
    }
    audit_restart();
    if (daemon_.plan.refusal) {
      for (const char* id : {"cis-daemon-tls", "cis-authorization", "cis-live-restore"})
        notes_.unknown(id, where_ + "dockerd refuses its configuration");
    } else {
      audit_tls();
      audit_authorization();
      audit_live_restore();
    }
    audit_variables();
    note_expiries();
  }

private:
  /// The file that is to be mended: daemon.json, unless everything is said by flags.
  [[nodiscard]] files::Path file() const {
    return daemon_.input.config || !daemon_.unit ? daemon_.config_file : daemon_.shown(daemon_.unit->file);
  }

  void fail(std::string_view id, const std::string& evidence, const std::string& remedy = {}) {
    notes_.fail(id, Side::daemon, where_ + evidence, file(), remedy);
  }

  void audit_tls() {
    constexpr std::string_view id = "cis-daemon-tls";
    if (daemon_.is_changed)
      return notes_.unknown(id, where_ + "its files were changed since it started; dockpki probe tells what it does");
    std::string ports;
    for (const docker::Listener& listener : daemon_.plan.listeners)
      if (listener.scheme == "tcp")
        ports += (ports.empty() ? "" : ", ") + listener.address + ':' + std::to_string(listener.port);
    if (ports.empty())
      return notes_.not_applicable(id, where_ + "no TCP port");
    if (daemon_.plan.tls == ServerTls::none)
      return fail(id, ports + " without TLS");
    if (daemon_.plan.tls == ServerTls::open)
      return fail(id, ports + " with TLS that asks for no certificate", "\"tlsverify\": true in " + file().string());
    if (daemon_.plan.ca.empty())
      return fail(id, ports + ": clients are checked against the system's authorities",
                  "name the clients' authority as \"tlscacert\"");
    notes_.pass(id, where_ + ports + ", clients checked against " + daemon_.plan.ca);
  }

  void audit_authorization() {
    const docker::DaemonPlan& plan = daemon_.plan;
    std::string plugins;
    for (const std::string& plugin : plan.authorization_plugins)
      plugins += (plugins.empty() ? "" : ", ") + plugin;
    if (plugins.empty()) {
      fail("cis-authorization", "none is named");
      notes_.not_applicable("authorization-by-flag", where_ + "no plugin");
      notes_.not_applicable("authorization-grpc", where_ + "no plugin");
      return;
    }
    notes_.pass("cis-authorization", where_ + plugins);
    if (plan.plugins_by_flag)
      fail("authorization-by-flag", "--authorization-plugin " + plugins);
    else
      notes_.pass("authorization-by-flag", where_ + "in " + daemon_.config_file.string());
    const bool has_fd = std::ranges::any_of(plan.listeners, [](const docker::Listener& one) { return one.scheme == "fd"; });
    if (has_fd && !world_.activated_ports().empty() && daemon_.input.release == docker::DockerVersion::v29)
      fail("authorization-grpc", world_.activated_ports().front());
    else
      notes_.pass("authorization-grpc", where_ + "no TCP port of docker.socket");
  }

  void audit_live_restore() {
    if (daemon_.plan.live_restore)
      notes_.pass("cis-live-restore", where_ + "it is on");
    else
      fail("cis-live-restore", "it is off");
  }

  void audit_variables() {
    constexpr std::array idle = {"DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_HOST"};
    std::string found;
    for (const char* name : idle)
      if (const auto variable = daemon_.input.environment.find(name); variable != daemon_.input.environment.end())
        found += (found.empty() ? "" : ", ") + variable->first + '=' + variable->second;
    if (found.empty())
      notes_.pass("unit-variable", where_ + "none that it does not look at");
    else
      fail("unit-variable", found);
  }

  void audit_restart() {
    constexpr std::string_view id = "restart-pending";
    if (!daemon_.process)
      return notes_.not_applicable(id, where_ + "it does not run");
    std::vector<std::string> changes;
    if (daemon_.process->is_outdated)
      changes.emplace_back("its program was replaced");
    if (const std::vector<std::string> command = daemon_.unit ? docker::start_command(*daemon_.unit) : std::vector<std::string>();
        !command.empty() && files::Path(command.front()).filename() == "dockerd" &&
        !std::equal(command.begin() + 1, command.end(), daemon_.input.arguments.begin(), daemon_.input.arguments.end()))
      changes.push_back(daemon_.shown(daemon_.unit->file).string() + " starts it with other options");
    note_newer({daemon_.config_file.string()}, changes);
    daemon_.is_changed = !changes.empty();
    tell(id, changes);
    std::vector<std::string> files;
    note_newer({daemon_.plan.ca, daemon_.plan.certificate, daemon_.plan.key}, files);
    tell("time-rotate", files);
  }

  void note_newer(const std::vector<std::string>& paths, std::vector<std::string>& changes) const {
    constexpr Seconds blur{2}; // both times are cut to whole seconds, and so is that of the machine's start
    for (const std::string& path : paths) {
      const auto written = path.empty() ? std::nullopt : written_at(world_.seen_from_here(path));
      if (written && *written > daemon_.process->started + blur)
        changes.push_back(path + " was written " + format_rfc3339(*written));
    }
  }

  void tell(std::string_view id, const std::vector<std::string>& changes) {
    const std::string since = format_rfc3339(daemon_.process->started);
    std::string evidence;
    for (const std::string& change : changes)
      evidence += change + "; ";
    if (changes.empty())
      notes_.pass(id, where_ + "nothing was changed since " + since);
    else
      fail(id, evidence + "it started " + since);
  }

  /// The authorities that are trusted, and the certificate that is shown.
  void note_expiries() {
    note_expiries(daemon_.plan.ca, "authority", true);
    note_expiries(daemon_.plan.certificate, "server", false);
  }

  void note_expiries(const std::string& path, const std::string& role, bool all) {
    const docker::GoRead read = docker::read_as_go(path, world_.seen_from_here(path));
    if (path.empty() || !read.contents)
      return;
    const goverify::Rules rules = goverify::rules_of_daemon(daemon_.input.release);
    for (const goverify::CertificatePtr& one : goverify::read_pool(read.contents->bytes(), rules).certificates) {
      notes_.add(Expiry{.file = path, .subject = subject_of(*one), .role = role, .not_after = one->not_after});
      if (!all)
        return;
    }
  }

  static std::string subject_of(const goverify::Certificate& certificate) {
    const bool has_name = !certificate.common_name.empty() || certificate.organizations.empty();
    return has_name ? "CN=" + x509::printable(certificate.common_name)
                    : "O=" + x509::printable(certificate.organizations.front());
  }

  AuditedDaemon& daemon_;
  AuditedWorld world_;
  AuditNotes& notes_;
  std::string where_; ///< before each evidence; "" where there is but one daemon
};

} // namespace

void audit_daemons(AuditedMachine& machine, AuditNotes& notes) {
  for (AuditedDaemon& daemon : machine.daemons)
    DaemonAuditor(machine, daemon, notes).audit();
  if (machine.daemons.empty())
    for (const char* id : {"cis-daemon-tls", "cis-authorization", "cis-live-restore", "restart-pending"})
      notes.not_applicable(id, "no dockerd runs or is installed");
}

void audit_expiries(AuditNotes& notes, TimePoint now) {
  constexpr Seconds soon = std::chrono::hours(30 * 24);
  const std::vector<Expiry> expiries = notes.expiries(); // NOLINT(performance-unnecessary-copy-initialization): notes grow
  for (const Expiry& one : expiries) {
    const std::string evidence =
        one.file.string() + ", " + one.subject + ", ends " + format_day(one.not_after) + ", " + describe_when(one.not_after, now);
    const Side side = one.role == "client" || one.role == "registry" ? Side::client : Side::daemon;
    const char* over = one.role == "authority" ? "time-ca-expired"
                       : one.role == "server"  ? "time-server-expired"
                                               : "time-client-expired";
    if (one.not_after < now)
      notes.fail(over, side, evidence, one.file, {}, one.subject);
    else if (one.not_after < now + soon)
      notes.fail("time-soon", side, evidence, one.file, {}, one.subject);
    else
      notes.pass("time-soon", evidence);
  }
}

} // namespace dockpki::app
