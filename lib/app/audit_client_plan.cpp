#include "app/audit_client_plan.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/address.hpp>
#include <dockpki/files/as_user.hpp>
#include <dockpki/goverify/signs.hpp>
#include <dockpki/x509/names.hpp>

#include "app/audit_places.hpp"
#include "app/predict_findings.hpp"
#include "app/predict_reach.hpp"
#include "app/predict_tls.hpp"

namespace dockpki::app {
namespace {

using docker::ClientTls;
using docker::ServerTls;

/// What is looked at elsewhere, and told better there.
constexpr std::array<std::string_view, 2> others_business = {"perm-world", "perm-ca-key"};
constexpr std::array<std::string_view, 2> without_tls = {"env-no-verify", "env-context-no-tls"};
/// What is said of a person's docker, whichever context it uses.
constexpr std::array<std::string_view, 4> personal = {"env-config-unreadable", "env-daemon-keys", "env-verify-0",
                                                      "env-context-override"};

template <class Ids>
bool is_among(const Ids& ids, std::string_view id) {
  return std::ranges::find(ids, id) != ids.end();
}

/// OwnNames knows the names of this machine: hosts(5) and its own. No resolver is asked.
class OwnNames : public docker::QuietWorld {
public:
  OwnNames(const AuditedMachine& machine, const AuditedDaemon& daemon)
      : QuietWorld(text_of(machine, "/etc/hosts")), machine_(machine), daemon_(daemon) {}

  [[nodiscard]] std::vector<std::string> resolve(const std::string& name) const override {
    std::vector<std::string> addresses = QuietWorld::resolve(name);
    if (!addresses.empty() || name.empty() || name != own_name())
      return addresses;
    addresses.emplace_back("127.0.0.1");
    for (const docker::Listener& listener : daemon_.plan.listeners)
      if (listener.scheme == "tcp" && is_local(listener.address))
        addresses.push_back(listener.address);
    return addresses;
  }

  [[nodiscard]] bool is_local(const std::string& address) const override {
    return QuietWorld::is_local(address) || (machine_.is_live() && ThisMachine().is_local(address));
  }

  [[nodiscard]] bool leads_here(const std::string& host) const {
    const auto local = [this](const std::string& address) { return is_local(address); };
    return docker::ip_family(host) ? local(host) : std::ranges::any_of(resolve(host), local);
  }

private:
  static std::string text_of(const AuditedMachine& machine, const files::Path& file) {
    const ReadText text = read_text(machine, file);
    return text.contents ? std::string(text.contents->text()) : std::string();
  }

  [[nodiscard]] std::string own_name() const {
    const std::string text = text_of(machine_, machine_.is_live() ? "/proc/sys/kernel/hostname" : "/etc/hostname");
    return text.substr(0, text.find('\n'));
  }

  const AuditedMachine& machine_;
  const AuditedDaemon& daemon_;
};

class ClientAudit {
public:
  ClientAudit(const AuditedMachine& machine, const ClientQuestion& question, AuditNotes& notes)
      : machine_(machine), question_(question), notes_(notes) {}

  void judge() {
    if (has_links())
      return notes_.unknown(question_.check, question_.who + ": there are links in its folder, which may lead out of the image");
    try {
      plan();
    } catch (const Error& error) {
      return notes_.unknown(question_.check, question_.who + ": " + x509::printable(error.what()));
    }
    note(plan_.facts);
    const bool is_missing = plan_.refusal && plan_.refusal->id == "env-context-missing";
    if (!is_stored() || is_missing)
      follow();
    if (!has_failed_)
      notes_.pass(question_.check, question_.who + ": " + x509::printable(plan_.endpoint));
  }

private:
  [[nodiscard]] files::Path folder(const char* name, const files::Path& otherwise) const {
    const auto found = question_.environment.find(name);
    return found == question_.environment.end() ? otherwise : files::Path(found->second);
  }

  /// docker follows links, and in an image they would lead to our own files.
  [[nodiscard]] bool has_links() const {
    if (machine_.is_live())
      return false;
    namespace fs = std::filesystem;
    const files::Path standard = folder("HOME", question_.user->home) / ".docker";
    const files::Path config = machine_.real(question_.config.empty() ? folder("DOCKER_CONFIG", standard) : question_.config);
    const files::Path certificates = machine_.real(folder("DOCKER_CERT_PATH", machine_.shown(config)));
    std::error_code error;
    for (const files::Path& file : {config / "config.json", config / "contexts", certificates / "ca.pem",
                                    certificates / "cert.pem", certificates / "key.pem"})
      if (fs::is_symlink(file, error))
        return true;
    for (auto entry = fs::recursive_directory_iterator(config / "contexts", error); !error && entry != end(entry);
         entry.increment(error))
      if (std::error_code unseen; entry->is_symlink(unseen) || unseen)
        return true;
    return false;
  }

  [[nodiscard]] bool is_context() const { return !question_.context.empty(); }
  /// Does it use a context that is judged by itself?
  [[nodiscard]] bool is_stored() const { return !is_context() && plan_.context != "default"; }

  /// Where the plan leads.
  void follow() {
    if (plan_.refusal)
      return refuse(*plan_.refusal);
    weaknesses();
    LoadedClient loaded;
    if (plan_.loads_tls) {
      loaded = load_tls(plan_, input_);
      note(loaded.facts);
      if (loaded.refusal)
        return refuse(*loaded.refusal);
    }
    for (const AuditedDaemon& daemon : machine_.daemons)
      meet(daemon, loaded.end);
  }

  void plan() {
    if (!question_.config.empty())
      input_.arguments = {"--config", machine_.real(question_.config).string()};
    if (!question_.context.empty())
      for (const std::string& word : {std::string("--context"), question_.context})
        input_.arguments.push_back(word);
    input_.environment = question_.environment;
    for (const char* path : {"DOCKER_CONFIG", "DOCKER_CERT_PATH"})
      if (const auto found = input_.environment.find(path); found != input_.environment.end() && found->second.starts_with('/'))
        found->second = machine_.real(found->second).string();
    input_.home = machine_.real(folder("HOME", question_.user->home)).string(); // sudo may have left another one
    if (!machine_.daemons.empty())
      input_.release = machine_.daemons.front().input.release;
    // Root reads what the user may not: only with the user's own rights docker's answer is the true one.
    const bool is_other = machine_.is_live() && ::geteuid() == 0 && question_.user->uid != 0;
    const files::AsUser rights(is_other ? question_.user->name : "");
    plan_ = docker::plan_client(input_);
  }

  /// `file` is what the plan calls it: of an image, where it lies seen from here. One of the daemon's is its own business.
  Finding& fail(const std::string& id, const std::string& evidence, const std::string& file = {},
                const std::string& subject = {}) {
    has_failed_ = true;
    const EndPaths own = paths_of(plan_);
    const bool is_own = file == own.authorities || file == own.certificate || file == own.key;
    const files::Path about = is_in_config(id) ? config_file() : is_own && !file.empty() ? machine_.shown(file) : question_.file;
    Finding& finding = notes_.fail(id, Side::client, evidence, about, {}, subject);
    fill_in_remedy(finding, plan_.scheme == "tcp" ? plan_.host : "", {.daemon = {}, .client = paths_of(plan_)});
    return finding;
  }

  /// Does it stand in config.json?
  [[nodiscard]] bool is_in_config(std::string_view id) const {
    const bool is_current = id == "env-context-missing" && plan_.source == docker::Source::config_file;
    return is_current || id == "env-config-unreadable" || id == "env-daemon-keys";
  }
  [[nodiscard]] files::Path config_file() const {
    return (question_.config.empty() ? folder("DOCKER_CONFIG", folder("HOME", question_.user->home) / ".docker")
                                     : question_.config) /
           "config.json";
  }

  /// 2375 is a port that wants no TLS, which is graver.
  [[nodiscard]] bool is_plain_port() const {
    return plan_.scheme == "tcp" && plan_.tls == ClientTls::none && plan_.port == "2375";
  }

  void note(const std::vector<docker::Fact>& facts) {
    for (const docker::Fact& fact : facts) {
      if (is_among(others_business, fact.id) || (is_plain_port() && is_among(without_tls, fact.id)) ||
          (is_context() ? is_among(personal, fact.id) : is_stored() && !is_among(personal, fact.id)))
        continue;
      const std::string seen = shown(fact.text);
      const std::string evidence = question_.who + (seen.empty() ? "" : ": " + seen);
      fail(fact.id, evidence, fact.file, fact.subject);
    }
  }

  /// docker's words, with the paths that the machine knows.
  [[nodiscard]] std::string shown(std::string text) const {
    constexpr std::size_t longest = 400;
    const std::string prefix = machine_.is_live() ? "" : machine_.root.string() + '/';
    for (std::size_t at = 0; !prefix.empty() && (at = text.find(prefix, at)) != std::string::npos; ++at)
      text.replace(at, prefix.size(), "/");
    return x509::printable(text, longest);
  }

  void refuse(const docker::Refusal& refusal) {
    const std::string evidence = question_.who + ": " + shown(refusal.message);
    Finding& finding = fail(refusal.id, evidence, refusal.file, refusal.subject);
    finding.blocks = Blocks::client;
    finding.text = evidence; // docker's own words
  }

  void weaknesses() {
    if (plan_.scheme == "tcp" && plan_.tls == ClientTls::unverified)
      note({{"client-unverified", plan_.endpoint}});
    if (is_plain_port())
      note({{"client-plain-port", plan_.endpoint}});
  }

  /// Does it get on with a daemon of this machine, if that is where it leads?
  void meet(const AuditedDaemon& daemon, const goverify::ClientEnd& client) {
    const OwnNames names(machine_, daemon);
    if (plan_.scheme != "tcp" || daemon.plan.refusal || !names.leads_here(plan_.host) || reach(daemon.plan, plan_, names))
      return;
    if (plan_.tls == ClientTls::none)
      return; // said by the plan
    if (daemon.plan.tls == ServerTls::none)
      return refuse({"error during connect: http: server gave HTTP response to HTTPS client", "env-tls-to-plain"});
    const LoadedDaemon loaded = load_tls(daemon.plan, daemon.input, AuditedWorld(machine_, daemon));
    if (loaded.refusal)
      return; // dockerd does not start, which is said of dockerd
    const BothPaths paths{.daemon = paths_of(daemon.plan), .client = paths_of(plan_)};
    Handshake handshake = shake_hands(loaded.end, client, paths, machine_.now);
    // What is odd about the server's certificate alone is said of the daemon.
    std::vector<docker::Fact> of_daemon;
    note_signs(goverify::oddities_of(loaded.end, nullptr, {}), paths, of_daemon);
    std::erase_if(handshake.facts, [&](const docker::Fact& fact) {
      return std::ranges::any_of(of_daemon, [&](const docker::Fact& one) { return one.id == fact.id && one.text == fact.text; });
    });
    note(handshake.facts);
    if (handshake.refusal)
      refuse(*handshake.refusal);
  }

  const AuditedMachine& machine_;
  const ClientQuestion& question_;
  AuditNotes& notes_;
  docker::ClientInput input_;
  docker::ClientPlan plan_;
  bool has_failed_ = false;
};

} // namespace

void judge_client(const AuditedMachine& machine, const ClientQuestion& question, AuditNotes& notes) {
  ClientAudit(machine, question, notes).judge();
}

} // namespace dockpki::app
