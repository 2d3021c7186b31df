#include <dockpki/store/audit_log.hpp>

#include <cerrno>

#include <unistd.h>

#include "files/fd.hpp"
#include "store/damage.hpp"
#include "store/line_reader.hpp"
#include "store/log_line.hpp"

namespace dockpki::store {
namespace {

struct OpenLog {
  files::Fd fd;
  off_t size = 0;
};

OpenLog open_log(const files::Path& path, int flags) {
  const std::string failed = "failed to open audit log " + files::quoted(path);
  OpenLog log{files::Fd(::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)), 0};
  if (!log.fd && errno == ELOOP)
    throw Error(Errc::permission, failed + ": it is a symbolic link", "look at it, and remove it if it should not be there");
  if (!log.fd)
    files::fail(failed, errno);
  struct stat status {};
  if (::fstat(log.fd.get(), &status) != 0)
    files::fail(failed, errno);
  if (!S_ISREG(status.st_mode))
    throw Error(Errc::invalid_input, failed + ": it is " + std::string(files::type_of(status.st_mode)) + ", not a file");
  log.size = status.st_size;
  return log;
}

/// Reads a line that should be entry `expected` behind `previous`.
LogLine read_entry(std::string_view line, const LogHead& previous, const files::Path& path) {
  const std::uint64_t expected = previous.sequence + 1;
  const std::string entry = "entry " + std::to_string(expected);
  try {
    LogLine read = read_line(line);
    if (read.head.sequence != expected)
      throw LineFault(LineFault::Why::damaged, "entry " + std::to_string(read.head.sequence) + " stands in its place");
    if (read.previous != previous.seal)
      throw LineFault(LineFault::Why::damaged, "it does not follow the entry before it");
    return read;
  } catch (const LineFault& fault) {
    if (fault.why() == LineFault::Why::newer)
      throw Error(Errc::refused,
                  "the audit log " + files::quoted(path) + " is from a newer dockpki: in " + entry + ", " + fault.what(),
                  "upgrade dockpki");
    throw_damaged_log(path, entry + ": " + fault.what());
  }
}

/// Where to begin to read so as to meet entry `sequence`: at it or not far before, without reading the whole file.
off_t offset_before(int fd, off_t size, std::uint64_t sequence, const files::Path& path) {
  for (off_t distance = 16 << 10; distance < size; distance *= 4) {
    const off_t from = start_of_line(fd, size - distance + 1, path);
    LineReader lines(fd, from, path);
    const std::optional<std::string_view> line = lines.next();
    const std::uint64_t found = line ? sequence_of(*line) : 0;
    if (found != 0 && found <= sequence)
      return from;
  }
  return 0;
}

/// Moves `lines` behind the entry `after`, which must stand there.
void skip_to(LineReader& lines, const LogHead& after, const files::Path& path) {
  std::uint64_t last = 0;
  while (const std::optional<std::string_view> line = lines.next()) {
    last = sequence_of(*line);
    if (last != after.sequence)
      continue;
    try {
      if (read_line(*line).head == after)
        return;
    } catch (const LineFault& fault) {
      throw_damaged_log(path, "entry " + std::to_string(last) + ": " + fault.what());
    }
    throw_damaged_log(path, "entry " + std::to_string(last) + " is not the one that the inventory knows");
  }
  throw_damaged_log(path, "it ends at entry " + std::to_string(last) + ", but the inventory knows entry " +
                              std::to_string(after.sequence));
}

} // namespace

LogHead AuditLog::read(const LogHead& after, const std::function<void(const Event&, const LogHead&)>& visit) const {
  const OpenLog log = open_log(path_, O_RDONLY);
  LineReader lines(log.fd.get(), after.sequence == 0 ? 0 : offset_before(log.fd.get(), log.size, after.sequence, path_), path_);
  if (after.sequence != 0)
    skip_to(lines, after, path_);
  LogHead head = after;
  while (const std::optional<std::string_view> line = lines.next()) {
    const LogLine entry = read_entry(*line, head, path_);
    visit(entry.event, entry.head);
    head = entry.head;
  }
  return head;
}

LogHead AuditLog::append(const LogHead& head, Event event) {
  const bool first = head.sequence == 0;
  const OpenLog log = open_log(path_, O_RDWR | O_APPEND | (first ? O_CREAT : 0));
  const off_t end = end_of_whole_lines(log.fd.get(), log.size, path_);
  if (first != (end == 0))
    throw_damaged_log(path_, first ? "it has entries that the inventory does not know" : "it is empty");
  if (!first) {
    LineReader lines(log.fd.get(), start_of_line(log.fd.get(), end, path_), path_);
    skip_to(lines, head, path_);
    if (lines.offset() != end)
      throw_damaged_log(path_, "it does not end at entry " + std::to_string(head.sequence));
  }
  event.sequence = head.sequence + 1;
  LogHead written;
  const std::string line = write_line(event, head.seal, written);
  // What a write that never finished left behind the last whole line.
  if (end != log.size && ::ftruncate(log.fd.get(), end) != 0)
    files::fail_to_write(path_, errno);
  try {
    files::write_all(log.fd.get(), bytes_of(line), path_);
    if (::fdatasync(log.fd.get()) != 0)
      files::fail_to_write(path_, errno);
    if (first) {
      const std::optional<files::Fd> folder = files::open_folder(path_.parent_path());
      if (folder)
        files::sync_fd(folder->get(), path_);
    }
  } catch (const Error&) {
    static_cast<void>(::ftruncate(log.fd.get(), end) == 0);
    throw;
  }
  return written;
}

} // namespace dockpki::store
