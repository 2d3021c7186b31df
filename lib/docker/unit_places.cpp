#include "docker/unit_places.hpp"

#include <dockpki/base/error.hpp>
#include <dockpki/files/below.hpp>

namespace dockpki::docker {
namespace {

using Path = std::filesystem::path;

Path below(const Path& root, const Path& path) {
  return root / path.relative_path();
}

/// "docker.service.d"; and "a-.service.d" for a-b.service.
std::vector<std::string> drop_in_folders(const std::string& unit) {
  const std::string suffix = Path(unit).extension().string();
  std::vector<std::string> folders = {unit + ".d"};
  std::string stem = unit.substr(0, unit.size() - suffix.size());
  while (stem.ends_with('-'))
    stem.pop_back();
  for (std::size_t dash = stem.rfind('-'); dash != std::string::npos && dash > 0; dash = stem.rfind('-', dash - 1))
    folders.push_back(stem.substr(0, dash + 1) + suffix + ".d");
  return folders;
}

/// What cannot be read may say anything: it must not count as if it were not there.
void refuse_unread(const std::error_code& error, const Path& path) {
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
    throw Error(error == std::errc::permission_denied ? Errc::permission : Errc::io,
                "failed to read '" + path.string() + "': " + error.message());
}

void add_drop_ins(const UnitPlaces& places, const Path& folder, const std::string& left_out, std::map<std::string, Path>& found) {
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(target_of(places, folder), error); !error && entry != end(entry);
       entry.increment(error))
    if (const std::string name = entry->path().filename().string(); name.ends_with(".conf") && name != left_out)
      found.emplace(name, entry->path());
  refuse_unread(error, folder);
}

} // namespace

Path target_of(const UnitPlaces& places, const Path& path) {
  return files::way_below(places.root, path.lexically_relative(places.root)).target;
}

bool is_there(const UnitPlaces& places, const Path& path) {
  std::error_code error;
  const bool exists = std::filesystem::exists(target_of(places, path), error);
  refuse_unread(error, path);
  return exists;
}

bool is_mask(const UnitPlaces& places, const Path& path) {
  std::error_code error;
  if (std::filesystem::read_symlink(path, error).lexically_normal() == "/dev/null")
    return true;
  const Path target = target_of(places, path);
  return std::filesystem::is_regular_file(target, error) && std::filesystem::file_size(target, error) == 0 && !error;
}

std::vector<Path> find_drop_ins(const UnitPlaces& places, const std::vector<std::string>& names, const std::string& left_out) {
  std::map<std::string, Path> found;
  for (const std::string& name : names)
    for (const Path& folder : places.folders)
      for (const std::string& drop_ins : drop_in_folders(name))
        add_drop_ins(places, folder / drop_ins, left_out, found);
  for (const Path& folder : places.folders)
    add_drop_ins(places, folder / (Path(names.front()).extension().string().substr(1) + ".d"), left_out, found);
  std::vector<Path> drop_ins;
  for (const auto& [name, path] : found)
    if (!is_mask(places, path))
      drop_ins.push_back(path);
  return drop_ins;
}

UnitPlaces system_units(const Path& root) {
  UnitPlaces places{.root = root,
                    .folders = {},
                    .specifiers = {{'h', "/root"},
                                   {'t', "/run"},
                                   {'u', "root"},
                                   {'U', "0"},
                                   {'g', "root"},
                                   {'G', "0"},
                                   {'S', "/var/lib"},
                                   {'C', "/var/cache"},
                                   {'L', "/var/log"},
                                   {'E', "/etc"},
                                   {'T', "/tmp"},
                                   {'V', "/var/tmp"}},
                    .inherited = {}};
  for (const char* folder :
       {"etc/systemd/system.control", "run/systemd/system.control", "run/systemd/transient", "run/systemd/generator.early",
        "etc/systemd/system", "etc/systemd/system.attached", "run/systemd/system", "run/systemd/system.attached",
        "run/systemd/generator", "usr/local/lib/systemd/system", "lib/systemd/system", "usr/lib/systemd/system",
        "run/systemd/generator.late"})
    places.folders.push_back(root / folder);
  return places;
}

UnitPlaces user_units(const Path& root, const Path& home, uid_t number) {
  const std::string user = std::to_string(number);
  const Path runtime = "/run/user/" + user;
  UnitPlaces places{.root = root,
                    .folders = {},
                    .specifiers = {{'h', home.string()},
                                   {'t', runtime.string()},
                                   {'U', user},
                                   {'C', home / ".cache"},
                                   {'E', home / ".config"},
                                   {'T', "/tmp"},
                                   {'V', "/var/tmp"}},
                    .inherited = {{"HOME", home.string()}, {"XDG_RUNTIME_DIR", runtime.string()}}};
  for (const Path& folder :
       {home / ".config/systemd/user.control", runtime / "systemd/user.control", runtime / "systemd/transient",
        runtime / "systemd/generator.early", home / ".config/systemd/user", Path("etc/xdg/systemd/user"),
        Path("etc/systemd/user"), runtime / "systemd/user", Path("run/systemd/user"), runtime / "systemd/generator",
        home / ".local/share/systemd/user", Path("usr/local/share/systemd/user"), Path("usr/share/systemd/user"),
        Path("usr/local/lib/systemd/user"), Path("usr/lib/systemd/user"), runtime / "systemd/generator.late"})
    places.folders.push_back(below(root, folder));
  return places;
}

} // namespace dockpki::docker
