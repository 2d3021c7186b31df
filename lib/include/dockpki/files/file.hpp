// Why: reading with a bound, and writing so that after a crash at any system call the old file or the new one is there, whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include <dockpki/base/secret.hpp>

namespace dockpki::files {

using Path = std::filesystem::path;

inline constexpr mode_t private_key_mode = 0400;
inline constexpr mode_t certificate_mode = 0444;
inline constexpr mode_t private_folder_mode = 0700;

enum class Symlinks { followed, refused };

/// read_file reads a regular file of at most `limit` octets. A FIFO, a device, a folder and (with Symlinks::refused) a link are
/// refused without waiting on them. Throws Errc::not_found, Errc::permission, Errc::invalid_input (not a regular file, too
/// large), Errc::io; messages say "failed to read <what> '<path>': ...".
Secret read_file(const Path& path, std::string_view what, std::size_t limit, Symlinks symlinks = Symlinks::followed);

/// read_private_key_file reads a key of ours: a regular file, not a link, owned by the effective user (or root), that nobody else
/// may read or write. Throws as read_file does, and Errc::permission with the chmod to run.
Secret read_private_key_file(const Path& path, std::size_t limit);

enum class Overwrite { no, yes };

/// write_file makes `path` hold `contents` with `mode`: a new file (without a name, or a temporary one beside it; O_NOFOLLOW,
/// born with no more than `mode`), written, fsynced, given its name, the folder fsynced. A planted link at `path` is replaced
/// (Overwrite::yes) or refused, never followed. Throws Errc::already_exists, Errc::permission, Errc::io; then nothing has changed
/// and no temporary file is left.
void write_file(const Path& path, Bytes contents, mode_t mode, Overwrite overwrite);

/// make_folder makes `path` and its missing parents, `mode` (less the umask) each, durably. One that exists is left as it is.
/// Throws Errc::permission, Errc::io, Errc::already_exists (something there is not a folder).
void make_folder(const Path& path, mode_t mode);

/// make_private_folder makes `path` and its missing parents, 0700 each, as make_folder does.
void make_private_folder(const Path& path);

/// check_private_folder refuses a folder where keys would not be safe: not a folder, not owned by the effective user, writable by
/// others, or reached through a link that another user owns. `what` names it in messages ("PKI home", "folder").
/// Throws Errc::permission, Errc::not_found, Errc::invalid_input.
void check_private_folder(const Path& path, std::string_view what);

} // namespace dockpki::files
