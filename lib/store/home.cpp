#include <dockpki/store/home.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/vfs.h>

#include "files/fd.hpp"
#include "store/damage.hpp"
#include "store/file_system.hpp"
#include "store/layout.hpp"
#include "store/sqlite_inventory.hpp"
#include "store/standing.hpp"

namespace dockpki::store {
namespace {

struct NetworkFileSystem {
  std::uint32_t magic;
  std::string_view name;
};

// linux/magic.h, and for those that it does not list their own sources.
constexpr std::array<NetworkFileSystem, 12> network_file_systems = {{{0x6969, "nfs"},
                                                                     {0x517b, "smb"},
                                                                     {0xff534d42, "cifs"},
                                                                     {0xfe534d42, "smb2"},
                                                                     {0x5346414f, "afs"},
                                                                     {0x6b414653, "kafs"},
                                                                     {0x01021997, "9p"},
                                                                     {0x73757245, "coda"},
                                                                     {0x00c36400, "ceph"},
                                                                     {0x0bd00bd0, "lustre"},
                                                                     {0x47504653, "gpfs"},
                                                                     {0x7461636f, "ocfs2"}}};

constexpr const char* init_hint = "run 'dockpki init-ca'";

} // namespace

std::optional<std::string_view> network_file_system(std::uint32_t magic) {
  const auto* found = std::find_if(network_file_systems.begin(), network_file_systems.end(),
                                   [&](const NetworkFileSystem& one) { return one.magic == magic; });
  if (found == network_file_systems.end())
    return std::nullopt;
  return found->name;
}

void throw_no_authority(const Home& home) {
  throw Error(Errc::not_found, "failed to open PKI home " + files::quoted(home.root()) + ": it has no authority yet", init_hint);
}

void Home::check() const {
  try {
    files::check_private_folder(root_, "PKI home");
  } catch (const Error& error) {
    if (error.code() == Errc::not_found)
      throw Error(
          error.code(), "failed to open PKI home " + files::quoted(root_) + ": there is none",
          "run 'dockpki init-ca', 'dockpki restore' if it is lost, or name the right home with --home DIR or DOCKPKI_HOME");
    throw;
  }
  struct statfs status {};
  if (::statfs(root_.c_str(), &status) != 0)
    files::fail("failed to use PKI home " + files::quoted(root_), errno);
  if (const auto name = network_file_system(static_cast<std::uint32_t>(status.f_type)))
    throw Error(Errc::refused,
                "failed to use PKI home " + files::quoted(root_) + ": it lies on a network file system (" + std::string(*name) +
                    "), where locks cannot be trusted",
                "choose a folder on a local file system with --home");
}

HomeContents look_at(const Home& home) {
  HomeContents contents;
  contents.inventory = look_at_inventory(home.inventory());
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(home.log(), error);
  contents.has_log = !error;
  contents.has_log_entries = !error && size > 0;
  for (const std::string& name : names_in_folder(home.root() / "authorities"))
    contents.has_authorities = contents.has_authorities || !files::is_staging_name(name);
  return contents;
}

void refuse_missing_parts(const Home& home, const HomeContents& contents) {
  if (contents.inventory == Standing::something || (!contents.has_log_entries && !contents.has_authorities))
    return;
  throw_damaged_inventory(home.inventory(), contents.inventory == Standing::empty ? "it is empty" : "it is missing");
}

ReadSession::ReadSession(const Home& home) : log_(home.log()) {
  home.check();
  const HomeContents contents = look_at(home);
  refuse_missing_parts(home, contents);
  if (contents.inventory != Standing::something)
    throw_no_authority(home);
  // The inventory's view is taken before the log is read: the log is never behind what is seen.
  std::unique_ptr<SqliteInventory> inventory = open_inventory(home.inventory(), Access::read);
  const LogHead head = inventory->head();
  if (!contents.has_log && head.sequence != 0)
    throw_damaged_log(home.log(), "it is missing");
  if (std::error_code error; std::filesystem::exists(home.log(), error)) {
    // A writer is between its entry in the log and its row here, or died there: the row is told from the entry, in memory.
    std::unique_ptr<SqliteInventory> copy;
    log_.read(head, [&](const Event& event, const LogHead& at) {
      if (!copy)
        copy = inventory->copy_in_memory();
      copy->apply(event, at);
    });
    if (copy)
      inventory = std::move(copy);
  }
  inventory_ = std::move(inventory);
}

} // namespace dockpki::store
