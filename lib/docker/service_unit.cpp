#include <dockpki/docker/service_unit.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/names.hpp>

#include "docker/unit_syntax.hpp"

namespace dockpki::docker {
namespace {

constexpr std::size_t largest_file = 1U << 20U;
using Path = std::filesystem::path;

Path below(const Path& root, const Path& path) {
  return root / path.relative_path();
}

bool is_there(const Path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

/// A link to /dev/null, or an empty file, hides what other folders have under that name.
bool is_mask(const Path& path) {
  std::error_code error;
  return std::filesystem::read_symlink(path, error) == "/dev/null";
}

std::string contents(const Path& path) {
  return std::string(files::read_file(path, "unit", largest_file).text());
}

/// The drop-ins by name: of those with one name the first folder's counts.
std::vector<Path> find_drop_ins(const UnitPlaces& places, const std::string& unit, const std::string& left_out) {
  std::map<std::string, Path> found;
  for (const Path& folder : places.folders) {
    std::error_code error;
    for (auto entry = std::filesystem::directory_iterator(folder / (unit + ".d"), error); !error && entry != end(entry);
         entry.increment(error))
      if (const std::string name = entry->path().filename().string(); name.ends_with(".conf") && name != left_out)
        found.emplace(name, entry->path());
  }
  std::vector<Path> drop_ins;
  for (const auto& [name, path] : found)
    if (!is_mask(path))
      drop_ins.push_back(path);
  return drop_ins;
}

void add_file(const UnitPlaces& places, std::string name, std::map<std::string, std::string>& variables) {
  const bool may_be_missing = name.starts_with('-');
  if (may_be_missing)
    name.erase(0, 1);
  const Path path = below(places.root, name);
  if (may_be_missing && !is_there(path))
    return;
  for (auto& [key, value] : environment_lines(contents(path)))
    variables[key] = value;
}

void add_variables(const std::string& value, std::map<std::string, std::string>& variables) {
  if (value.empty())
    variables.clear();
  for (const UnitWord& word : unit_words(value))
    if (const std::size_t equals = word.text.find('='); equals != std::string::npos)
      variables[word.text.substr(0, equals)] = word.text.substr(equals + 1);
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
  UnitPlaces places{root, {below(root, home) / ".config/systemd/user"}};
  for (const char* folder : {"etc/systemd/user", "run/systemd/user", "usr/local/lib/systemd/user", "usr/lib/systemd/user"})
    places.folders.push_back(root / folder);
  return places;
}

std::optional<ServiceUnit> read_service(const UnitPlaces& places, const std::string& name, const std::string& left_out) {
  const auto folder =
      std::ranges::find_if(places.folders, [&](const Path& one) { return is_mask(one / name) || is_there(one / name); });
  if (folder == places.folders.end())
    return std::nullopt;
  ServiceUnit unit{
      .file = *folder / name, .drop_ins = find_drop_ins(places, name, left_out), .exec_start = {}, .environment = {}};
  if (is_mask(unit.file))
    throw Error(Errc::refused, "failed to read '" + unit.file.string() + "': the unit is masked",
                "systemctl unmask " + name + " lets it start again");
  std::vector<Path> sources = {unit.file};
  sources.insert(sources.end(), unit.drop_ins.begin(), unit.drop_ins.end());
  std::vector<std::string> files; // what they say goes before Environment=, wherever it stands
  for (const Path& source : sources) {
    for (const UnitLine& line : unit_lines(contents(source))) {
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
  for (const std::string& file : files)
    add_file(places, file, unit.environment);
  return unit;
}

} // namespace dockpki::docker
