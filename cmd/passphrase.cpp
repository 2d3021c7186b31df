#include "passphrase.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/files/file.hpp>

#include "console.hpp"

namespace dockpki::cmd {
namespace {

constexpr std::size_t longest_passphrase = 1024;

volatile std::sig_atomic_t interrupted = 0;

void note_interrupt(int) {
  interrupted = 1;
}

/// While it lives, what is typed is not shown, and a signal ends the reading instead of the process. Signals are held back but
/// while wait() waits, so that one that comes between prompt and reading is not lost.
class QuietTerminal {
public:
  QuietTerminal() {
    interrupted = 0;
    if (::tcgetattr(STDIN_FILENO, &before_) != 0)
      throw Error(Errc::io, std::string("failed to read the passphrase from the terminal: ") + std::strerror(errno));
    struct sigaction action {};
    action.sa_handler = &note_interrupt;
    sigset_t held{};
    ::sigemptyset(&held);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      ::sigaddset(&held, signals[i]);
      ::sigaction(signals[i], &action, &old_[i]);
    }
    ::sigprocmask(SIG_BLOCK, &held, &mask_before_);
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= static_cast<tcflag_t>(ECHONL);
    if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0) {
      restore();
      throw Error(Errc::io, std::string("failed to switch off the terminal's echo: ") + std::strerror(errno));
    }
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  ~QuietTerminal() { restore(); }

  /// Waits until something was typed. Throws Errc::cancelled if a signal came instead.
  void wait() const {
    pollfd terminal{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const int ready = ::ppoll(&terminal, 1, nullptr, &mask_before_);
    if (interrupted != 0) {
      write_diagnostic("\n"); // the message must not hang on the prompt
      throw Error(Errc::cancelled, "interrupted");
    }
    if (ready < 0 && errno != EINTR)
      throw Error(Errc::io, std::string("failed to read the passphrase from the terminal: ") + std::strerror(errno));
  }

private:
  static constexpr std::array<int, 4> signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

  void restore() noexcept {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    for (std::size_t i = 0; i < signals.size(); ++i)
      ::sigaction(signals[i], &old_[i], nullptr);
    ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  }

  termios before_{};
  std::array<struct sigaction, 4> old_{};
  sigset_t mask_before_{};
};

[[noreturn]] void refuse_length(const std::string& from) {
  throw Error(Errc::usage, "failed to read the passphrase from " + from + ": longer than 1024 octets");
}

/// Reads one line (or to the end) from `fd`, octet by octet so that nothing behind it is taken away.
Secret read_line(int fd, const std::string& from, const QuietTerminal* terminal = nullptr) {
  Secret line(longest_passphrase + 1);
  std::size_t size = 0;
  for (;;) {
    if (terminal != nullptr)
      terminal->wait();
    std::uint8_t& next = line.writable()[size];
    const ssize_t got = ::read(fd, &next, 1);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      throw Error(Errc::io, "failed to read the passphrase from " + from + ": " + std::strerror(errno));
    if (got == 0 || next == '\n')
      break;
    if (++size > longest_passphrase)
      refuse_length(from);
  }
  if (size > 0 && line.bytes()[size - 1] == '\r')
    --size;
  line.truncate(size);
  return line;
}

Secret prompt_once(const std::string& label) {
  const QuietTerminal quiet;
  const std::string prompt = label + ": ";
  if (::write(STDERR_FILENO, prompt.data(), prompt.size()) < 0)
    throw Error(Errc::io, "failed to ask for the passphrase: standard error is closed");
  return read_line(STDIN_FILENO, "the terminal", &quiet);
}

/// What the shell's <(command) gives: waits for who writes to it.
Secret read_from_pipe(const std::string& path) {
  struct Closing {
    int fd;
    ~Closing() { ::close(fd); }
  } const pipe{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (pipe.fd < 0)
    throw Error(Errc::io, "failed to read the passphrase from '" + path + "': " + std::strerror(errno));
  return read_line(pipe.fd, "'" + path + "'");
}

Secret read_from_file(const std::string& path) {
  constexpr std::size_t largest_file = 64U << 10U;
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode))
    return read_from_pipe(path);
  const Secret contents = files::read_file(path, "passphrase file", largest_file);
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    write_warning("passphrase file '" + path + "' can be read by others: chmod 600 " + path);
  const auto end = std::ranges::find(contents.bytes(), std::uint8_t{'\n'});
  auto size = static_cast<std::size_t>(end - contents.bytes().begin());
  if (size > 0 && contents.bytes()[size - 1] == '\r')
    --size;
  if (size > longest_passphrase)
    refuse_length("'" + path + "'");
  return Secret::copy_of(contents.bytes().first(size));
}

/// A new passphrase that is easily guessed is taken, but not in silence.
void warn_if_short(const Secret& passphrase) {
  constexpr std::size_t short_passphrase = 12;
  if (passphrase.size() < short_passphrase)
    write_warning("this passphrase is short: whoever gets the key's file can guess it");
}

Secret require_some(Secret passphrase, const std::string& from) {
  if (passphrase.empty())
    throw Error(Errc::usage, "failed to read the passphrase from " + from + ": it is empty");
  return passphrase;
}

Secret read_from(const PassphraseSource& source, Prompt prompt, const std::string& label, const std::string& flag) {
  if (source.fd)
    return require_some(read_line(*source.fd, "file descriptor " + std::to_string(*source.fd)),
                        "file descriptor " + std::to_string(*source.fd));
  if (source.file)
    return require_some(read_from_file(*source.file), "'" + *source.file + "'");
  if (::isatty(STDIN_FILENO) != 1)
    throw Error(Errc::usage,
                std::string("failed to get ") + (prompt == Prompt::twice ? "a new" : "the") +
                    " passphrase: standard input is not a terminal",
                "give " + flag + "-file F or " + flag + "-fd N" +
                    (flag == "--passphrase" ? ", or set DOCKPKI_PASSPHRASE_FILE" : ""));
  Secret first = require_some(prompt_once(label), "the terminal");
  if (prompt == Prompt::twice && !equal_in_constant_time(first.bytes(), prompt_once("Once more").bytes()))
    throw Error(Errc::usage, "failed to read the passphrase: the two entries differ", "nothing was changed: run it again");
  return first;
}

} // namespace

Secret read_passphrase(const PassphraseSource& source, Prompt prompt, const std::string& label, const std::string& flag) {
  Secret passphrase = read_from(source, prompt, label, flag);
  if (prompt == Prompt::twice)
    warn_if_short(passphrase);
  return passphrase;
}

} // namespace dockpki::cmd
