// configure-client: a docker context that points to a daemon and holds a set for it.
#include <dockpki/app/configure_client.hpp>

#include <array>

#include <sys/stat.h>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/context_store.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/files/set.hpp>

#include "app/client_set.hpp"

namespace dockpki::app {
namespace {

// As docker/cli makes them.
constexpr mode_t metadata_mode = 0644;
constexpr mode_t metadata_folder_mode = 0755;
constexpr mode_t set_file_mode = 0600;
constexpr mode_t config_mode = 0600;
constexpr std::size_t largest_json = 1U << 20U;
constexpr const char* verb = "configure the docker client";

/// What a file holds; empty where there is none.
std::string read_if_there(const files::Path& path, std::string_view what) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, error)))
    return {};
  return std::string(files::read_file(path, what, largest_json).text());
}

/// docker follows a config.json that is a link, and so it stays one.
files::Path behind_link(const files::Path& path) {
  std::error_code error;
  const files::Path target = std::filesystem::weakly_canonical(path, error);
  return error ? path : target;
}

mode_t mode_of(const files::Path& path, mode_t otherwise) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : otherwise;
}

std::string name_of(const DockerContextOptions& options) {
  if (options.name)
    return *options.name;
  if (options.host.host.find(':') != std::string::npos)
    throw Error(Errc::usage, "failed to name the docker context after '" + options.host.host + "': docker takes no ':' in a name",
                "choose one: --context prod");
  return options.host.host;
}

void write_context(const DockerContext& result, const SetContents& set, const std::string& metadata, TimePoint now) {
  const docker::SetLayout& layout = docker::client_layout;
  const std::array files = {files::SetFile{layout.ca, set.ca.bytes(), set_file_mode},
                            files::SetFile{layout.certificate, set.certificate.bytes(), set_file_mode},
                            files::SetFile{layout.key, set.key.bytes(), set_file_mode}};
  files::make_private_folder(result.config.parent_path());
  files::make_folder(result.place.metadata.parent_path(), metadata_folder_mode);
  files::StagedSet::stage(result.place.folder, files, files::Existing::replaced, format_basic(now)).commit();
  files::write_file(result.place.metadata, bytes_of(metadata), metadata_mode, files::Overwrite::yes);
}

/// What on the way from the command to the daemon is not as --use meant it.
std::vector<std::string> notes_on_choice(const DockerContext& result, const Context& context) {
  using By = docker::ChosenEndpoint::By;
  std::vector<std::string> notes;
  const std::string& value = result.chosen.value;
  if (result.chosen.by == By::docker_host)
    notes.push_back("DOCKER_HOST is set in this shell and goes before every context: unset DOCKER_HOST");
  if (result.chosen.by == By::docker_context && value != result.name)
    notes.push_back("DOCKER_CONTEXT=" + x509::printable(value) +
                    " is set in this shell and goes before config.json: unset DOCKER_CONTEXT");
  if (context.caller.docker.cert_path && result.chosen.by != By::docker_host)
    notes.emplace_back("DOCKER_CERT_PATH is set in this shell: a context takes no notice of it");
  if (!context.caller.sudo_user.empty())
    notes.push_back("run by sudo: this context is root's; " + context.caller.sudo_user + " does not see it");
  return notes;
}

} // namespace

DockerContext configure_client(const Context& context, const DockerContextOptions& options) {
  const files::Path folder = docker::config_folder(context.caller.docker, context.caller.working_folder);
  const std::string name = name_of(options);
  DockerContext result{.name = name,
                       .host = options.host.text(),
                       .source = find_client_set(context, options.certificate, verb),
                       .place = docker::context_place(folder, name),
                       .former_host = {},
                       .use = options.use,
                       .chosen = {},
                       .config = folder / "config.json",
                       .notes = {},
                       .dry_run = options.dry_run};
  SetContents set = read_any_set(result.source, docker::client_layout, context.now);
  const std::string old = read_if_there(result.place.metadata, "context");
  result.existed = !old.empty();
  if (result.existed)
    result.former_host = docker::context_host(old, result.place.metadata.string());
  const std::string metadata = docker::context_metadata(name, result.host, old, result.place.metadata.string());
  const files::Path config_file = behind_link(result.config);
  std::string config = read_if_there(config_file, "configuration");
  const bool is_new_choice = options.use == Use::yes;
  if (is_new_choice)
    config = docker::with_current_context(config, name, result.config.string());
  result.chosen = docker::chosen_endpoint(context.caller.docker, config, result.config.string());
  result.notes = std::move(set.notes);
  const std::vector<std::string> more = notes_on_choice(result, context);
  result.notes.insert(result.notes.end(), more.begin(), more.end());
  if (options.dry_run == DryRun::yes)
    return result;
  write_context(result, set, metadata, context.now);
  if (is_new_choice)
    files::write_file(config_file, bytes_of(config), mode_of(config_file, config_mode), files::Overwrite::yes);
  return result;
}

DockerEnvironment docker_environment(const Context& context, const DockerEnvironmentOptions& options) {
  const files::Path folder = find_client_set(context, options.certificate, "tell docker's environment");
  read_any_set(folder, docker::client_layout, context.now);
  DockerEnvironment environment{.host = std::nullopt, .cert_path = folder.string()};
  if (options.host)
    environment.host = options.host->text();
  return environment;
}

} // namespace dockpki::app
