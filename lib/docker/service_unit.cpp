#include <dockpki/docker/service_unit.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/daemons.hpp>
#include <dockpki/files/below.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/names.hpp>

#include "docker/unit_syntax.hpp"

namespace dockpki::docker {
namespace {

constexpr std::size_t largest_file = 1U << 20U;
using Path = std::filesystem::path;

/// Where a path below the root leads, by links as the machine itself has them.
Path target(const UnitPlaces& places, const Path& path) {
  return files::way_below(places.root, path.lexically_relative(places.root)).target;
}

bool is_there(const UnitPlaces& places, const Path& path) {
  std::error_code error;
  return std::filesystem::exists(target(places, path), error);
}

/// A link to /dev/null, or an empty file, hides what other folders have under that name.
bool is_mask(const Path& path) {
  std::error_code error;
  return std::filesystem::read_symlink(path, error) == "/dev/null";
}

std::string contents(const UnitPlaces& places, const Path& path) {
  return std::string(files::read_file(target(places, path), "unit", largest_file).text());
}

/// The drop-ins by name: of those with one name the first folder's counts.
std::vector<Path> find_drop_ins(const UnitPlaces& places, const std::string& unit, const std::string& left_out) {
  std::map<std::string, Path> found;
  for (const Path& folder : places.folders) {
    std::error_code error;
    for (auto entry = std::filesystem::directory_iterator(target(places, folder / (unit + ".d")), error);
         !error && entry != end(entry); entry.increment(error))
      if (const std::string name = entry->path().filename().string(); name.ends_with(".conf") && name != left_out)
        found.emplace(name, entry->path());
  }
  std::vector<Path> drop_ins;
  for (const auto& [name, path] : found)
    if (!is_mask(path))
      drop_ins.push_back(path);
  return drop_ins;
}

void add_file(const UnitPlaces& places, std::string name, ServiceUnit& unit) {
  const bool may_be_missing = name.starts_with('-');
  if (may_be_missing)
    name.erase(0, 1);
  const Path path = places.root / Path(name).relative_path();
  if (may_be_missing && !is_there(places, path))
    return;
  for (auto& [key, value] : environment_lines(contents(places, path)))
    unit.environment[key] = value;
  unit.environment_files.push_back(path);
}

void add_variables(const std::string& value, std::map<std::string, std::string>& variables) {
  if (value.empty())
    variables.clear();
  for (const UnitWord& word : unit_words(value))
    if (const std::size_t equals = word.text.find('='); equals != std::string::npos)
      variables[word.text.substr(0, equals)] = word.text.substr(equals + 1);
}

/// The file that counts. Throws Errc::refused if it hides the unit.
std::optional<Path> find_unit(const UnitPlaces& places, const std::string& name) {
  const auto folder =
      std::ranges::find_if(places.folders, [&](const Path& one) { return is_mask(one / name) || is_there(places, one / name); });
  if (folder == places.folders.end())
    return std::nullopt;
  Path file = *folder / name;
  if (is_mask(file))
    throw Error(Errc::refused, "failed to read '" + file.string() + "': the unit is masked",
                "systemctl unmask " + name + " lets it start again");
  return file;
}

} // namespace

UnitPlaces system_units(const Path& root) {
  UnitPlaces places{root, {}};
  for (const char* folder : {"etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "lib/systemd/system",
                             "usr/lib/systemd/system"})
    places.folders.push_back(root / folder);
  return places;
}

UnitPlaces user_units(const Path& root, const Path& home) {
  UnitPlaces places{root, {root / home.relative_path() / ".config/systemd/user"}};
  for (const char* folder : {"etc/systemd/user", "run/systemd/user", "usr/local/lib/systemd/user", "usr/lib/systemd/user"})
    places.folders.push_back(root / folder);
  return places;
}

std::optional<ServiceUnit> read_service(const UnitPlaces& places, const std::string& name, const std::string& left_out) {
  const std::optional<Path> file = find_unit(places, name);
  if (!file)
    return std::nullopt;
  ServiceUnit unit{.file = *file, .drop_ins = find_drop_ins(places, name, left_out), .exec_start = {}, .environment = {}};
  std::vector<Path> sources = {unit.file};
  sources.insert(sources.end(), unit.drop_ins.begin(), unit.drop_ins.end());
  std::vector<std::string> files; // what they say goes before Environment=, wherever it stands
  for (const Path& source : sources) {
    for (const UnitLine& line : unit_lines(contents(places, source))) {
      if (line.section != "Service")
        continue;
      if (line.key == "ExecStart") {
        if (line.value.empty())
          unit.exec_start.clear();
        else
          unit.exec_start.push_back(line.value);
      } else if (line.key == "Environment") {
        add_variables(line.value, unit.environment);
      } else if (line.key == "EnvironmentFile") {
        if (line.value.empty())
          files.clear();
        else
          files.push_back(line.value);
      }
    }
  }
  for (const std::string& name_of_file : files)
    add_file(places, name_of_file, unit);
  return unit;
}

std::optional<SocketUnit> read_socket(const UnitPlaces& places, const std::string& name) {
  const std::optional<Path> file = find_unit(places, name);
  if (!file)
    return std::nullopt;
  SocketUnit unit{.file = *file, .drop_ins = find_drop_ins(places, name, {}), .streams = {}};
  std::vector<Path> sources = {unit.file};
  sources.insert(sources.end(), unit.drop_ins.begin(), unit.drop_ins.end());
  for (const Path& source : sources)
    for (const UnitLine& line : unit_lines(contents(places, source))) {
      if (line.section != "Socket" || line.key != "ListenStream")
        continue;
      if (line.value.empty())
        unit.streams.clear();
      else
        unit.streams.push_back(line.value);
    }
  return unit;
}

std::optional<ServiceUnit> read_init_script(const Path& root) {
  const UnitPlaces places{root, {}};
  ServiceUnit unit{.file = root / "etc/init.d/docker", .drop_ins = {}, .exec_start = {}, .environment = {}};
  if (!is_there(places, unit.file))
    return std::nullopt;
  add_file(places, "-/etc/default/docker", unit);
  unit.exec_start.emplace_back("dockerd $DOCKER_OPTS");
  return unit;
}

} // namespace dockpki::docker
