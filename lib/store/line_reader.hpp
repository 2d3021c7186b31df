// Why: the audit log may be large. It is read forward in blocks, and its end is found without reading the rest.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include <dockpki/files/file.hpp>

namespace dockpki::store {

/// LineReader gives the whole lines of a file from `offset` on; an unfinished one at the end is not given.
class LineReader {
public:
  LineReader(int fd, off_t offset, const files::Path& path) : fd_(fd), block_at_(offset), path_(path) {}
  /// The next line without its end; valid until the next call. Throws Errc::io.
  std::optional<std::string_view> next();
  /// Where the next line begins.
  [[nodiscard]] off_t offset() const noexcept { return block_at_ + static_cast<off_t>(used_); }

private:
  bool read_more();
  int fd_;
  off_t block_at_; ///< where block_ lies in the file
  std::string block_;
  std::size_t used_ = 0;
  const files::Path& path_;
};

/// Where the last whole line ends (0 in an empty file, or one with nothing but an unfinished line).
off_t end_of_whole_lines(int fd, off_t size, const files::Path& path);
/// Where the line begins that ends before `end`.
off_t start_of_line(int fd, off_t end, const files::Path& path);

} // namespace dockpki::store
