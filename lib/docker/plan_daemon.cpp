#include <dockpki/docker/plan.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include "docker/daemon_file.hpp"
#include "docker/daemon_options.hpp"
#include "docker/daemon_values.hpp"
#include "docker/go_net.hpp"
#include "docker/host_syntax.hpp"
#include "docker/listen.hpp"

namespace dockpki::docker {
namespace {

constexpr std::string_view default_config = "/etc/docker/daemon.json";

bool is_set(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found != environment.end() && !found->second.empty();
}

std::vector<Flag> flags_of(DockerVersion release) {
  std::vector<Flag> flags;
  for (const DaemonOption& option : daemon_options(release))
    flags.push_back(option.flag);
  return flags;
}

Flags read_flags(const std::vector<std::string>& arguments, DockerVersion release) {
  const std::vector<Flag> flags = flags_of(release);
  return parse_flags(arguments, flags, Interspersed::yes, [release](const Flag& flag, const std::string& value) {
    return flag.kind == FlagKind::host ? parse_daemon_host(value, Tls::off, release).error : flag_value_fault(flag.name, value);
  });
}

/// What is wrong with a host, by the complaint about it.
std::string host_fact(std::string_view complaint) {
  const auto says = [&](std::string_view part) { return complaint.find(part) != std::string_view::npos; };
  if (says("path element") || says("invalid port") || says("parse "))
    return "lst-bind";
  return says("proto '\"") || says(": \"") || says("\\\"") ? "lst-quotes" : "lst-https";
}

/// The parts of the configuration that TLS and listening hang on, as they are put together.
class Planner {
public:
  Planner(const DaemonInput& input, const World& world) : input_(input), world_(world) {}

  DaemonPlan plan() {
    flags_ = read_flags(input_.arguments, input_.release);
    plan_.refusal = command_line();
    if (plan_.refusal)
      return std::move(plan_);
    default_files();
    if (input_.config) {
      file_ = read_daemon_file(*input_.config, flags_, input_.release);
      plan_.facts = file_.facts;
      for (Fact& fact : plan_.facts)
        fact.file = config_file();
    } else if (flags_.changed("config-file")) {
      const std::string path = flags_.last("config-file");
      file_.refusal = Refusal{"open " + path + ": no such file or directory", "file-missing-daemon"};
    }
    if (file_.refusal)
      plan_.refusal = in_file(*file_.refusal);
    const std::string level = flags_.changed("log-level") ? flags_.last("log-level") : file_.log_level;
    if (!plan_.refusal && !level.empty() && !is_log_level(level))
      plan_.refusal = Refusal{"unable to parse logging level: " + level, "cfg-value"};
    take_files();
    if (!plan_.refusal)
      merge();
    return std::move(plan_);
  }

private:
  [[nodiscard]] std::optional<Refusal> command_line() const {
    if (flags_.crashed)
      return Refusal{flags_.error, "env-panic"};
    if (!flags_.error.empty())
      return Refusal{flags_.error,
                     flags_.error.find("\"-H, --host\" flag") == std::string::npos ? "lst-flag-syntax" : host_fact(flags_.error)};
    for (const char* asks : {"help", "version"})
      if (flags_.asked_help || flags_.is_on(asks, false))
        return Refusal{"(prints its help or version and ends)", "lst-flag-syntax"};
    if (!flags_.arguments.empty())
      return Refusal{input_.release == DockerVersion::v20_10 ? "\"dockerd\" accepts no argument(s)."
                                                             : "(prints its usage: no arguments are accepted)",
                     "lst-flag-syntax"};
    return std::nullopt;
  }

  [[nodiscard]] std::string config_file() const {
    const std::string standard = input_.standard_config.empty() ? std::string(default_config) : input_.standard_config;
    return flags_.changed("config-file") ? flags_.last("config-file") : standard;
  }

  [[nodiscard]] Refusal in_file(const Refusal& why) const {
    return {"unable to configure the Docker daemon with file " + config_file() + ": " + why.message, why.id, config_file()};
  }

  /// The files that flags name, or that lie in the default folder. Without a switch among flags and variables all are dropped.
  void default_files() {
    const bool by_variable = is_set(input_.environment, "DOCKER_TLS_VERIFY");
    uses_flag_files_ = flags_.changed("tlsverify") || by_variable || flags_.is_on("tls", false);
    if (!uses_flag_files_)
      return;
    namespace fs = std::filesystem;
    std::string folder = input_.home + "/.docker";
    for (const char* variable : {"DOCKER_CONFIG", "DOCKER_CERT_PATH"})
      if (is_set(input_.environment, variable))
        folder = input_.environment.at(variable);
    const auto chosen = [&](std::string_view flag, const char* name, bool must_exist) {
      if (flags_.changed(flag))
        return flags_.last(flag);
      const std::string path = clean_path(folder + '/' + name);
      std::error_code error;
      const bool is_missing = fs::status(world_.seen_from_here(path), error).type() == fs::file_type::not_found &&
                              error != std::errc::not_a_directory;
      return must_exist && is_missing ? std::string() : path;
    };
    plan_.ca = chosen("tlscacert", "ca.pem", false);
    plan_.certificate = chosen("tlscert", "cert.pem", true);
    plan_.key = chosen("tlskey", "key.pem", true);
  }

  void take_files() {
    for (auto [flagged, filed] :
         {std::pair{&plan_.ca, &file_.ca}, {&plan_.certificate, &file_.certificate}, {&plan_.key, &file_.key}})
      if (!filed->empty())
        *flagged = *filed;
  }

  void merge() {
    std::optional<bool> tls = file_.tls;
    std::optional<bool> verify = file_.tls_verify;
    if (flags_.changed("tls"))
      tls = flags_.is_on("tls", false);
    if (flags_.changed("tlsverify")) {
      verify = flags_.is_on("tlsverify", false);
      tls = true;
    }
    std::vector<std::string> hosts = file_.hosts;
    if (hosts.empty())
      hosts = flagged_texts("host");

    const bool defaults_to_tls = tls.value_or(false);
    if (file_.keys.contains("tlsverify"))
      tls = true;
    if (!verify)
      verify = tls;
    if (tls.value_or(false))
      plan_.tls = verify.value_or(true) ? ServerTls::mutual : ServerTls::open;
    // 23.0 and later choose the default before they notice that tlsverify in the file switches TLS on.
    listen(hosts, input_.release == DockerVersion::v20_10 ? tls.value_or(false) : defaults_to_tls);
    facts(hosts);
    merge_others();
    if (plan_.tls == ServerTls::none)
      plan_.ca = plan_.certificate = plan_.key = "";
  }

  [[nodiscard]] std::vector<std::string> flagged_texts(std::string_view name) const {
    const auto flagged = flags_.values.find(name);
    return flagged == flags_.values.end() ? std::vector<std::string>{} : flagged->second;
  }

  /// What has nothing to do with TLS. The same both ways has been refused already.
  void merge_others() {
    plan_.authorization_plugins = file_.authorization_plugins;
    if (plan_.authorization_plugins.empty()) {
      plan_.authorization_plugins = flagged_texts("authorization-plugin");
      plan_.plugins_by_flag = !plan_.authorization_plugins.empty();
    }
    plan_.live_restore = file_.live_restore.value_or(flags_.is_on("live-restore", false));
    for (auto [target, filed, flag] : {std::tuple{&plan_.group, &file_.group, "group"},
                                       {&plan_.data_root, &file_.data_root, "data-root"},
                                       {&plan_.containerd, &file_.containerd, "containerd"}}) {
      if (flags_.changed(flag))
        *target = flags_.last(flag);
      if (!filed->empty())
        *target = *filed;
    }
  }

  void listen(std::vector<std::string> hosts, bool tls) {
    const bool is_old = input_.release == DockerVersion::v20_10;
    if (hosts.empty())
      hosts.push_back(tls ? "" : input_.standard_host);
    std::vector<Host> parsed;
    std::set<std::string> seen;
    for (const std::string& host : hosts) {
      Host one = parse_daemon_host(host, tls ? Tls::on : Tls::off, input_.release);
      if (!one.error.empty()) {
        refuse_host(host, one.error);
        if (!is_old)
          return;
        break;
      }
      if (seen.insert(one.text).second)
        parsed.push_back(std::move(one));
    }
    if (!is_old)
      std::ranges::sort(parsed, {}, &Host::text);
    const std::optional<Refusal> bad_host = plan_.listen_refusal;
    plan_.listen_refusal.reset();
    plan_listeners(parsed, input_.release, world_, plan_);
    if (!plan_.listen_refusal)
      plan_.listen_refusal = bad_host;
  }

  /// Hosts on the command line have been looked at; so this one stood in the file.
  void refuse_host(const std::string& host, const std::string& why) {
    const std::string id = host_fact(why);
    if (input_.release == DockerVersion::v20_10)
      plan_.listen_refusal = Refusal{"failed to load listeners: error parsing -H " + host + ": " + why, id};
    else
      plan_.refusal = in_file({"merged configuration validation from file and command line flags failed: " + why, id});
  }

  /// `is_filed`: it comes from daemon.json.
  void fact(std::string id, bool is_filed, std::string text = {}) {
    plan_.facts.push_back({std::move(id), std::move(text), is_filed ? config_file() : ""});
  }

  void facts(const std::vector<std::string>& hosts) {
    const bool flags_files = flags_.changed("tlscacert") || flags_.changed("tlscert") || flags_.changed("tlskey");
    const bool names_files = !file_.ca.empty() || !file_.certificate.empty() || !file_.key.empty();
    const bool has_hosts = !file_.hosts.empty();
    const bool by_file = file_.keys.contains("tls") || file_.keys.contains("tlsverify");
    if (plan_.tls == ServerTls::none) {
      if (names_files || flags_files)
        fact("cfg-certs-no-verify", names_files);
      if (is_set(input_.environment, "DOCKER_TLS_VERIFY"))
        fact("lst-env-verify", false);
      for (const Listener& listener : plan_.listeners)
        if (listener.scheme == "tcp")
          fact("lst-plain", has_hosts, join_host_port(listener.address, std::to_string(listener.port)));
    }
    if (plan_.tls == ServerTls::open)
      fact("cfg-tlsverify-false", by_file);
    if (plan_.tls == ServerTls::mutual && plan_.ca.empty())
      fact(flags_.changed("tlscacert") && flags_.last("tlscacert").empty() ? "env-panic" : "cfg-no-tlscacert", by_file);
    if (plan_.tls != ServerTls::none) {
      if (!flags_.changed("tlsverify") && !file_.keys.contains("tlsverify"))
        fact("cfg-tls-only", by_file);
      if (by_file && !uses_flag_files_ && flags_files)
        fact("cfg-flags-dropped", true);
      if (hosts.empty())
        fact("lst-no-hosts", by_file);
    }
    for (const std::string& value : flags_.quoted)
      fact("lst-quotes", false, value);
    host_facts(hosts);
  }

  void host_facts(const std::vector<std::string>& hosts) {
    for (const std::string& text : hosts) {
      const std::string host = trim_space(text);
      const std::size_t scheme = host.find("://");
      if (scheme != std::string::npos && !host.starts_with("tcp://"))
        continue;
      const std::string address = scheme == std::string::npos ? host : host.substr(scheme + 3);
      const std::size_t colon = address.rfind(':');
      if (address.empty() || colon == std::string::npos || address.ends_with(']') || address.ends_with(':'))
        fact("lst-port-default", !file_.hosts.empty(), host);
      if (address.empty() || colon == 0)
        fact("lst-no-addr", !file_.hosts.empty(), host);
      if (!address.starts_with('[') && address.find(':') != colon)
        fact("lst-bind", !file_.hosts.empty(), host + " (an IPv6 address goes into brackets)");
    }
  }

  const DaemonInput& input_;
  const World& world_;
  Flags flags_;
  DaemonFile file_;
  DaemonPlan plan_;
  bool uses_flag_files_ = false;
};

} // namespace

std::string daemon_config_file(const std::vector<std::string>& arguments, DockerVersion release) {
  const Flags flags = read_flags(arguments, release);
  return flags.changed("config-file") ? flags.last("config-file") : std::string(default_config);
}

DaemonPlan plan_daemon(const DaemonInput& input, const World& world) {
  return Planner(input, world).plan();
}

} // namespace dockpki::docker
