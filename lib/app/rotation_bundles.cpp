// What has to reach other hosts after a phase, an archive a folder of the home, and the steps in their order.
#include <map>
#include <set>

#include <dockpki/app/rotate.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/files/tar.hpp>
#include <dockpki/files/tree.hpp>

#include "app/fill_in.hpp"
#include "app/order.hpp"
#include "app/rotation_steps.hpp"
#include "app/templates.hpp"

namespace dockpki::app {
namespace {

constexpr const char* steps_file = "STEPS.txt";

void refuse_standing(const files::Path& folder) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(folder, error);
  const bool is_empty_folder = std::filesystem::is_directory(status) && std::filesystem::is_empty(folder, error) && !error;
  if (std::filesystem::exists(status) && !is_empty_folder)
    throw Error(Errc::already_exists, "failed to write bundles to '" + folder.string() + "': it exists already",
                "name a new folder; what is in an old one may be copied yet");
}

/// The folders of the home that are used from a copy, and which of their files have to reach it.
std::map<files::Path, std::set<std::string>> files_to_copy(const Context& context, const RotateResult& result) {
  std::map<files::Path, std::set<std::string>> folders;
  for (const Rotation& rotation : result.rotations)
    for (const RotationPlace& place : result.places) {
      const Copied copied = copied_after(rotation.phase);
      if (!place.context.empty() || !is_concerned(place, rotation.role, copied) || !lies_in_home(context, place.folder))
        continue;
      const docker::SetLayout& layout = place.kind == pki::Kind::client ? docker::client_layout : docker::server_layout;
      std::set<std::string>& names = folders[place.folder];
      names.insert(layout.ca);
      if (copied == Copied::whole_set)
        names.insert({layout.certificate, layout.key});
    }
  return folders;
}

/// `names` of them that lie in `folder`: a key that was made for a request lies elsewhere.
Secret archive_of(const Context& context, const files::Path& folder, const std::set<std::string>& names) {
  std::vector<Secret> contents;
  std::vector<files::SetFile> set;
  for (const std::string& name : files::standing_files(folder, std::vector(names.begin(), names.end()))) {
    const bool is_key = name == docker::server_layout.key || name == docker::client_layout.key;
    contents.push_back(files::read_file(folder / name, "file", docker::largest_set_file, files::Symlinks::refused));
    set.push_back({name, contents.back().bytes(), is_key ? files::private_key_mode : files::certificate_mode});
  }
  return files::write_tar(set, context.now);
}

std::string write_steps(const Context& context, const RotateResult& result) {
  using kainjow::mustache::data;
  data steps{data::type::list};
  for (std::size_t i = 0; i < result.by_hand.size(); ++i) {
    data step;
    step.set("number", std::to_string(i + 1));
    step.set("text", result.by_hand[i]);
    steps << step;
  }
  data next{data::type::list};
  for (const std::string& command : result.next)
    next << data{"command", command};
  data values;
  values.set("day", format_day(context.now));
  values.set("home", context.home.root().string());
  values.set("steps", steps);
  values.set("next", next);
  return fill_in(templates::rotation_steps_txt, values);
}

void write_bundles(const Context& context, const files::StagedTree& staged, RotateResult& result) {
  std::vector<Secret> archives;
  std::vector<files::SetFile> written;
  for (const auto& [folder, names] : files_to_copy(context, result)) {
    const std::string name = bundle_name(context, folder);
    archives.push_back(archive_of(context, folder, names));
    written.push_back({name, archives.back().bytes(), files::private_key_mode});
    result.bundles.push_back(name);
  }
  const std::string steps = write_steps(context, result);
  written.push_back({steps_file, bytes_of(steps), files::certificate_mode});
  staged.write(written);
}

} // namespace

RotateResult run_phase(Context& context, const RotateOptions& options, RotationRun phase) {
  if (!options.bundles || options.dry_run == DryRun::yes)
    return phase(context, options);
  const files::Path folder = absolute_folder(context, *options.bundles);
  refuse_standing(folder);
  files::StagedTree staged(folder);
  RotateResult result = phase(context, options);
  result.bundle_folder = folder;
  write_bundles(context, staged, result);
  staged.commit();
  return result;
}

} // namespace dockpki::app
