// Why: an entry of the audit log as text and back. The seal is over the very octets of the line, so that a reader needs no
// agreement about JSON.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <dockpki/store/audit_log.hpp>

namespace dockpki::store {

/// LineFault says what is wrong with a line. It never leaves lib/store.
class LineFault : public std::runtime_error {
public:
  enum class Why { damaged, newer };
  LineFault(Why why, const std::string& text) : std::runtime_error(text), why_(why) {}
  [[nodiscard]] Why why() const noexcept { return why_; }

private:
  Why why_;
};

struct LogLine {
  Event event;
  LogHead head;
  std::string previous; ///< seal of the entry before
};

/// The line of `event` (its sequence is set) with its end, sealed behind `previous`; `head` becomes its head.
std::string write_line(const Event& event, const std::string& previous, LogHead& head);

/// Reads a line without its end, and checks its own seal; whether it stands in its place is for the caller to see. Throws
/// LineFault.
LogLine read_line(std::string_view line);

/// The sequence that a line begins with; 0 if it does not begin like one of ours. Checks nothing else.
std::uint64_t sequence_of(std::string_view line) noexcept;

} // namespace dockpki::store
