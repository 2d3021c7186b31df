#include "input.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/files/file.hpp>
#include <dockpki/x509/pem.hpp>

namespace dockpki::cmd {
namespace {

Secret read_standard_input(const std::string& what) {
  Secret contents(x509::largest_input + 1);
  std::size_t size = 0;
  while (size < contents.size()) {
    const ssize_t got = ::read(STDIN_FILENO, contents.writable().data() + size, contents.size() - size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      throw Error(Errc::io, "failed to read " + what + " from standard input: " + std::strerror(errno));
    if (got == 0)
      break;
    size += static_cast<std::size_t>(got);
  }
  if (size > x509::largest_input)
    throw Error(Errc::invalid_input, "failed to read " + what + " from standard input: larger than 4 MiB");
  contents.truncate(size);
  return contents;
}

} // namespace

Secret read_input(const std::string& file, const std::string& what) {
  return file == "-" ? read_standard_input(what) : files::read_file(file, what, x509::largest_input);
}

} // namespace dockpki::cmd
