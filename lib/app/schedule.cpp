#include <dockpki/app/schedule.hpp>

#include <algorithm>
#include <array>
#include <set>

#include <dockpki/base/error.hpp>

#include "app/authority_files.hpp"
#include "app/fill_in.hpp"
#include "app/order.hpp"
#include "app/templates.hpp"

namespace dockpki::app {
namespace {

using kainjow::mustache::data;

constexpr std::string_view mark = "# Written by dockpki schedule";
constexpr mode_t unit_mode = 0644;

/// Neither systemd nor cron has a way to write a control character.
void refuse_control_characters(const std::string& word) {
  if (std::ranges::any_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    throw Error(Errc::usage, "failed to schedule: '" + x509::printable(word) + "' holds a control character");
}

/// A word of a command line in a unit (systemd.syntax(7), systemd.service(5)).
std::string for_unit(const std::string& word) {
  refuse_control_characters(word);
  std::string text = "\"";
  for (const char c : word) {
    if (c == '%' || c == '$')
      text += c;
    else if (c == '"' || c == '\\')
      text += '\\';
    text += c;
  }
  return text + '"';
}

/// A path in a setting of a unit that takes one, to its line's end: no quotes, but specifiers.
std::string path_for_unit(const files::Path& path) {
  refuse_control_characters(path.string());
  if (path.string().ends_with('\\'))
    throw Error(Errc::usage, "failed to schedule: '" + path.string() + "' ends with '\\', which joins lines in a unit");
  std::string text;
  for (const char c : path.string()) {
    if (c == '%')
      text += c;
    text += c;
  }
  return text;
}

/// A word of a command line of cron: the shell's quotes, and '%' is cron's own (crontab(5)).
std::string for_cron(const std::string& word) {
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'')
      text += "'\\'";
    else if (c == '%')
      text += '\\';
    text += c;
  }
  return text + '\'';
}

std::vector<std::string> command_words(const Context& context, const ScheduleOptions& options) {
  std::vector<std::string> words = {options.program.string(), "--home", context.home.root().string(), "renew"};
  if (options.hook) {
    words.emplace_back("--hook");
    words.push_back(*options.hook);
  }
  words.insert(words.end(), options.restart.begin(), options.restart.end());
  return words;
}

bool needs_passphrase(const Context& context, store::Inventory& inventory) {
  return std::ranges::any_of(inventory.authorities(), [&](const store::AuthorityRecord& authority) {
    return authority.state == store::AuthorityState::active &&
           x509::describe_encryption(read_key_file(context.home, authority.name).bytes()).has_value();
  });
}

/// One of a list of paths, which are parted by blanks: quoted.
std::string listed_path(const std::string& path) {
  std::string text = "\"-";
  for (const char c : path) {
    if (c == '%')
      text += c;
    else if (c == '"' || c == '\\')
      text += '\\';
    text += c;
  }
  return text + '"';
}

/// The folders below /etc and /usr where the home or sets lie: ProtectSystem makes all others there read-only.
data writable_paths(const store::Home& home, store::Inventory& inventory) {
  std::set<std::string> paths;
  const auto add = [&](const files::Path& path) {
    std::error_code error;
    const std::string real = std::filesystem::weakly_canonical(path, error).string();
    for (const char* protected_folder : {"/etc/", "/usr/", "/boot/"})
      if (!error && real.starts_with(protected_folder))
        paths.insert(real);
  };
  add(home.root());
  for (const store::PlacementRecord& placement : inventory.placements())
    add(files::Path(placement.folder).parent_path()); // a folder is exchanged in its parent
  data list{data::type::list};
  for (const std::string& path : paths) {
    refuse_control_characters(path);
    list << data{"path", listed_path(path)};
  }
  return list;
}

template <class Quote>
std::string joined(const std::vector<std::string>& words, Quote quote) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + quote(word);
  return text;
}

} // namespace

Schedule make_schedule(const Context& context, const ScheduleOptions& options) {
  context.home.check();
  store::ReadSession session(context.home);
  if (!options.passphrase_file && needs_passphrase(context, session.inventory()))
    throw Error(Errc::usage, "failed to schedule: the authority's key has a passphrase, and a timer cannot type it",
                "put it into a file that only you can read, and name it: --passphrase-file F");
  refuse_control_characters(options.calendar);
  if (options.calendar.empty())
    throw Error(Errc::usage, "failed to schedule: the calendar is empty", "'daily', or as systemd.time(7) has it");
  std::vector<std::string> words = command_words(context, options);
  data values;
  values.set("home_text", path_for_unit(context.home.root()));
  values.set("command", joined(words, &for_unit));
  values.set("calendar", options.calendar);
  values.set("system", options.manager == Manager::system);
  values.set("writable", writable_paths(context.home, session.inventory()));
  if (options.passphrase_file) {
    const files::Path file = absolute_folder(context, *options.passphrase_file);
    values.set("credential", path_for_unit(file));
    words.insert(words.begin() + 1, {"--passphrase-file", file.string()});
  }
  return {.units = {{"dockpki-renew.service", fill_in(templates::renew_service, values)},
                    {"dockpki-renew.timer", fill_in(templates::renew_timer, values)}},
          .cron = "17 4 * * * " + joined(words, &for_cron)};
}

files::Path unit_folder(Manager manager, const Context& context) {
  return manager == Manager::system ? files::Path("/etc/systemd/system") : context.caller.docker.home / ".config/systemd/user";
}

std::vector<files::Path> install_units(const files::Path& folder, const std::vector<Unit>& units) {
  constexpr std::size_t largest_unit = 1U << 20U;
  std::vector<files::Path> written;
  for (const Unit& unit : units) {
    const files::Path path = folder / unit.name;
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error)) &&
        !files::read_file(path, "unit", largest_unit, files::Symlinks::refused).text().starts_with(mark))
      throw Error(Errc::already_exists, "failed to write '" + path.string() + "': a unit stands there that dockpki did not write",
                  "look at it, and remove it if it is not needed");
  }
  files::make_private_folder(folder);
  for (const Unit& unit : units) {
    written.push_back(folder / unit.name);
    files::write_file(written.back(), bytes_of(unit.text), unit_mode, files::Overwrite::yes);
  }
  return written;
}

} // namespace dockpki::app
