// Why: dockerd does not start if it is told the same thing by its command line and by daemon.json. What its command line says is
// in the unit that is really installed, with its drop-ins, and in the files that those name.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace dockpki::docker {

/// UnitPlaces is where a systemd looks for units: folders in the order in which it prefers them, below `root`.
struct UnitPlaces {
  std::filesystem::path root; ///< "/", or that of an image
  std::vector<std::filesystem::path> folders;
  std::map<char, std::string> specifiers;       ///< what stands for %h and the like in every unit, by the letter
  std::map<std::string, std::string> inherited; ///< variables that services have of this systemd itself
};
UnitPlaces system_units(const std::filesystem::path& root);
/// Of the user `number`, whose home folder is `home`, below `root`.
UnitPlaces user_units(const std::filesystem::path& root, const std::filesystem::path& home, uid_t number);

/// ServiceUnit is what matters here of a service, its drop-ins applied.
struct ServiceUnit {
  std::filesystem::path file;                             ///< below the root
  std::vector<std::filesystem::path> drop_ins;            ///< in the order in which they apply
  std::vector<std::string> exec_start;                    ///< each ExecStart= in force, as it is written, lines joined
  std::map<std::string, std::string> environment;         ///< Environment= and what EnvironmentFile= names
  std::map<std::string, std::string> inherited;           ///< variables where `environment` has none of that name
  std::map<char, std::string> specifiers;                 ///< what stands for %h and the like in exec_start, by the letter
  std::vector<std::filesystem::path> environment_files{}; ///< that are there, below the root
};

/// read_service reads `name` ("docker.service") and its drop-ins, but not one that is called `left_out`: of the unit's own folder
/// (also under the name of which `name` is an alias), of the prefixes of its name, and of service.d. Specifiers that only the
/// running machine could tell (%H, %m) stay as they are. None if it is not installed. Throws Errc::refused for a unit that is
/// masked, Errc::not_found for an EnvironmentFile= that must be there and is not, Errc::invalid_input for a file larger than 1
/// MiB or one that is no file, Errc::permission, Errc::io.
std::optional<ServiceUnit> read_service(const UnitPlaces& places, const std::string& name, const std::string& left_out);

/// DaemonCommand is a command line of dockerd without the options that are to stand in daemon.json.
struct DaemonCommand {
  std::string program;                    ///< "/usr/bin/dockerd"
  std::vector<std::string> words;         ///< the options that stay, variables filled in
  std::string exec_start;                 ///< the same for a unit; a variable stays one where nothing was taken out of it
  std::vector<std::string> taken;         ///< the options that were taken out, as one would type them
  std::vector<std::string> hosts;         ///< what the -H among them said
  std::optional<std::string> config_file; ///< --config-file, which stays
};

/// without_options takes -H and the options that `keys` of daemon.json name ("tlsverify") out of ExecStart=. Throws Errc::refused
/// if it is not dockerd that is started, or dockerd-rootless.sh, or more than one command is, or if what is to be taken out hangs
/// on a specifier that is not known.
DaemonCommand without_options(const ServiceUnit& unit, const std::vector<std::string>& keys);

/// unit_word gives `text` as one word of a command line in a unit (systemd.syntax(7), systemd.service(5)).
std::string unit_word(const std::string& text);

/// unit_assignment gives "NAME=value" as one word of Environment=, where a '$' is nothing special.
std::string unit_assignment(const std::string& text);

} // namespace dockpki::docker
