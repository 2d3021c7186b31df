// Why: results go to standard output, everything else to standard error; a result that could not be written is a failure.
#pragma once

#include <string>
#include <string_view>

#include <dockpki/base/error.hpp>
#include <dockpki/report/text.hpp>

namespace dockpki::cmd {

/// write_result writes to standard output. Throws Errc::io if that fails (a full disk, a closed pipe).
void write_result(std::string_view text);

/// "dockpki: error: ..." and, where there is one, "dockpki: hint: ...", on standard error.
void write_error(std::string_view message, std::string_view hint);

/// Writes to standard error as it stands.
void write_diagnostic(std::string_view text);

/// "dockpki: warning: ..." on standard error.
void write_warning(std::string_view message);

/// How wide a paragraph on standard output may be: the terminal's width within 50 and 100 columns, 80 where there is none.
std::size_t text_width();

/// Colour on a terminal, unless NO_COLOR is set (no-color.org) or the terminal is a dumb one.
report::Colour colour_of_output();

/// Progress shows that something goes on, on a terminal only; the line is gone at the end.
class Progress {
public:
  explicit Progress(std::string what);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();
  /// Turns the wheel.
  void tick();
  /// Draws a bar: `done` of `total`. With all done, the line goes.
  void advance(std::size_t done, std::size_t total);

private:
  void show(const std::string& line);
  void clear();

  std::string what_;
  bool on_terminal_;
  std::size_t columns_ = 0; ///< of the line that is shown
  unsigned turn_ = 0;
};

} // namespace dockpki::cmd
