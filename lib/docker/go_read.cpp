#include <dockpki/docker/plan.hpp>

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

constexpr std::size_t largest_file = 16U << 20U;

/// strerror(3) begins with a capital letter, and Go's texts do not.
std::string go_error(int error) {
  std::array<char, 128> text{};
  return ascii_lower(::strerror_r(error, text.data(), text.size()));
}

class Descriptor {
public:
  explicit Descriptor(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_;
};

} // namespace

GoRead read_as_go(const std::string& path) {
  return read_as_go(path, path);
}

GoRead read_as_go(const std::string& path, const std::string& seen_from_here) {
  const auto failed = [&](const char* call, int error) {
    return GoRead{
        .contents = {}, .error = std::string(call) + ' ' + path + ": " + go_error(error), .is_missing = error == ENOENT};
  };
  const Descriptor file(seen_from_here);
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
    return failed("open", errno);
  if (S_ISDIR(status.st_mode))
    return failed("read", EISDIR);
  if (!S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) > largest_file)
    return failed("read", S_ISREG(status.st_mode) ? EFBIG : EINVAL); // Go would wait, or read on
  Secret contents(static_cast<std::size_t>(status.st_size));
  std::size_t have = 0;
  while (have < contents.size()) {
    const ssize_t more = ::read(file.get(), contents.writable().data() + have, contents.size() - have);
    if (more < 0 && errno != EINTR)
      return failed("read", errno);
    if (more == 0)
      break;
    have += more > 0 ? static_cast<std::size_t>(more) : 0;
  }
  contents.truncate(have);
  return {.contents = std::move(contents), .error = {}, .is_missing = false};
}

std::string path_fact(std::string_view path, std::string_view otherwise) {
  constexpr std::string_view quotes = "'\"";
  if (path.starts_with('~') || path.starts_with('$'))
    return "cfg-tilde";
  if (!path.empty() &&
      (quotes.find(path.front()) != std::string_view::npos || quotes.find(path.back()) != std::string_view::npos))
    return "lst-quotes";
  if (trim_space(path) != path)
    return "cfg-path-blank";
  return std::string(!path.empty() && !path.starts_with('/') ? "cfg-relative" : otherwise);
}

} // namespace dockpki::docker
