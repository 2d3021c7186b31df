#include "console.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace dockpki::cmd {
namespace {

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

} // namespace

void write_diagnostic(std::string_view text) {
  // Nothing is left to be done about a standard error that cannot be written.
  static_cast<void>(write_all(STDERR_FILENO, text));
}

void write_result(std::string_view text) {
  if (!write_all(STDOUT_FILENO, text))
    throw Error(Errc::io, std::string("failed to write the result to standard output: ") + std::strerror(errno),
                "what the command was to change, it has changed: 'dockpki list' shows it");
}

void write_error(std::string_view message, std::string_view hint) {
  write_diagnostic("dockpki: error: " + std::string(message) + '\n');
  if (!hint.empty())
    write_diagnostic("dockpki: hint: " + std::string(hint) + '\n');
}

void write_warning(std::string_view message) {
  write_diagnostic("dockpki: warning: " + std::string(message) + '\n');
}

std::size_t text_width() {
  constexpr std::size_t usual = 80;
  constexpr std::size_t narrowest = 50;
  constexpr std::size_t widest = 100;
  winsize terminal{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &terminal) != 0 || terminal.ws_col == 0)
    return usual;
  return std::clamp<std::size_t>(terminal.ws_col, narrowest, widest);
}

report::Colour colour_of_output() {
  const char* no_color = std::getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe): nothing writes the environment
  const char* terminal = std::getenv("TERM");     // NOLINT(concurrency-mt-unsafe)
  const bool refused = (no_color != nullptr && *no_color != '\0') || terminal == nullptr || std::string_view(terminal) == "dumb";
  return ::isatty(STDOUT_FILENO) == 1 && !refused ? report::Colour::yes : report::Colour::no;
}

Progress::Progress(std::string what) : what_(std::move(what)), on_terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  clear();
}

void Progress::tick() {
  constexpr std::string_view wheel = "|/-\\";
  constexpr unsigned ticks_a_turn = 64;
  if (turn_++ % ticks_a_turn == 0)
    show(what_ + ' ' + wheel[(turn_ / ticks_a_turn) % wheel.size()]);
}

void Progress::advance(std::size_t done, std::size_t total) {
  constexpr std::size_t width = 30;
  if (done >= total) {
    clear();
    return;
  }
  const std::size_t filled = width * done / total;
  show(what_ + " [" + std::string(filled, '#') + std::string(width - filled, '.') + "] " + std::to_string(done) + " of " +
       std::to_string(total));
}

void Progress::show(const std::string& line) {
  if (!on_terminal_)
    return;
  write_diagnostic('\r' + line);
  columns_ = line.size();
}

void Progress::clear() {
  if (columns_ > 0)
    write_diagnostic('\r' + std::string(std::exchange(columns_, 0), ' ') + '\r');
}

} // namespace dockpki::cmd
