// Why: what is to be renewed next year must not hang on somebody's memory. A systemd timer, or a line for cron, does it daily.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>

namespace dockpki::app {

enum class Manager {
  system, ///< units of the system: dockpki is run as root
  user    ///< units of the user who runs dockpki
};

struct ScheduleOptions {
  files::Path program; ///< dockpki itself, absolute
  std::optional<files::Path> passphrase_file;
  std::optional<std::string> hook;
  std::vector<std::string> restart; ///< more options for renew, word by word
  std::string calendar = "daily";   ///< as systemd.time(7) has it
  Manager manager = Manager::system;
};

/// Unit is a systemd unit.
struct Unit {
  std::string name; ///< "dockpki-renew.timer"
  std::string text;
};

struct Schedule {
  std::vector<Unit> units;
  std::string cron; ///< one line for crontab(1), which does the same where there is no systemd
};

/// make_schedule gives units and line that run `dockpki renew` on this home. Throws Errc::usage if an authority's key has a
/// passphrase and no file with it is named, or a path or hook cannot stand in a unit; Errc::not_found without a home.
Schedule make_schedule(const Context& context, const ScheduleOptions& options);

/// unit_folder gives where the manager looks: /etc/systemd/system, or systemd/user in the user's configuration.
files::Path unit_folder(Manager manager, const Context& context);

/// install_units writes `units` into `folder`, 0644. Throws Errc::already_exists for a unit of that name that dockpki did not
/// write.
std::vector<files::Path> install_units(const files::Path& folder, const std::vector<Unit>& units);

} // namespace dockpki::app
