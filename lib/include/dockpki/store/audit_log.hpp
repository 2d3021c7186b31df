// Why: who did what and when, in a file that only grows and in which each entry seals the one before. Because it holds every
// certificate, the inventory can be rebuilt from it alone. docs/format.md describes a line.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <dockpki/files/file.hpp>
#include <dockpki/store/event.hpp>

namespace dockpki::store {

/// LogHead identifies an entry: its number and its seal (SHA-256, lower-case hexadecimal). Sequence 0 and an empty seal: an empty
/// log.
struct LogHead {
  std::uint64_t sequence = 0;
  std::string seal;
  bool operator==(const LogHead&) const = default;
};

/// AuditLog is log.jsonl: one JSON object a line,
/// {"seq":1,"time":"...","event":"...","actor":"...",...,"prev":"<seal>","seal":"<seal>"}. The seal is the SHA-256 of the line
/// without its seal member (that is, up to and including the prev member, plus "}"); prev of the first is empty. A last line
/// without its end is a write that never finished (its command did not report success): it is cut off at the next append, never
/// otherwise.
class AuditLog {
public:
  explicit AuditLog(files::Path path) : path_(std::move(path)) {}

  /// Calls `visit` with every whole entry after `after`, in order, checking each seal and that `after` itself stands there.
  /// Gives the last entry's head. Throws Errc::damaged, naming the line, where the chain is broken, and Errc::not_found without a
  /// file.
  LogHead read(const LogHead& after, const std::function<void(const Event&, const LogHead&)>& visit) const;

  /// Appends `event` (its sequence is set) behind `head`, one write, fdatasync. On failure the file is cut back to what it was.
  /// The caller holds the home's lock. Throws Errc::io, Errc::damaged (the file does not end at `head`).
  LogHead append(const LogHead& head, Event event);

  [[nodiscard]] const files::Path& path() const noexcept { return path_; }

private:
  files::Path path_;
};

} // namespace dockpki::store
