// configure-daemon: the set, daemon.json and the unit's command line, so that they agree.
#include <dockpki/app/configure_daemon.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include <sys/stat.h>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/containers.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/files/abandoned.hpp>
#include <dockpki/files/set.hpp>

#include "app/daemon_plan.hpp"
#include "app/served_daemon.hpp"
#include "app/undo_record.hpp"

namespace dockpki::app {
namespace {

constexpr mode_t folder_mode = 0755;
constexpr mode_t text_mode = 0644;
const docker::SetLayout& layout = docker::server_layout;

std::array<files::SetFile, 3> set_files(const SetContents& set) {
  return {files::SetFile{layout.ca, set.ca.bytes(), files::certificate_mode},
          files::SetFile{layout.certificate, set.certificate.bytes(), files::certificate_mode},
          files::SetFile{layout.key, set.key.bytes(), files::private_key_mode}};
}

void write_text(const files::Path& path, const std::string& text, mode_t mode) {
  files::make_folder(path.parent_path(), folder_mode);
  files::write_file(path, bytes_of(text), mode, files::Overwrite::yes);
}

/// Calls `note(path, contents)` for each file that is going to be written.
template <class Note>
void for_each_file(const DaemonPlan& plan, const ConfiguredDaemon& result, Note note) {
  if (plan.installs_set)
    for (const files::SetFile& file : set_files(plan.set))
      note(result.folder / file.name, file.contents);
  // One that is needed no more would bring an old command line back.
  std::error_code error;
  if (result.drop_in || std::filesystem::exists(plan.places.real(plan.places.drop_in), error))
    note(plan.places.drop_in, bytes_of(result.drop_in_text));
  note(result.daemon_json, bytes_of(result.daemon_json_text));
}

/// Ends what an interrupted run left: a switch of the set, and files that never got their names.
void mend(const DaemonPlaces& places, const UndoRecord& record) {
  const std::array<std::string, 3> names = {layout.ca, layout.certificate, layout.key};
  files::recover_set(places.real(places.tls()), names);
  std::set<files::Path> folders = {places.folder};
  for (const files::Path& path : record.paths())
    folders.insert(path.parent_path());
  for (const files::Path& folder : folders)
    files::remove_abandoned_files(places.real(folder));
}

/// The record first; then what nothing reads yet; daemon.json last: without it, what stands before it starts a daemon that
/// listens to its own machine alone.
void write(const DaemonPlan& plan, ConfiguredDaemon& result, TimePoint now) {
  const DaemonPlaces& places = plan.places;
  const auto files = set_files(plan.set);
  const files::Path folder = places.real(result.folder);
  const files::Path json = places.real(result.daemon_json);
  const files::Path drop_in = places.real(places.drop_in);
  const files::Path archive = places.real(places.record());
  UndoRecord record(places.root, places.record());
  record.note_folder(places.folder);
  for_each_file(plan, result, [&](const files::Path& path, Bytes contents) { record.note(path, contents); });
  mend(places, record);
  files::make_folder(archive.parent_path(), folder_mode);
  record.save(now);
  if (plan.installs_set)
    files::StagedSet::stage(folder, files, files::Existing::replaced, format_basic(now)).commit();
  std::error_code error;
  if (result.drop_in)
    write_text(drop_in, result.drop_in_text, text_mode);
  else
    std::filesystem::remove(drop_in, error); // what stays there is seen when dockerd starts
  struct stat status {};
  const mode_t mode = ::stat(json.c_str(), &status) == 0 ? status.st_mode & text_mode : text_mode;
  write_text(json, result.daemon_json_text, mode);
  result.record = places.record();
}

bool is_live_restore(const std::string& json, const files::Path& name) {
  return docker::DaemonJson(json, name.string()).is_true("live-restore");
}

void mind_containers(const DaemonOptions& options, bool they_live_on) {
  if (they_live_on || !docker::containers_run())
    return;
  const std::string stops = "live-restore is off: the restart stops the containers that run here";
  if (options.interruption == Interruption::refused)
    throw Error(Errc::refused, "failed to restart dockerd: " + stops,
                "do it without --restart-docker, or give --yes, which stops them");
  options.warn("dockerd is restarted: " + stops);
}

/// Restarts dockerd as late as all else is known to be well, and takes everything back if that does not do.
class Restart {
public:
  Restart(Context& context, const DaemonOptions& options, const DaemonPlan& plan, const ConfiguredDaemon& result)
      : options_(options), leaf_(readable(plan)), daemon_(context, {.restart = {}, .endpoint = result.endpoint, .warn = {}}),
        before_(plan.places.root, files::Path()) {
    const bool has_flag = std::ranges::find(plan.command.words, "--live-restore") != plan.command.words.end();
    mind_containers(options, has_flag || is_live_restore(plan.old_json, result.daemon_json));
    for_each_file(plan, result, [&](const files::Path& path, Bytes contents) { before_.note(path, contents); });
    before_.note(plan.places.record(), {});
  }

  /// Throws Errc::refused if dockerd does not serve the set and let a client in.
  void prove() const {
    const std::string cause = attempt();
    if (cause.empty())
      return;
    std::string state = "everything is as it was before";
    before_.take_back();
    try {
      options_.restart();
    } catch (const Error& error) {
      state += ", but dockerd could not be restarted: " + std::string(error.what());
    }
    throw Error(Errc::refused,
                "failed to have dockerd at " + daemon_.endpoint().text() + " serve the set: " + cause + "; " + state,
                std::string("dockerd's log tells more; where systemd runs it: journalctl ") +
                    (options_.daemon == Daemon::rootless ? "--user " : "") + "-u docker");
  }

private:
  static const x509::Certificate& readable(const DaemonPlan& plan) {
    if (!plan.set.leaf)
      throw Error(Errc::refused,
                  "failed to restart dockerd: it could not be told whether it serves the set: " + plan.set.notes.front(),
                  "configure it without restarting it");
    return *plan.set.leaf;
  }

  [[nodiscard]] std::string attempt() const {
    try {
      options_.restart();
      return daemon_.wait_until_it_serves(leaf_, LetIn::needed);
    } catch (const Error& error) {
      return error.what();
    }
  }

  const DaemonOptions& options_;
  const x509::Certificate& leaf_;
  ServedDaemon daemon_;
  UndoRecord before_;
};

} // namespace

ConfiguredDaemon configure_daemon(Context& context, const DaemonOptions& options) {
  ConfiguredDaemon result{.daemon = options.daemon, .dry_run = options.dry_run};
  const DaemonPlan plan = plan_daemon(context, options, result);
  result.validated = validate_plan(plan, options, result);
  if (options.dry_run == DryRun::yes)
    return result;
  std::optional<Restart> restart;
  if (options.restart)
    restart.emplace(context, options, plan, result);
  write(plan, result, context.now);
  if (restart)
    restart->prove();
  result.restarted = restart.has_value();
  return result;
}

UnconfiguredDaemon unconfigure_daemon(const Context& context, const DaemonOptions& options) {
  const DaemonPlaces places = daemon_places(context, options);
  UndoRecord record(places.root, places.record());
  for (const files::Path& path : record.paths())
    std::ignore = places.real(path); // an image may be anybody's: nothing beyond it is written
  mend(places, record);
  if (record.is_empty())
    throw Error(Errc::not_found, "failed to put dockerd's configuration back: '" + places.record().string() + "' is not there",
                "configure-daemon has changed nothing here, or was undone already");
  if (options.restart) {
    const files::Path json = places.folder / "daemon.json";
    mind_containers(options, is_live_restore(read_json_text(places.real(json)), json));
  }
  UnconfiguredDaemon result{.restored = {}, .daemon = options.daemon};
  result.restored = record.put_back();
  if (options.restart)
    options.restart();
  result.restarted = static_cast<bool>(options.restart);
  return result;
}

} // namespace dockpki::app
