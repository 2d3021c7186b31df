#include <dockpki/docker/containers.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/files/file.hpp>

namespace dockpki::docker {
namespace {

bool is_shim(const std::filesystem::path& process) {
  constexpr std::size_t longest_name = 64;
  try { // the kernel cuts the name after 15 octets
    return files::read_file(process / "comm", "process", longest_name).text() == "containerd-shim\n";
  } catch (const Error&) {
    return false; // no process, or one that is gone
  }
}

} // namespace

bool containers_run(const std::filesystem::path& processes) {
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(processes, error); !error && entry != end(entry); entry.increment(error))
    if (is_shim(entry->path()))
      return true;
  return false;
}

} // namespace dockpki::docker
