#include <dockpki/docker/daemons.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

namespace dockpki::docker {
namespace {

namespace fs = std::filesystem;

/// What a file of /proc holds: its size is not known beforehand. None if it cannot be read.
std::optional<std::string> contents(const fs::path& path) {
  constexpr std::size_t most = 4U << 20U; // the kernel lets command line and variables be as large as that
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return std::nullopt;
  std::string text(1U << 12U, '\0');
  std::size_t have = 0;
  while (file.read(text.data() + have, static_cast<std::streamsize>(text.size() - have)) && text.size() < most) {
    have = text.size();
    text.resize(2 * text.size());
  }
  text.resize(have + static_cast<std::size_t>(file.gcount()));
  return text;
}

/// Texts of which each is ended by a zero octet.
std::vector<std::string> texts(std::string_view all) {
  std::vector<std::string> found;
  for (std::size_t end = all.find('\0'); end != std::string_view::npos; end = all.find('\0')) {
    found.emplace_back(all.substr(0, end));
    all.remove_prefix(end + 1);
  }
  return found;
}

Environment variables(const std::string& all) {
  Environment environment;
  for (const std::string& line : texts(all))
    if (const std::size_t equals = line.find('='); equals != std::string::npos && equals > 0)
      environment.emplace(line.substr(0, equals), line.substr(equals + 1));
  return environment;
}

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// When the machine was started: "btime 1700000000" in /proc/stat.
TimePoint boot_time(const fs::path& processes) {
  std::istringstream lines(contents(processes / "stat").value_or(""));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("btime "))
      return TimePoint(Seconds(number<long long>(std::string_view(line).substr(6))));
  return {};
}

/// The 22nd field of proc_pid_stat(5), in ticks since the machine was started. The name in the second may hold anything.
Seconds since_boot(const std::string& stat) {
  std::istringstream fields(stat.substr(std::min(stat.rfind(')') + 1, stat.size())));
  std::string field;
  for (int i = 3; i <= 22; ++i)
    fields >> field;
  return Seconds(number<long long>(field) / ::sysconf(_SC_CLK_TCK));
}

/// The effective one of "Uid:\t1000\t1000\t1000\t1000" in proc_pid_status(5).
uid_t user_of(const std::string& status) {
  const std::size_t line = status.find("\nUid:");
  std::istringstream ids(line == std::string::npos ? "" : status.substr(line + 5));
  uid_t real = 0;
  uid_t effective = 0;
  ids >> real >> effective;
  return effective;
}

/// The innermost service in "0::/system.slice/docker.service".
std::string service_of(const std::string& groups) {
  std::string service;
  std::istringstream lines(groups);
  for (std::string line; std::getline(lines, line);)
    for (const fs::path& part : fs::path(line.substr(line.rfind(':') + 1)))
      if (part.extension() == ".service")
        service = part.string();
  return service;
}

/// Does it see the files that we see? With the same root, other things may be mounted over them.
bool sees_our_files(const fs::path& process) {
  struct stat theirs {};
  struct stat ours {};
  const bool is_our_root = ::stat((process / "root").c_str(), &theirs) != 0 || ::stat("/", &ours) != 0 ||
                           (theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino);
  std::error_code error;
  const fs::path mounts = fs::read_symlink(process / "ns/mnt", error);
  return is_our_root && (error || mounts == fs::read_symlink("/proc/self/ns/mnt", error));
}

std::optional<DaemonProcess> read_process(const fs::path& folder, const TimePoint& boot) {
  DaemonProcess process;
  process.command = texts(contents(folder / "cmdline").value_or(""));
  if (process.command.empty() || fs::path(process.command.front()).filename() != "dockerd")
    return std::nullopt;
  process.id = number<pid_t>(folder.filename().string());
  process.user = user_of(contents(folder / "status").value_or(""));
  process.service = service_of(contents(folder / "cgroup").value_or(""));
  process.started = boot + since_boot(contents(folder / "stat").value_or(""));
  const std::optional<std::string> environment = contents(folder / "environ");
  process.is_readable = environment.has_value();
  process.environment = variables(environment.value_or(""));
  process.root = sees_our_files(folder) ? fs::path("/") : folder / "root";
  std::error_code error;
  process.folder = fs::read_symlink(folder / "cwd", error);
  process.program = folder / "exe";
  process.is_outdated = fs::read_symlink(process.program, error).string().ends_with(" (deleted)");
  return process;
}

} // namespace

std::vector<DaemonProcess> daemon_processes(const fs::path& processes) {
  const TimePoint boot = boot_time(processes);
  std::vector<DaemonProcess> found;
  std::error_code error;
  for (auto entry = fs::directory_iterator(processes, error); !error && entry != end(entry); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }))
      continue;
    if (std::optional<DaemonProcess> process = read_process(entry->path(), boot))
      found.push_back(std::move(*process));
  }
  std::ranges::sort(found, {}, [](const DaemonProcess& one) { return std::pair(one.started, one.id); });
  return found;
}

} // namespace dockpki::docker
