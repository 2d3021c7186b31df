// The units and the cron line, for a person and for a script.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

namespace dockpki::report {

std::string text(const app::Schedule& schedule, const std::vector<files::Path>& written) {
  std::string text;
  for (const files::Path& path : written)
    text += "Wrote " + path.string() + '\n';
  if (!written.empty())
    return text + "The timer runs: 'systemctl list-timers dockpki-renew.timer' tells when it is next (with --user for yours)\n";
  for (const app::Unit& unit : schedule.units)
    text += "==> " + unit.name + " <==\n" + unit.text + '\n';
  return text + "==> crontab, where systemd does not run <==\n" + schedule.cron + '\n';
}

std::string json(const app::Schedule& schedule, const std::vector<files::Path>& written) {
  using Json = nlohmann::ordered_json;
  Json units = Json::array();
  for (const app::Unit& unit : schedule.units)
    units.push_back({{"name", unit.name}, {"text", unit.text}});
  Json paths = Json::array();
  for (const files::Path& path : written)
    paths.push_back(path.string());
  return Json({{"units", units}, {"cron", schedule.cron}, {"written", paths}})
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         '\n';
}

} // namespace dockpki::report
