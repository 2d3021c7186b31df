#include "app/daemon_plan.hpp"

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>

#include "app/fill_in.hpp"
#include "app/order.hpp"
#include "app/renew_sets.hpp"
#include "app/rootlesskit.hpp"
#include "app/sides.hpp"
#include "app/templates.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_json = 1U << 20U;
constexpr const char* plaintext_port = "2375";
const docker::SetLayout& layout = docker::server_layout;

bool is_every_address(const net::Endpoint& endpoint) {
  return endpoint.host == "0.0.0.0" || endpoint.host == "::";
}

/// The folder that is named, or that of the home's server set.
files::Path find_server_set(const Context& context, const DaemonOptions& options) {
  if (options.certificates)
    return absolute_folder(context, *options.certificates);
  context.home.check();
  store::ReadSession session(context.home);
  std::vector<Candidate> found;
  for (Candidate& one : find_candidates(session.inventory()))
    if (one.placement.layout == store::Layout::server && (!options.server || one.record.name == *options.server))
      found.push_back(std::move(one));
  const std::string failed = "failed to configure dockerd: ";
  if (found.empty())
    throw Error(Errc::not_found,
                failed + (options.server ? "no server set is called '" + x509::printable(*options.server) + '\''
                                         : "the PKI home has no server set"),
                "dockpki issue-server makes one; --certs DIR names the folder of another");
  if (found.size() > 1)
    throw Error(Errc::refused, failed + std::to_string(found.size()) + " server sets could be meant",
                "name one: --server " + found.front().record.name + ", or its folder: --certs " + found.front().placement.folder);
  return found.front().placement.folder;
}

void refuse_plaintext(const std::vector<net::Endpoint>& listen) {
  for (const net::Endpoint& endpoint : listen) {
    if (endpoint.port == plaintext_port)
      throw Error(Errc::usage, "failed to listen on " + endpoint.text() + ": 2375 is Docker's port for plaintext",
                  "give the port for TLS: --listen " + net::Endpoint{endpoint.host, "2376"}.text().substr(6));
    if (endpoint.port == "0")
      throw Error(Errc::usage, "failed to listen on " + endpoint.text() + ": clients could not know the port", "give 2376");
  }
}

/// The hosts of -H first, then those of the file; where there are none, dockerd's own socket; then what is asked for.
std::vector<std::string> all_hosts(const DaemonPlan& plan, const docker::DaemonJson& json, const DaemonOptions& options) {
  std::vector<std::string> hosts = plan.command.hosts;
  const auto add = [&](const std::string& host) {
    if (std::ranges::find(hosts, host) == hosts.end())
      hosts.push_back(host);
  };
  for (const std::string& host : json.hosts().value_or(std::vector<std::string>()))
    add(host);
  if (hosts.empty())
    add(plan.places.socket);
  for (const net::Endpoint& endpoint : options.listen) // a user's daemon has a network of its own; rootlesskit leads into it
    add(options.daemon == Daemon::rootless ? "tcp://0.0.0.0:" + endpoint.port : endpoint.text());
  return hosts;
}

/// Where the daemon can be dialled from its own machine: the first that it is asked to listen on, else the first it listens on.
std::optional<net::Endpoint> dialled(const DaemonOptions& options, const std::vector<std::string>& hosts) {
  std::optional<net::Endpoint> found;
  if (!options.listen.empty())
    found = options.listen.front();
  for (const std::string& host : hosts)
    if (!found && host.starts_with("tcp://") && !host.ends_with(std::string(":") + plaintext_port))
      found = net::Endpoint::parse(host);
  if (found && is_every_address(*found))
    found->host = found->host == "::" ? "::1" : "127.0.0.1";
  return found;
}

/// Which addresses a client would find in the certificate: worth being listened on.
std::string listen_hint(const SetContents& set) {
  std::string hint = "give --listen 0.0.0.0:2376 for every address of this machine";
  if (set.leaf && set.leaf->contents().subject_alternative_name)
    for (const x509::IpAddress& address : set.leaf->contents().subject_alternative_name->ip)
      if (address.text() != "127.0.0.1" && address.text() != "::1")
        return "give --listen " + net::Endpoint{address.text(), "2376"}.text().substr(6) + ", or 0.0.0.0:2376 for every address";
  return hint;
}

void note_on_listening(const DaemonPlan& plan, const DaemonOptions& options, ConfiguredDaemon& result) {
  for (const net::Endpoint& endpoint : options.listen) {
    if (is_every_address(endpoint))
      result.notes.push_back(endpoint.text() + " is every address of this machine, public ones too: let a firewall narrow it");
    if (is_every_address(endpoint) || !plan.set.leaf)
      continue;
    const std::vector<std::string> names = hosts_of(*plan.set.leaf);
    if (std::ranges::find(names, endpoint.host) == names.end())
      result.notes.push_back("the certificate does not name " + endpoint.host + ": clients that dial it so will refuse it");
  }
  for (const std::string& host : result.hosts)
    if (host.starts_with("tcp://") && host.ends_with(std::string(":") + plaintext_port))
      result.notes.push_back(host + " speaks TLS from now on: who dials it in plaintext does not get in");
}

std::string drop_in_text(const DaemonPlan& plan, const DaemonOptions& options, const ConfiguredDaemon& result) {
  if (!plan.unit)
    return {};
  const bool needs_command = !plan.command.taken.empty();
  const std::string ways_in = options.daemon == Daemon::rootless
                                  ? rootlesskit_flags(*plan.unit, plan.rootlesskit_flags, options.listen, result.hosts)
                                  : std::string();
  if (!needs_command && ways_in.empty())
    return {};
  kainjow::mustache::data values;
  if (needs_command) {
    values.set("command", plan.command.exec_start);
    kainjow::mustache::data taken{kainjow::mustache::data::type::list};
    for (const std::string& option : plan.command.taken)
      taken << kainjow::mustache::data{"option", x509::printable(option)};
    values.set("taken", taken);
    values.set("daemon_json", result.daemon_json.string());
  }
  if (!ways_in.empty())
    values.set("rootlesskit", docker::unit_assignment(std::string(rootlesskit_variable) + '=' + ways_in));
  return fill_in(templates::docker_conf, values);
}

bool has_mode(const files::Path& file, mode_t mode) {
  struct stat status {};
  return ::lstat(file.c_str(), &status) == 0 && (status.st_mode & 07777U) == mode && status.st_uid == ::geteuid();
}

/// True if the set lies in `folder` as it should: nobody else may read its key.
bool lies_well(const files::Path& folder) {
  return has_mode(folder / layout.ca, files::certificate_mode) &&
         has_mode(folder / layout.certificate, files::certificate_mode) && has_mode(folder / layout.key, files::private_key_mode);
}

DaemonPlan make_plan(const Context& context, const DaemonOptions& options, ConfiguredDaemon& result) {
  DaemonPlan plan;
  plan.places = daemon_places(context, options);
  result.folder = plan.places.tls();
  result.source = find_server_set(context, options);
  plan.set = read_any_set(result.source, layout, context.now);
  const files::Path real_folder = plan.places.real(result.folder);
  std::error_code error;
  plan.installs_set = !std::filesystem::equivalent(result.source, real_folder, error) || !lies_well(real_folder);
  plan.tls.ca = result.folder / layout.ca;
  plan.tls.certificate = result.folder / layout.certificate;
  plan.tls.key = result.folder / layout.key;
  plan.tls.live_restore = options.live_restore == LiveRestore::on;
  plan.unit = docker::read_service(plan.places.units, "docker.service", drop_in_name);
  if (plan.unit && options.daemon == Daemon::rootless)
    plan.rootlesskit_flags = rootlesskit_flags(*docker::read_service(plan.places.units, "docker.service", {}));
  std::vector<std::string> keys = docker::DaemonJson::keys(plan.tls);
  keys.emplace_back("tls"); // beside "tlsverify": true it says nothing, and a flag keeps the file's switch from counting
  if (plan.unit)
    plan.command = docker::without_options(*plan.unit, keys);
  result.daemon_json = plan.command.config_file.value_or((plan.places.folder / "daemon.json").string());
  return plan;
}

/// The text of daemon.json, by which everything hangs together.
void merge(DaemonPlan& plan, const DaemonOptions& options, ConfiguredDaemon& result) {
  plan.old_json = read_json_text(plan.places.real(result.daemon_json));
  const docker::DaemonJson json(plan.old_json, result.daemon_json.string());
  result.hosts = all_hosts(plan, json, options);
  const auto endpoint = dialled(options, result.hosts);
  if (!endpoint)
    throw Error(Errc::usage, "failed to configure dockerd: nothing says where it is to listen with TLS", listen_hint(plan.set));
  result.endpoint = *endpoint;
  plan.tls.hosts = result.hosts;
  result.daemon_json_text = json.merged(plan.tls);
  result.drop_in_text = drop_in_text(plan, options, result);
  if (!result.drop_in_text.empty())
    result.drop_in = plan.places.drop_in;
  if (json.has("tls") && !json.is_true("tls"))
    result.notes.emplace_back("\"tls\": false stays in daemon.json; beside \"tlsverify\": true it says nothing");
  if (!plan.unit)
    result.notes.emplace_back("no docker.service is installed: start dockerd without -H, --tls... on its command line");
}

} // namespace

std::string read_json_text(const files::Path& path) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, error)))
    return {};
  return std::string(files::read_file(path, "configuration", largest_json, files::Symlinks::refused).text());
}

DaemonPlan plan_daemon(const Context& context, const DaemonOptions& options, ConfiguredDaemon& result) {
  refuse_plaintext(options.listen);
  if (options.daemon == Daemon::rootless)
    refuse_names(options.listen);
  DaemonPlan plan = make_plan(context, options, result);
  merge(plan, options, result);
  if (plan.unit)
    result.unit = "/" / plan.unit->file.lexically_relative(plan.places.root);
  result.notes.insert(result.notes.begin(), plan.set.notes.begin(), plan.set.notes.end());
  result.taken = plan.command.taken;
  note_on_listening(plan, options, result);
  if (plan.installs_set && !options.certificates && plan.places.root == "/")
    result.notes.push_back("renew does not reach the copy in " + result.folder.string() +
                           ": run this again after it, or issue the set there: dockpki issue-server --out " +
                           result.folder.string());
  return plan;
}

bool validate_plan(const DaemonPlan& plan, const DaemonOptions& options, const ConfiguredDaemon& result) {
  if (!options.validate || plan.places.root != "/" || options.daemon == Daemon::rootless)
    return false;
  docker::DaemonTls tls = plan.tls;
  tls.ca = result.source / layout.ca;
  tls.certificate = result.source / layout.certificate;
  tls.key = result.source / layout.key;
  std::vector<std::string> command = {plan.command.program.empty() ? "dockerd" : plan.command.program};
  for (std::size_t i = 0; i < plan.command.words.size(); ++i) {
    const std::string& word = plan.command.words[i];
    if (word == "--config-file")
      ++i;
    else if (!word.starts_with("--config-file="))
      command.push_back(word);
  }
  command.insert(command.end(), {"--validate", "--config-file", "/dev/stdin"});
  const docker::DaemonJson json(plan.old_json, result.daemon_json.string());
  const std::optional<std::string> fault = options.validate(command, json.merged(tls));
  if (fault && !fault->empty())
    throw Error(Errc::refused, "failed to configure dockerd: it refuses the result: " + x509::printable(*fault),
                "'dockpki configure-daemon --print' shows it; nothing was changed");
  return fault.has_value();
}

} // namespace dockpki::app
