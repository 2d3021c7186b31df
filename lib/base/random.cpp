#include <dockpki/base/random.hpp>

#include <cerrno>

#include <sys/random.h>

#include <dockpki/base/error.hpp>

namespace dockpki {

void fill_random(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got > 0)
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
      throw Error(Errc::crypto, "failed to read random bytes from the kernel");
  }
}

} // namespace dockpki
