#include "app/audited_machine.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace dockpki::app {
namespace {

using Fields = std::vector<std::string>;

/// The lines of passwd(5) or group(5), split at their colons.
std::vector<Fields> table_of(const files::Path& root, const char* file) {
  const std::string path = files::way_below(root, file).target;
  const docker::GoRead read = docker::read_as_go(file, path);
  std::istringstream lines(read.contents ? std::string(read.contents->text()) : std::string());
  std::vector<Fields> table;
  for (std::string line; std::getline(lines, line);) {
    Fields fields;
    std::istringstream parts(line);
    for (std::string part; std::getline(parts, part, ':');)
      fields.push_back(std::move(part));
    table.push_back(std::move(fields));
  }
  return table;
}

std::optional<unsigned> number(const std::string& text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// The first name with this number in the third field.
std::string name_of(const files::Path& root, const char* file, unsigned id) {
  for (const Fields& fields : table_of(root, file))
    if (fields.size() > 2 && number(fields[2]) == id)
      return fields[0];
  return std::to_string(id);
}

bool may_log_in(const std::string& shell) {
  constexpr std::array none = {"nologin", "false", "sync", "halt", "shutdown"};
  const std::string name = files::Path(shell).filename().string();
  return std::ranges::find(none, name) == none.end();
}

std::string hosts_of(const files::Path& root) {
  const docker::GoRead read = docker::read_as_go("/etc/hosts", files::way_below(root, "/etc/hosts").target.string());
  return read.contents ? std::string(read.contents->text()) : std::string();
}

/// Made anew at each start of the machine.
bool is_volatile(const std::string& path) {
  return path == "/run" || path == "/var/run" || path.starts_with("/run/") || path.starts_with("/var/run/");
}

} // namespace

std::string octal(mode_t mode) {
  std::string digits = "0000";
  for (std::size_t i = digits.size(); i-- > 0; mode >>= 3U)
    digits[i] = static_cast<char>('0' + (mode & 7U));
  return digits;
}

files::Path AuditedMachine::shown(const files::Path& path) const {
  return is_live() ? path : "/" / path.lexically_relative(root);
}

std::vector<LocalUser> users_of(const files::Path& root) {
  std::vector<LocalUser> users;
  for (const Fields& fields : table_of(root, "/etc/passwd")) {
    const auto uid = fields.size() > 5 ? number(fields[2]) : std::nullopt;
    const auto gid = fields.size() > 5 ? number(fields[3]) : std::nullopt;
    if (!uid || !gid)
      continue;
    std::error_code error;
    const auto has = [&](const char* name) { // a service may have keys, and no shell
      return std::filesystem::is_directory(files::way_below(root, files::Path(fields[5]) / name).target, error);
    };
    const bool counts = *uid == 0 || may_log_in(fields.size() > 6 ? fields[6] : "") || has(".docker") || has(".dockpki");
    if (counts && has(""))
      users.push_back({.name = fields[0], .uid = *uid, .gid = *gid, .home = fields[5]});
  }
  return users;
}

std::string user_name(const files::Path& root, uid_t user) {
  return name_of(root, "/etc/passwd", user);
}

std::string group_name(const files::Path& root, gid_t group) {
  return name_of(root, "/etc/group", group);
}

std::optional<gid_t> group_number(const files::Path& root, const std::string& name) {
  for (const Fields& fields : table_of(root, "/etc/group"))
    if (fields.size() > 2 && fields[0] == name)
      return number(fields[2]);
  return number(name);
}

std::string describe(const files::Standing& standing, const files::Path& root) {
  return user_name(root, standing.user) + ':' + group_name(root, standing.group) + ' ' + octal(standing.permissions());
}

AuditedWorld::AuditedWorld(const AuditedMachine& machine, const AuditedDaemon& daemon)
    : machine_(machine), daemon_(daemon), names_(hosts_of(daemon.root)) {}

std::vector<std::string> AuditedWorld::resolve(const std::string& name) const {
  std::vector<std::string> found = names_.resolve(name);
  if (found.empty())
    found.push_back(name);
  return found;
}

bool AuditedWorld::is_local(const std::string& address) const {
  if (!machine_.is_live() || daemon_.is_running)
    return true;
  const bool is_a_name = address.find_first_not_of("0123456789abcdefABCDEF.:") != std::string::npos;
  return is_a_name || ThisMachine().is_local(address);
}

bool AuditedWorld::has_socket_activation() const {
  return daemon_.is_running || daemon_.socket;
}

std::vector<std::string> AuditedWorld::activated_ports() const {
  std::vector<std::string> ports;
  if (!daemon_.socket)
    return ports;
  for (const std::string& stream : daemon_.socket->streams) {
    if (number(stream))
      ports.push_back("[::]:" + stream);
    else if (!stream.starts_with('/') && !stream.starts_with('@') && !stream.starts_with("vsock:"))
      ports.push_back(stream);
  }
  return ports;
}

std::string AuditedWorld::seen_from_here(const std::string& path) const {
  if (path.empty())
    return path;
  return files::way_below(daemon_.root, daemon_.folder / path).target.string();
}

bool AuditedWorld::has_folder(const std::string& path) const {
  return daemon_.is_running || is_volatile(path) || World::has_folder(path);
}

} // namespace dockpki::app
