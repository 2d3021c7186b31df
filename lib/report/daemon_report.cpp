// What dockerd is told from now on, and what is left to do.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

std::string optional_text(const std::optional<files::Path>& path) {
  return path ? path->string() : "";
}

Json optional_json(const std::optional<files::Path>& path) {
  return path ? Json(path->string()) : Json(nullptr);
}

std::vector<std::string> restart_commands(app::Daemon daemon) {
  const std::string systemctl = daemon == app::Daemon::system ? "systemctl" : "systemctl --user";
  return {systemctl + " daemon-reload", systemctl + " restart docker"};
}

std::vector<std::string> next_steps(const app::ConfiguredDaemon& daemon) {
  std::vector<std::string> steps;
  if (!daemon.restarted)
    steps = restart_commands(daemon.daemon);
  steps.push_back("docker --tlsverify -H " + daemon.endpoint.text() + " version");
  return steps;
}

std::string document(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace

std::string text(const app::ConfiguredDaemon& daemon) {
  const bool dry = daemon.dry_run == app::DryRun::yes;
  Card card(dry ? "Would configure dockerd" : "Configured dockerd");
  card.row("set from", daemon.source.string());
  card.row("set in", daemon.folder.string());
  card.row("daemon.json", daemon.daemon_json.string());
  card.rows("listens on", daemon.hosts);
  card.row("unit", optional_text(daemon.unit));
  card.row("drop-in", optional_text(daemon.drop_in));
  card.rows("taken out", daemon.taken);
  card.row("checked", daemon.validated ? "by dockerd --validate" : "");
  card.row("restarted", daemon.restarted ? "it serves this set at " + daemon.endpoint.text() + " and lets its client in" : "");
  card.row("way back", daemon.record ? "--undo, which reads " + daemon.record->string() : "");
  return card.text() + notes_text(daemon.notes) + (dry ? "" : next_text(next_steps(daemon)));
}

std::string files_text(const app::ConfiguredDaemon& daemon) {
  std::string text = "==> " + daemon.daemon_json.string() + " <==\n" + daemon.daemon_json_text;
  text += text.ends_with('\n') ? "" : "\n";
  if (daemon.drop_in)
    text += "\n==> " + daemon.drop_in->string() + " <==\n" + daemon.drop_in_text;
  return text;
}

std::string text(const app::UnconfiguredDaemon& daemon) {
  std::string text;
  for (const files::Path& path : daemon.restored)
    text += "Put back " + path.string() + '\n';
  return text + (daemon.restarted ? "dockerd was restarted\n" : next_text(restart_commands(daemon.daemon)));
}

std::string json(const app::ConfiguredDaemon& daemon) {
  return document({{"source", daemon.source.string()},
                   {"folder", daemon.folder.string()},
                   {"daemon_json", daemon.daemon_json.string()},
                   {"daemon_json_text", daemon.daemon_json_text},
                   {"unit", optional_json(daemon.unit)},
                   {"drop_in", optional_json(daemon.drop_in)},
                   {"drop_in_text", daemon.drop_in ? Json(daemon.drop_in_text) : Json(nullptr)},
                   {"taken_out", daemon.taken},
                   {"hosts", daemon.hosts},
                   {"endpoint", daemon.endpoint.text()},
                   {"record", optional_json(daemon.record)},
                   {"validated", daemon.validated},
                   {"restarted", daemon.restarted},
                   {"rootless", daemon.daemon == app::Daemon::rootless},
                   {"notes", daemon.notes},
                   {"dry_run", daemon.dry_run == app::DryRun::yes}});
}

std::string json(const app::UnconfiguredDaemon& daemon) {
  Json restored = Json::array();
  for (const files::Path& path : daemon.restored)
    restored.push_back(path.string());
  return document({{"restored", restored}, {"restarted", daemon.restarted}});
}

} // namespace dockpki::report
