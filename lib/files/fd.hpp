// Why: descriptors that close themselves, and the few system calls that every file operation here is made of, with one way of
// telling what failed.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include <dockpki/base/error.hpp>
#include <dockpki/base/secret.hpp>
#include <dockpki/files/file.hpp>

namespace dockpki::files {

/// Fd owns a file descriptor.
class Fd {
public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd();

  [[nodiscard]] int get() const noexcept { return fd_; }
  /// Gives the descriptor away.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }

private:
  int fd_ = -1;
};

/// Temporary files and folders of dockpki are called this and sixteen hexadecimal digits.
inline constexpr std::string_view staging_prefix = ".dockpki-";
/// True for a name that random_staging_name could have made.
bool is_staging_name(std::string_view name);
std::string random_staging_name();

/// "'<path>'", for messages.
std::string quoted(const Path& path);
/// error_of says which Errc an errno value is.
Errc error_of(int error) noexcept;
/// The system's own words for `error`.
std::string reason_of(int error);
/// Throws "<failed>: <reason>" of the kind that fits errno value `error`; `failed` is "failed to write '/a/b'".
[[noreturn]] void fail(const std::string& failed, int error, const std::string& hint = {});
[[noreturn]] void fail_to_write(const Path& path, int error, const std::string& hint = {});

/// lstat of `name` in the folder `at`; nullopt if it does not exist. Throws for any other failure.
std::optional<struct stat> stat_at(int at, const std::string& name, const Path& shown);
/// "a folder", "a symbolic link", "a FIFO", ...
std::string_view type_of(mode_t mode);

/// Opens the folder at `path` (links are followed) for use with the *at calls. nullopt if it does not exist.
std::optional<Fd> open_folder(const Path& path);
/// The same for `name` in `at`, which must be a folder itself and no link. nullopt if it does not exist (any more).
std::optional<Fd> open_folder_at(int at, const std::string& name, const Path& shown);

/// Makes a new file (O_EXCL, O_NOFOLLOW) that is never open to more than `mode`, and writes it. Nothing is synced. `shown` is for
/// messages.
Fd create_file(int at, const std::string& name, Bytes contents, mode_t mode, const Path& shown);
/// Starts writing the file's pages to the disk and does not wait: later fsyncs then find that most is done.
void start_write_back(int fd) noexcept;
void write_all(int fd, Bytes contents, const Path& shown);
void sync_fd(int fd, const Path& shown);

/// The names in a folder, without "." and "..".
std::vector<std::string> names_in(int folder, const Path& shown);

/// flock(LOCK_EX), tried again after short and growing pauses until `patience` is over. False: somebody else holds it.
enum class Patience { none, bounded };
bool lock_exclusively(int fd, Patience patience, const Path& shown);
/// The pause before try number `attempt`: it grows to 20 ms and is uneven, so that many waiters do not march in step.
void pause_before_try(int attempt);

/// A folder's parent (canonical) and its last name, both as they are once links on the way are resolved.
struct Place {
  Path parent;
  std::string name;
};
/// Gives where `folder` lies, whether it exists or not. Throws Errc::usage if it has no name ("/"), Errc::not_found,
/// Errc::permission.
Place locate(const Path& folder);

} // namespace dockpki::files
