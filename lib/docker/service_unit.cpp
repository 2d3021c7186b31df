#include <dockpki/docker/service_unit.hpp>

#include <algorithm>
#include <cerrno>

#include <glob.h>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/daemons.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/names.hpp>

#include "docker/unit_places.hpp"
#include "docker/unit_syntax.hpp"

namespace dockpki::docker {
namespace {

constexpr std::size_t largest_file = 1U << 20U;
using Path = std::filesystem::path;
using Variables = std::map<std::string, std::string>;

std::string contents(const UnitPlaces& places, const Path& path) {
  return std::string(files::read_file(target_of(places, path), "unit", largest_file).text());
}

/// The files that a pattern names, in the order of their names; the pattern itself if there are none.
std::vector<Path> files_of(const Path& root, const std::string& pattern) {
  std::string whole;
  for (const char c : root.string())
    whole += std::string_view("*?[]\\").find(c) == std::string_view::npos ? std::string(1, c) : std::string{'\\', c};
  ::glob_t found{};
  std::vector<Path> files;
  const auto is_fatal = [](const char*, int error) { return error == ENOENT || error == ENOTDIR ? 0 : 1; };
  const int failed = ::glob((Path(whole) / Path(pattern).relative_path()).c_str(), 0, is_fatal, &found);
  if (failed == 0)
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (failed != 0 && failed != GLOB_NOMATCH)
    throw Error(Errc::io, "failed to read the files '" + pattern + "' of the environment");
  return files.empty() ? std::vector{root / Path(pattern).relative_path()} : files;
}

void add_files(const UnitPlaces& places, std::string pattern, ServiceUnit& unit) {
  const bool may_be_missing = pattern.starts_with('-');
  if (may_be_missing)
    pattern.erase(0, 1);
  if (!pattern.starts_with('/'))
    return; // systemd leaves it out
  for (const Path& file : files_of(places.root, pattern)) {
    if (may_be_missing && !is_there(places, file))
      continue;
    for (auto& [key, value] : environment_lines(contents(places, file)))
      unit.environment[key] = value;
    unit.environment_files.push_back(file);
  }
}

/// %n and the like, of a unit called `name`.
Specifiers specifiers_of(const UnitPlaces& places, const std::string& name, const Path& file) {
  Specifiers specifiers = places.specifiers;
  const std::string prefix = Path(name).stem().string();
  const Path shown = "/" / file.lexically_relative(places.root);
  specifiers.insert({{'n', name},
                     {'N', prefix},
                     {'p', prefix},
                     {'P', prefix},
                     {'i', ""},
                     {'I', ""},
                     {'f', '/' + prefix},
                     {'y', shown.string()},
                     {'Y', shown.parent_path().string()}});
  specifiers['j'] = specifiers['J'] = prefix.substr(prefix.rfind('-') + 1);
  return specifiers;
}

/// What the settings of a service say, one after the other.
class Settings {
public:
  Settings(const UnitPlaces& places, ServiceUnit& unit) : places_(places), unit_(unit) {}

  void add(const UnitLine& line) {
    if (line.key == "ExecStart")
      line.value.empty() ? unit_.exec_start.clear() : unit_.exec_start.push_back(line.value);
    else if (line.key == "Environment")
      line.value.empty() ? variables_.clear() : add_variables(line.value);
    else if (line.key == "EnvironmentFile")
      line.value.empty() ? files_.clear() : files_.push_back(with_specifiers(line.value, unit_.specifiers));
  }

  /// The files last: what they say goes before Environment=, wherever it stands.
  void finish() {
    unit_.environment = std::move(variables_);
    for (const std::string& file : files_)
      add_files(places_, file, unit_);
  }

private:
  void add_variables(const std::string& value) {
    for (const UnitWord& word : unit_words(value)) {
      if (word.is_open || word.is_odd)
        return; // and with it what stands behind
      const std::string text = with_specifiers(word.text, unit_.specifiers);
      if (const std::size_t equals = text.find('='); equals != std::string::npos && is_variable_name(text.substr(0, equals)))
        variables_[text.substr(0, equals)] = text.substr(equals + 1);
    }
  }

  const UnitPlaces& places_;
  ServiceUnit& unit_;
  Variables variables_;
  std::vector<std::string> files_;
};

/// The file that counts. Throws Errc::refused if it hides the unit.
std::optional<Path> find_unit(const UnitPlaces& places, const std::string& name) {
  const auto folder = std::ranges::find_if(
      places.folders, [&](const Path& one) { return is_mask(places, one / name) || is_there(places, one / name); });
  if (folder == places.folders.end())
    return std::nullopt;
  Path file = *folder / name;
  if (is_mask(places, file))
    throw Error(Errc::refused, "failed to read '" + file.string() + "': the unit is masked",
                "systemctl unmask " + name + " lets it start again");
  return file;
}

/// The unit's own name first; then the one by which it was found, if that is an alias.
std::vector<std::string> names_of(const UnitPlaces& places, const Path& file) {
  std::vector<std::string> names = {file.filename().string()};
  const Path own = target_of(places, file).filename();
  if (own != names.front() && own.extension() == file.extension())
    names.insert(names.begin(), own.string());
  return names;
}

/// The settings of one section, of the file and its drop-ins.
std::vector<UnitLine> settings_of(const UnitPlaces& places, const Path& file, const std::vector<Path>& drop_ins,
                                  std::string_view section) {
  std::vector<Path> sources = {file};
  sources.insert(sources.end(), drop_ins.begin(), drop_ins.end());
  std::vector<UnitLine> settings;
  for (const Path& source : sources)
    std::ranges::copy_if(unit_lines(contents(places, source)), std::back_inserter(settings),
                         [&](const UnitLine& line) { return line.section == section; });
  return settings;
}

} // namespace

std::optional<ServiceUnit> read_service(const UnitPlaces& places, const std::string& name, const std::string& left_out) {
  const std::optional<Path> file = find_unit(places, name);
  if (!file)
    return std::nullopt;
  const std::vector<std::string> names = names_of(places, *file);
  ServiceUnit unit{.file = *file,
                   .drop_ins = find_drop_ins(places, names, left_out),
                   .exec_start = {},
                   .environment = {},
                   .inherited = places.inherited,
                   .specifiers = specifiers_of(places, names.front(), *file)};
  Settings settings(places, unit);
  for (const UnitLine& line : settings_of(places, unit.file, unit.drop_ins, "Service"))
    settings.add(line);
  settings.finish();
  return unit;
}

std::optional<SocketUnit> read_socket(const UnitPlaces& places, const std::string& name) {
  const std::optional<Path> file = find_unit(places, name);
  if (!file)
    return std::nullopt;
  const std::vector<std::string> names = names_of(places, *file);
  SocketUnit unit{.file = *file, .drop_ins = find_drop_ins(places, names, {}), .streams = {}};
  const Specifiers specifiers = specifiers_of(places, names.front(), *file);
  for (const UnitLine& line : settings_of(places, unit.file, unit.drop_ins, "Socket")) {
    if (line.key != "ListenStream")
      continue;
    if (line.value.empty())
      unit.streams.clear();
    else
      unit.streams.push_back(with_specifiers(line.value, specifiers));
  }
  return unit;
}

std::optional<ServiceUnit> read_init_script(const Path& root) {
  const UnitPlaces places{.root = root, .folders = {}, .specifiers = {}, .inherited = {}};
  ServiceUnit unit{
      .file = root / "etc/init.d/docker", .drop_ins = {}, .exec_start = {}, .environment = {}, .inherited = {}, .specifiers = {}};
  if (!is_there(places, unit.file))
    return std::nullopt;
  add_files(places, "-/etc/default/docker", unit);
  unit.exec_start.emplace_back("dockerd $DOCKER_OPTS");
  return unit;
}

} // namespace dockpki::docker
