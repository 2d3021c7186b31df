#include "store/line_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

#include "files/fd.hpp"

namespace dockpki::store {
namespace {

constexpr std::size_t block_size = 64U << 10U;
constexpr std::size_t longest_line = 4U << 20U;
constexpr std::size_t tail_size = 4U << 10U;

std::size_t read_at(int fd, char* into, std::size_t size, off_t offset, const files::Path& path) {
  for (;;) {
    const ssize_t got = ::pread(fd, into, size, offset);
    if (got >= 0)
      return static_cast<std::size_t>(got);
    if (errno != EINTR)
      files::fail("failed to read audit log " + files::quoted(path), errno);
  }
}

/// The offset behind the last line end before `end`; 0 if there is none.
off_t behind_last_newline(int fd, off_t end, const files::Path& path) {
  std::array<char, tail_size> block{};
  while (end > 0) {
    const off_t from = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const std::size_t got = read_at(fd, block.data(), static_cast<std::size_t>(end - from), from, path);
    const std::size_t found = std::string_view(block.data(), got).rfind('\n');
    if (found != std::string_view::npos)
      return from + static_cast<off_t>(found) + 1;
    end = from;
  }
  return 0;
}

} // namespace

bool LineReader::read_more() {
  block_.erase(0, used_);
  block_at_ += static_cast<off_t>(used_);
  used_ = 0;
  const std::size_t filled = block_.size();
  block_.resize(filled + block_size);
  const std::size_t got = read_at(fd_, block_.data() + filled, block_size, block_at_ + static_cast<off_t>(filled), path_);
  block_.resize(filled + got);
  return got > 0;
}

std::optional<std::string_view> LineReader::next() {
  std::size_t searched = used_;
  for (;;) {
    const std::size_t end = block_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line(block_.data() + used_, end - used_);
      used_ = end + 1;
      return line;
    }
    searched = block_.size() - used_;
    if (searched > longest_line)
      throw Error(Errc::damaged, "the audit log " + files::quoted(path_) + " is damaged: a line is longer than any entry",
                  "run 'dockpki repair'");
    if (!read_more())
      return std::nullopt;
  }
}

off_t end_of_whole_lines(int fd, off_t size, const files::Path& path) {
  return behind_last_newline(fd, size, path);
}

off_t start_of_line(int fd, off_t end, const files::Path& path) {
  return end > 0 ? behind_last_newline(fd, end - 1, path) : 0;
}

} // namespace dockpki::store
