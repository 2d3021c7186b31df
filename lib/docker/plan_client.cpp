#include <dockpki/docker/plan.hpp>

#include <algorithm>
#include <array>
#include <filesystem>

#include "docker/client_command.hpp"
#include "docker/client_context.hpp"
#include "docker/go_net.hpp"
#include "docker/host_syntax.hpp"
#include "docker/proxy.hpp"

namespace dockpki::docker {
namespace {

/// What may stand before "://" (RFC 3986 3.1).
bool is_scheme(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

class Planner {
public:
  explicit Planner(const ClientInput& input) : input_(input), is_old_(input.release == DockerVersion::v20_10) {}

  ClientPlan plan() {
    flags_ = read_client_flags(input_.arguments, input_.release);
    plan_.refusal = command_refusal(flags_);
    if (plan_.refusal)
      return std::move(plan_);
    switches();
    choose();
    if (!plan_.refusal && plan_.context == "default")
      use_flags_and_variables();
    else if (!plan_.refusal)
      use_context();
    if (!plan_.refusal)
      dial();
    facts();
    return std::move(plan_);
  }

private:
  [[nodiscard]] std::string variable(const std::string& name) const {
    const auto found = input_.environment.find(name);
    return found == input_.environment.end() ? "" : found->second;
  }

  /// 20.10 asks of some variables only whether they are there.
  [[nodiscard]] bool has_variable(const std::string& name) const {
    return is_old_ ? input_.environment.contains(name) : !variable(name).empty();
  }

  void refuse(const std::string& message, const std::string& id, const std::string& file = {}) {
    plan_.refusal = Refusal{message, id, file};
  }
  void fact(const std::string& id, const std::string& text = {}, const std::string& file = {}) {
    plan_.facts.push_back({id, text, file});
  }
  void guess(const std::string& id) { plan_.facts.push_back({.id = id, .text = "it may be this", .is_guess = true}); }

  /// An endpoint that no client can be made for.
  void uninitialized(const std::string& why) { refuse((is_old_ ? "" : "Failed to initialize: ") + why, "env-host-form"); }

  /// Why the endpoint is not even known. 23.0 and later find out only when the client is wanted.
  void unresolved(const std::string& why, const std::string& id, const std::string& file = {}) {
    refuse(std::string(is_old_ ? "" : "Failed to initialize: ") + "unable to resolve docker endpoint: " + why, id, file);
  }

  [[nodiscard]] std::string home_folder() const {
    return variable("DOCKER_CONFIG").empty() ? clean_path(input_.home + "/.docker") : variable("DOCKER_CONFIG");
  }

  [[nodiscard]] std::string config_folder() const {
    const std::string flagged = flags_.last("config");
    return flagged.empty() ? home_folder() : flagged;
  }

  void switches() {
    is_verified_ = flags_.is_on("tlsverify", !variable("DOCKER_TLS_VERIFY").empty());
    is_tls_ = flags_.changed("tlsverify") || is_verified_ || flags_.is_on("tls", !variable("DOCKER_TLS").empty());
    cert_folder_ = variable("DOCKER_CERT_PATH").empty() ? home_folder() : variable("DOCKER_CERT_PATH");
  }

  void choose() {
    const std::string flagged = flags_.last("context");
    current_ = current_context(config_folder(), plan_.facts);
    plan_.context = "default";
    if (!flagged.empty() && flags_.changed("host"))
      return refuse(is_old_ ? "Conflicting options: either specify --host or --context, not both"
                            : "conflicting options: cannot specify both --host and --context",
                    "env-context-override");
    if (!flagged.empty()) {
      plan_.context = flagged;
      plan_.source = Source::context_flag;
    } else if (flags_.changed("host")) {
      plan_.source = Source::flag;
    } else if (has_variable("DOCKER_HOST")) {
      plan_.source = variable("DOCKER_HOST").empty() ? Source::standard : Source::variable;
    } else if (has_variable("DOCKER_CONTEXT")) {
      plan_.context = variable("DOCKER_CONTEXT");
      plan_.source = Source::context_variable;
    } else if (!current_.empty()) {
      plan_.context = current_;
      plan_.source = Source::config_file;
    }
  }

  void use_context() {
    StoredContext stored = read_context(config_folder(), plan_.context, input_.release);
    plan_.facts.insert(plan_.facts.end(), stored.facts.begin(), stored.facts.end());
    if (stored.refusal) {
      const bool is_gone = stored.refusal->id == "env-context-missing";
      if (is_old_ && is_gone && plan_.source == Source::config_file)
        return refuse("Current context \"" + plan_.context +
                          "\" is not found on the file system, please check your config file at " + config_folder() +
                          "/config.json",
                      stored.refusal->id, config_folder() + "/config.json");
      return unresolved(stored.refusal->message, stored.refusal->id, stored.refusal->file);
    }
    plan_.endpoint = stored.host.empty() ? "unix:///var/run/docker.sock" : stored.host;
    const bool is_tls = !stored.host.empty() && (stored.has_tls_folder || stored.skip_tls_verify);
    plan_.tls = !is_tls ? ClientTls::none : stored.skip_tls_verify ? ClientTls::unverified : ClientTls::verified;
    plan_.ca = std::move(stored.ca);
    plan_.certificate = std::move(stored.certificate);
    plan_.key = std::move(stored.key);
  }

  void use_flags_and_variables() {
    const auto hosts = flags_.values.find("host");
    if (hosts != flags_.values.end() && hosts->second.size() > 1)
      return unresolved(is_old_ ? "Please specify only one -H" : "Specify only one -H", "env-host-form");
    const Host host = parse_client_host(flags_.changed("host") ? flags_.last("host") : variable("DOCKER_HOST"),
                                        is_tls_ ? Tls::on : Tls::off, input_.release);
    if (variable("DOCKER_HOST").starts_with("https://"))
      fact("sur-testcontainers", variable("DOCKER_HOST"));
    if (!host.error.empty())
      return unresolved(host.error, host_fact(host.error));
    plan_.endpoint = host.text;
    if (!is_tls_)
      return;
    read_part("tlscacert", "ca.pem", plan_.ca);
    read_part("tlscert", "cert.pem", plan_.certificate);
    read_part("tlskey", "key.pem", plan_.key);
    if (plan_.refusal || (!plan_.ca && !plan_.certificate && !plan_.key && is_verified_))
      return; // nothing to read at all: the client forgets TLS
    plan_.tls = is_verified_ ? ClientTls::verified : ClientTls::unverified;
  }

  [[nodiscard]] static std::string host_fact(const std::string& error) {
    const std::size_t scheme = error.find("format: ");
    const bool is_scheme = scheme != std::string::npos && error.find("://", scheme) != std::string::npos &&
                           error.find('"', scheme) == std::string::npos && error.find('\'', scheme) == std::string::npos;
    return is_scheme ? "env-scheme" : "env-host-form";
  }

  /// A file by its flag, else in the default folder; there, only ca.pem must exist.
  void read_part(const char* flag, const char* name, std::optional<ReadFile>& part) {
    if (plan_.refusal)
      return;
    const bool is_flagged = flags_.changed(flag);
    const std::string path = is_flagged ? flags_.last(flag) : clean_path(cert_folder_ + '/' + name);
    if (path.empty())
      return;
    GoRead read = read_as_go(path);
    if (read.contents) {
      part = ReadFile{path, std::move(*read.contents)};
      return;
    }
    if (read.is_missing && !is_flagged && std::string_view(flag) != "tlscacert")
      return;
    unresolved(read.error, unread_fact(path, read, is_flagged), path);
    if (const std::string odd = path_fact(is_flagged ? path : cert_folder_, ""); !odd.empty() && odd != "cfg-relative")
      fact(odd, path, path);
  }

  [[nodiscard]] std::string unread_fact(const std::string& path, const GoRead& read, bool is_flagged) {
    if (read.error.ends_with("permission denied"))
      return "perm-client";
    if (read.error.ends_with("is a directory"))
      return "file-directory";
    if (is_flagged)
      return "env-flag-parts";
    fact("file-missing-client-ca", path, path);
    if (plan_.endpoint.starts_with("unix://")) {
      fact("env-unix-tls", plan_.endpoint);
      fact("env-toolbox", path, path);
    }
    if (variable("DOCKER_CERT_PATH").empty())
      return "env-home";
    std::error_code error;
    for (const char* crt : {"ca.crt", "client.crt", "client.key"})
      if (std::filesystem::exists(std::filesystem::path(cert_folder_) / crt, error))
        fact("file-crt-names", cert_folder_ + '/' + crt, cert_folder_ + '/' + crt);
    note_origin();
    return "env-certpath";
  }

  /// Where a folder without ca.pem may come from.
  void note_origin() {
    std::error_code error;
    if (std::filesystem::is_directory(cert_folder_, error))
      return guess("sur-dind-race");
    if (std::filesystem::exists(cert_folder_, error))
      return;
    guess("env-toolbox");
    guess("sur-dind-volume");
  }

  void dial() {
    const std::size_t scheme_end = plan_.endpoint.find("://");
    const bool is_tls = plan_.tls != ClientTls::none;
    plan_.scheme = plan_.endpoint.substr(0, scheme_end);
    plan_.loads_tls = is_tls && plan_.scheme != "ssh";
    plan_.api_version = variable("DOCKER_API_VERSION");
    if (!is_old_ && plan_.api_version.starts_with('v'))
      plan_.api_version.erase(0, 1);
    const std::string address = scheme_end == std::string::npos ? "" : plan_.endpoint.substr(scheme_end + 3);
    const Brackets brackets = input_.release == DockerVersion::v29 ? Brackets::ipv6 : Brackets::anything;
    if (!is_scheme(plan_.scheme))
      return uninitialized("parse " + go_quote(plan_.endpoint) + ": first path segment in URL cannot contain colon");
    if (scheme_end == std::string::npos)
      return uninitialized("unable to parse docker host `" + plan_.endpoint + "`");
    const GoUrl url = parse_url(plan_.endpoint, brackets);
    if (!url.error.empty())
      return uninitialized(url.error);
    if (address.empty())
      return uninitialized("unable to parse docker host `" + plan_.endpoint + "`");
    if (plan_.scheme == "unix" || plan_.scheme == "npipe" || plan_.scheme == "fd")
      return dial_socket(address, is_tls);
    if (plan_.scheme != "ssh")
      dial_tcp(url, address, is_tls ? "https" : "http");
  }

  void dial_socket(const std::string& path, bool is_tls) {
    plan_.host = path;
    if (!is_old_) {
      plan_.loads_tls = false;
      plan_.tls = ClientTls::none;
    } else if (is_tls) {
      plan_.dial_refusal =
          Refusal{"error during connect: dial tcp: address " + path + ": no suitable address found", "env-unix-tls"};
    }
    if (plan_.scheme != "unix")
      plan_.dial_refusal = Refusal{"Cannot connect to the Docker daemon at " + plan_.endpoint, "env-scheme"};
  }

  /// Of another scheme than tcp the client takes all behind it for the host.
  void dial_tcp(GoUrl url, const std::string& address, const std::string& scheme) {
    if (plan_.scheme != "tcp")
      url = GoUrl{.scheme = plan_.scheme, .host = address, .path = {}, .error = {}};
    plan_.host = url.hostname();
    plan_.port = url.port().empty() ? (scheme == "https" ? "443" : "80") : url.port();
    plan_.path_prefix = url.path.empty() ? "" : clean_path('/' + url.path);
    plan_.proxy = proxy_for(input_.environment, scheme, plan_.host, plan_.port);
    if (const std::string fault = all_proxy_fault(input_.environment); is_old_ && !fault.empty())
      return refuse(fault, "env-proxy");
    if (!plan_.proxy && is_old_ && scheme == "http")
      plan_.proxy = all_proxy_for(input_.environment, plan_.host, plan_.port);
  }

  void facts() {
    static constexpr std::array<std::string_view, 6> meant_off{"0", "false", "no", "off", "FALSE", "False"};
    const std::string verify = variable("DOCKER_TLS_VERIFY");
    if (std::ranges::find(meant_off, verify) != meant_off.end() || (!verify.empty() && trim_space(verify).empty()))
      fact("env-verify-0", verify);
    if (ascii_lower(verify) == "false")
      fact("sur-testcontainers", "DOCKER_TLS_VERIFY=" + verify);
    const bool is_default = plan_.context == "default";
    if (is_default && plan_.source != Source::standard && !current_.empty() && current_ != "default")
      fact("env-context-override", current_);
    if (is_default && !variable("DOCKER_CONTEXT").empty() && plan_.source == Source::variable)
      fact("env-context-override", variable("DOCKER_CONTEXT"));
    if (plan_.refusal)
      return;
    if (plan_.tls == ClientTls::none && plan_.scheme == "tcp") {
      fact(is_default ? "env-no-verify" : "env-context-no-tls", plan_.endpoint);
      if (!variable("DOCKER_TLS_CERTDIR").empty())
        fact("env-tls-certdir", variable("DOCKER_TLS_CERTDIR"));
    }
    if (plan_.loads_tls && (!plan_.certificate || !plan_.key))
      missing_pair(is_default);
    if (plan_.loads_tls && !is_default && !plan_.ca)
      fact("env-context-parts", "ca.pem");
    if (plan_.proxy)
      fact("env-proxy", *plan_.proxy);
  }

  void missing_pair(bool is_default) {
    const std::string which = plan_.key ? "cert.pem" : plan_.certificate ? "key.pem" : "cert.pem, key.pem";
    if (!is_default)
      return fact("env-context-parts", which);
    if (flags_.changed("tlscert") || flags_.changed("tlskey"))
      fact("env-flag-parts", which);
    fact("file-missing-client-pair", cert_folder_ + '/' + which, cert_folder_ + (plan_.certificate ? "/key.pem" : "/cert.pem"));
  }

  const ClientInput& input_;
  bool is_old_;
  Flags flags_;
  ClientPlan plan_;
  std::string current_; ///< currentContext
  std::string cert_folder_;
  bool is_tls_ = false;
  bool is_verified_ = false;
};

} // namespace

ClientPlan plan_client(const ClientInput& input) {
  return Planner(input).plan();
}

} // namespace dockpki::docker
