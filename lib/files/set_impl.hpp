// Why: the three ways of putting a set in force (docs/decisions/0004) behind one face.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dockpki/files/set.hpp>

#include "files/staging.hpp"

namespace dockpki::files {

/// A staged set. Destroying it discards what was not committed; that never throws.
struct StagedSet::Impl {
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  virtual ~Impl() = default;
  virtual std::vector<Path> commit() = 0;
};

/// What is to be put where.
struct SetRequest {
  Path shown;  ///< the folder as the caller named it
  Place place; ///< where it really lies
  std::span<const SetFile> files;
  std::vector<std::string> names;    ///< of `files`
  std::vector<std::string> standing; ///< those of `names` that stand already (regular files)
  std::vector<std::string> kept;     ///< other files of the set, which stay
  Existing existing = Existing::refused;
  std::string stamp;
};

/// Every name of the set, kept or written.
std::vector<std::string> whole_set(const SetRequest& request);

/// For a folder that does not exist: it appears whole. Null if it exists by now.
std::unique_ptr<StagedSet::Impl> stage_new_folder(Fd parent, const SetRequest& request);
/// For a folder (locked, `old`) that holds nothing else: it is exchanged for another.
std::unique_ptr<StagedSet::Impl> stage_whole_folder(Fd parent, Fd old, const SetRequest& request);
/// For a folder (locked) that others use as well: its files are switched in it.
std::unique_ptr<StagedSet::Impl> stage_in_shared_folder(Fd folder, const SetRequest& request);
/// For one file alone, in any folder (locked).
std::unique_ptr<StagedSet::Impl> stage_one_file(Fd folder, const SetRequest& request);

/// In a shared folder: where the new set is staged, and where the links of a switch point.
inline constexpr const char* incoming_folder = ".dockpki-new";
inline constexpr const char* switched_folder = ".dockpki-set";
/// Makes one of the two in `folder`. It has the mode of `folder`, but for writers other than its owner: whoever could reach a
/// file before must reach it there.
Fd make_switching_folder(int folder, const char* name, const Path& shown);
/// What a link of ours for the file `name` says.
std::string link_text(const std::string& name);

/// True if there is anything for recover_locked to do; changes nothing.
bool needs_recovery(int folder, std::span<const std::string> names);

/// Completes or undoes a switch in `folder`, whose lock the caller holds. Gives true if there was anything.
/// `names` are looked at besides those that the staging folders hold.
bool recover_locked(int folder, std::span<const std::string> names, const Path& shown);

} // namespace dockpki::files
