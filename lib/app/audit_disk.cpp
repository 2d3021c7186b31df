// Whoever carries the disk away has the images, the volumes and the secrets in them.
#include <algorithm>
#include <array>
#include <set>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/names.hpp>

#include "app/audit_host.hpp"
#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

constexpr const char* id = "host-data-plain";
constexpr int deepest = 16; ///< devices below one another

enum class Encryption { none, whole, unknown };

/// The first line of a file of the kernel's; "".
std::string line_of(const files::Path& file) {
  constexpr std::size_t longest = 4096;
  try {
    const Secret text = files::read_file(file, "device", longest);
    return std::string(text.text().substr(0, text.text().find('\n')));
  } catch (const Error&) {
    return {};
  }
}

/// A device is encrypted if it is made by dm-crypt, or if all that it is made of are.
Encryption encryption_of(const files::Path& device, int depth) {
  if (line_of(device / "dm/uuid").starts_with("CRYPT-"))
    return Encryption::whole;
  std::error_code error;
  if (depth == 0 || std::filesystem::exists(device / "loop", error))
    return Encryption::unknown; // a loop's file lies on another file system
  Encryption result = Encryption::none;
  bool is_first = true;
  for (auto slave = std::filesystem::directory_iterator(device / "slaves", error); !error && slave != end(slave);
       slave.increment(error)) {
    const Encryption below = encryption_of(slave->path(), depth - 1);
    if (below == Encryption::none)
      return below;
    result = is_first || result == below ? below : Encryption::unknown;
    is_first = false;
  }
  return result;
}

struct FileSystem {
  unsigned long magic;
  const char* name;
};

/// Those without a device of their own (statfs(2)).
constexpr std::array file_systems = {FileSystem{0x9123683e, "btrfs"},   FileSystem{0x2fc12fc1, "zfs"},
                                     FileSystem{0x794c7630, "overlay"}, FileSystem{0x01021994, "tmpfs"},
                                     FileSystem{0x6969, "nfs"},         FileSystem{0xca451a4e, "bcachefs"}};

std::string file_system_of(const files::Path& path) {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0)
    return "a file system";
  const auto found = std::ranges::find(file_systems, static_cast<unsigned long>(status.f_type), &FileSystem::magic);
  return found == file_systems.end() ? "a file system" : found->name;
}

files::Path data_root_of(const AuditedDaemon& daemon) {
  if (!daemon.plan.data_root.empty())
    return daemon.plan.data_root;
  return daemon.user == 0 ? files::Path("/var/lib/docker") : files::Path(daemon.input.home) / ".local/share/docker";
}

void look(const AuditedMachine& machine, const KernelFolders& kernel, const files::Path& data_root, AuditNotes& notes) {
  files::Path path = machine.real(data_root);
  struct stat status {};
  while (::stat(path.c_str(), &status) != 0 && path.has_relative_path())
    path = path.parent_path(); // where it will be made
  const std::string number = std::to_string(major(status.st_dev)) + ':' + std::to_string(minor(status.st_dev));
  const files::Path device = kernel.devices / number;
  const std::string where = x509::printable(data_root.string());
  std::error_code error;
  if (!std::filesystem::exists(device, error))
    return notes.unknown(id, where + ": it lies on " + file_system_of(path) + ", which names no device of its own");
  switch (encryption_of(device, deepest)) {
  case Encryption::whole:
    return notes.pass(id, where + ": encrypted by dm-crypt, device " + number);
  case Encryption::none:
    notes.fail(id, Side::daemon, where + ", device " + number + "; what the drive or a cloud encrypts by itself is not seen",
               data_root);
    return;
  case Encryption::unknown:
    return notes.unknown(id, where + ": device " + number + " is not followed to the end");
  }
}

} // namespace

void audit_disk(const AuditedMachine& machine, const KernelFolders& kernel, AuditNotes& notes) {
  if (!machine.is_live() && kernel.devices == KernelFolders().devices)
    return notes.not_applicable(id, "an image lies on no device yet");
  std::set<files::Path> roots;
  for (const AuditedDaemon& daemon : machine.daemons)
    roots.insert(data_root_of(daemon));
  if (roots.empty())
    return notes.not_applicable(id, "there is no dockerd");
  for (const files::Path& root : roots)
    look(machine, kernel, root, notes);
}

} // namespace dockpki::app
