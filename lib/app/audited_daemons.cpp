// Which daemons there are, and what their flags, variables and files come to.
#include <algorithm>
#include <array>

#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/names.hpp>

#include "app/audited_machine.hpp"
#include "app/predict_findings.hpp"

namespace dockpki::app {
namespace {

constexpr const char* service_name = "docker.service";
constexpr const char* socket_name = "docker.socket";

/// The rules of the release that is nearest; of an unknown one those of the newest.
docker::DockerVersion release_of(const std::string& version) {
  return goverify::parse_docker_version(version).value_or(docker::DockerVersion::v29);
}

std::string variable(const docker::Environment& environment, const char* name, const std::string& otherwise) {
  const auto found = environment.find(name);
  return found == environment.end() || found->second.empty() ? otherwise : found->second;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string home_of(const AuditedMachine& machine, uid_t user) {
  const auto found = std::ranges::find(machine.users, user, &LocalUser::uid);
  return found == machine.users.end() ? "/root" : found->home.string();
}

/// Where the file of a program lies that a unit names by its path, or a script by its name.
files::Path program_below(const files::Path& root, const files::Path& program) {
  const bool is_script = program.filename() == "dockerd-rootless.sh";
  std::vector<files::Path> places = {is_script ? program.parent_path() / "dockerd" : program};
  if (!program.is_absolute())
    places = {"/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"};
  for (const files::Path& place : places) {
    std::error_code error;
    files::Path target = files::way_below(root, place).target;
    if (std::filesystem::exists(target, error))
      return target;
  }
  return {};
}

/// "http://user:secret@proxy" without what stands before the @.
std::string without_credentials(std::string word) {
  const std::size_t scheme = word.find("://");
  const std::size_t at = word.find('@');
  if (scheme != std::string::npos && at != std::string::npos && at > scheme)
    word.replace(scheme + 3, at - scheme - 3, "***");
  return word;
}

/// The command line as it may be handed on: options of log drivers and of stores hold tokens, and proxies passwords.
std::vector<std::string> without_secrets(std::vector<std::string> command) {
  bool is_option = false;
  for (std::string& word : command) {
    constexpr std::array secretive = {std::string_view("--log-opt"), std::string_view("--cluster-store-opt")};
    const auto holds = std::ranges::find_if(secretive, [&](std::string_view flag) { return word.starts_with(flag); });
    const std::size_t value = holds == secretive.end() ? 0 : std::min(word.size(), holds->size() + 1);
    if (const std::size_t equals = word.find('=', value); (is_option || value > 0) && equals != std::string::npos)
      word = word.substr(0, equals + 1) + "***";
    is_option = holds != secretive.end() && word == *holds;
    word = without_credentials(std::move(word));
  }
  return command;
}

bool may_read_as(uid_t user) {
  return ::geteuid() == 0 || ::geteuid() == user;
}

class Finder {
public:
  explicit Finder(const AuditedMachine& machine) : machine_(machine) {}

  std::vector<AuditedDaemon> find() {
    if (machine_.is_live())
      for (docker::DaemonProcess& process : docker::daemon_processes())
        add_running(std::move(process));
    add_installed();
    for (const LocalUser& user : machine_.users)
      if (user.uid != 0)
        add_installed_of(user);
    return std::move(found_);
  }

private:
  void add_running(docker::DaemonProcess process) {
    AuditedDaemon daemon;
    daemon.origin = "process " + std::to_string(process.id) + (process.root == "/" ? "" : ", in a container");
    daemon.is_running = true;
    daemon.root = process.root;
    daemon.folder = process.folder.empty() ? files::Path("/") : process.folder;
    daemon.user = process.user;
    daemon.version = docker::program_version(process.program);
    daemon.command = join(without_secrets(process.command));
    daemon.input.arguments.assign(process.command.begin() + 1, process.command.end());
    daemon.input.environment = process.environment;
    if (process.service == service_name)
      read_units(daemon, places_of(process.user, process.root));
    if (!process.is_readable)
      daemon.unread = "only root may see its variables";
    daemon.process = std::move(process);
    complete(std::move(daemon));
  }

  [[nodiscard]] docker::UnitPlaces places_of(uid_t user, const files::Path& root) const {
    return user == 0 ? docker::system_units(root) : docker::user_units(root, home_of(machine_, user), user);
  }

  [[nodiscard]] bool runs(uid_t user) const {
    // One that was started by hand does not keep systemd from starting its own.
    std::error_code error;
    const bool has_systemd = std::filesystem::is_directory("/run/systemd/system", error);
    return std::ranges::any_of(found_, [&](const AuditedDaemon& one) {
      return one.process && one.user == user && one.root == "/" && (!has_systemd || one.process->service == service_name);
    });
  }

  void read_units(AuditedDaemon& daemon, const docker::UnitPlaces& places) {
    try {
      daemon.unit = docker::read_service(places, service_name, {});
      if (!daemon.unit && daemon.user == 0)
        daemon.unit = docker::read_init_script(places.root);
      daemon.socket = docker::read_socket(places, socket_name);
    } catch (const Error& error) {
      if (error.code() != Errc::refused) // it is masked, and so is never started
        daemon.refusal = error.what();
    }
  }

  void add_installed() {
    if (!runs(0))
      add_unit(places_of(0, machine_.root), 0, {});
  }

  void add_installed_of(const LocalUser& user) {
    const docker::UnitPlaces places = docker::user_units(machine_.root, user.home, user.uid);
    std::error_code error;
    const bool is_his = std::filesystem::exists(machine_.real(user.home / ".config/systemd/user" / service_name), error);
    if (is_his && !runs(user.uid))
      add_unit(places, user.uid, " of " + user.name);
  }

  void add_unit(const docker::UnitPlaces& places, uid_t user, const std::string& whose) {
    AuditedDaemon daemon;
    daemon.root = machine_.root;
    daemon.folder = "/";
    daemon.user = user;
    read_units(daemon, places);
    if (!daemon.unit && daemon.refusal.empty())
      return;
    daemon.origin = (daemon.unit ? daemon.unit->file.filename().string() : service_name) + whose +
                    (machine_.is_live() ? ", which does not run" : "");
    const std::vector<std::string> command = daemon.unit ? docker::start_command(*daemon.unit) : std::vector<std::string>();
    const std::string program = command.empty() ? "" : files::Path(command.front()).filename().string();
    if (daemon.refusal.empty() && program != "dockerd" && program != "dockerd-rootless.sh")
      daemon.refusal = command.empty() ? "it has not exactly one ExecStart=" : "it starts " + command.front() + ", not dockerd";
    if (!daemon.refusal.empty()) {
      daemon.findings.push_back(finding_of({"unit-not-understood", daemon.refusal}, Side::daemon));
      if (daemon.unit)
        daemon.findings.back().file = daemon.shown(daemon.unit->file).string();
      found_.push_back(std::move(daemon));
      return;
    }
    daemon.version = docker::program_version(program_below(machine_.root, command.front()));
    daemon.command = join(without_secrets(command));
    daemon.input.arguments.assign(command.begin() + 1, command.end());
    daemon.input.environment = daemon.unit->environment;
    complete(std::move(daemon));
  }

  void complete(AuditedDaemon daemon) {
    docker::DaemonInput& input = daemon.input;
    input.release = release_of(daemon.version);
    const std::string home = home_of(machine_, daemon.user);
    input.home = variable(input.environment, "HOME", home);
    if (daemon.user != 0) {
      input.standard_config = variable(input.environment, "XDG_CONFIG_HOME", input.home + "/.config") + "/docker/daemon.json";
      input.standard_host =
          "unix://" + variable(input.environment, "XDG_RUNTIME_DIR", "/run/user/" + std::to_string(daemon.user)) + "/docker.sock";
    }
    const AuditedWorld world(machine_, daemon);
    const std::string standard = docker::daemon_config_file({}, input.release);
    std::string file = docker::daemon_config_file(input.arguments, input.release);
    if (file == standard && !input.standard_config.empty())
      file = input.standard_config;
    daemon.config_file = file;
    const docker::GoRead read = docker::read_as_go(file, world.seen_from_here(file));
    if (read.contents)
      input.config = std::string(read.contents->text());
    else if (!read.is_missing)
      daemon.unread = read.error;
    predict_into(daemon, world);
    found_.push_back(std::move(daemon));
  }

  void predict_into(AuditedDaemon& daemon, const docker::World& world) {
    daemon.plan = docker::plan_daemon(daemon.input, world);
    if (!daemon.unread.empty())
      return;
    Prediction prediction = predict({.daemon = daemon.input, .client = std::nullopt, .client_user = {}}, world, machine_.now);
    if (!may_read_as(daemon.user) && prediction.daemon_error.find(": permission denied") != std::string::npos) {
      daemon.unread = prediction.daemon_error; // to us, and not to dockerd
      return;
    }
    daemon.endpoint = prediction.endpoint;
    daemon.refusal = prediction.daemon_error;
    for (Finding& finding : prediction.findings) {
      if (finding.id == "perm-world" || finding.id == "perm-ca-key") // the audit looks at files itself, and further
        continue;
      finding.file = file_of(finding, daemon);
      daemon.findings.push_back(std::move(finding));
    }
  }

  /// The file that a finding of a prediction is about, by its evidence; else the configuration.
  [[nodiscard]] std::string file_of(const Finding& finding, const AuditedDaemon& daemon) const {
    for (const std::string& file : {daemon.plan.ca, daemon.plan.certificate, daemon.plan.key})
      if (!file.empty() && finding.text.find(file) != std::string::npos)
        return file;
    if (daemon.input.config)
      return daemon.config_file.string();
    return daemon.unit ? daemon.shown(daemon.unit->file).string() : "";
  }

  const AuditedMachine& machine_;
  std::vector<AuditedDaemon> found_;
};

} // namespace

std::vector<AuditedDaemon> find_daemons(const AuditedMachine& machine) {
  return Finder(machine).find();
}

} // namespace dockpki::app
