#include <dockpki/docker/context_store.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::docker {
namespace {

/// The name in meta.json; "" where that cannot be read.
std::string stored_name(const std::filesystem::path& file) {
  constexpr std::size_t largest_metadata = 1U << 20U;
  try {
    const Secret text = files::read_file(file, "context", largest_metadata);
    const auto json = nlohmann::json::parse(text.text(), nullptr, false);
    return json.is_object() && json.contains("Name") && json["Name"].is_string() ? json["Name"].get<std::string>() : "";
  } catch (const Error&) {
    return "";
  }
}

/// The same, to be shown; `id` where there is none.
std::string context_name(const std::filesystem::path& meta, const std::string& id) {
  const std::string name = stored_name(meta / id / "meta.json");
  return name.empty() ? id : x509::printable(name);
}

} // namespace

namespace {

/// A folder that is not there, or not ours to read, has no contexts; one that the disk cannot give may have some.
void refuse_unread(const std::error_code& error, const std::filesystem::path& folder) {
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory &&
      error != std::errc::permission_denied)
    throw Error(Errc::io, "failed to read '" + folder.string() + "': " + error.message());
}

} // namespace

std::filesystem::path config_folder(const ClientEnvironment& environment, const std::filesystem::path& working_folder) {
  if (environment.config && !environment.config->empty())
    return (working_folder / *environment.config).lexically_normal();
  return environment.home / ".docker";
}

std::vector<ContextSet> context_sets(const std::filesystem::path& config_folder) {
  std::vector<ContextSet> sets;
  const std::filesystem::path contexts = config_folder / "contexts";
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(contexts / "tls", error); !error && entry != end(entry);
       entry.increment(error)) {
    const std::filesystem::path folder = entry->path() / "docker";
    std::error_code missing;
    // A link is left where a switch was interrupted: that, too, is a certificate to look after.
    if (std::filesystem::exists(std::filesystem::symlink_status(folder / client_layout.certificate, missing)))
      sets.push_back({context_name(contexts / "meta", entry->path().filename().string()), folder});
  }
  refuse_unread(error, contexts / "tls");
  std::ranges::sort(sets, {}, &ContextSet::context);
  return sets;
}

std::vector<StoredName> context_names(const std::filesystem::path& config_folder) {
  constexpr std::size_t most_contexts = 1000;
  std::vector<StoredName> names;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(config_folder / "contexts/meta", error);
       !error && entry != end(entry) && names.size() < most_contexts; entry.increment(error))
    names.push_back({stored_name(entry->path() / "meta.json"), entry->path() / "meta.json"});
  std::ranges::sort(names, {}, &StoredName::metadata);
  return names;
}

} // namespace dockpki::docker
