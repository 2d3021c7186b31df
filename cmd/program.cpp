#include "program.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <linux/close_range.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dockpki/base/error.hpp>

namespace dockpki::cmd {
namespace {

class Pipe {
public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw Error(Errc::io, std::string("failed to make a pipe: ") + std::strerror(errno));
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_reader();
    close_writer();
  }
  [[nodiscard]] int reader() const noexcept { return ends_[0]; }
  void close_reader() noexcept { close_end(0); }
  /// What is not read is of no interest: a program may well end without it.
  void write_all(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(ends_[1], text.data(), text.size());
      if (written < 0 && errno != EINTR)
        break;
      text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    close_writer();
  }

private:
  void close_writer() noexcept { close_end(1); }
  void close_end(std::size_t end) noexcept {
    if (ends_[end] >= 0)
      ::close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts)
    all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// The environment with `variables` in place of what had their names.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    bool replaced = false;
    for (const auto& [name, value] : variables)
      replaced = replaced || text.starts_with(name + '=');
    if (!replaced)
      all.emplace_back(text);
  }
  for (const auto& [name, value] : variables)
    all.push_back(name + '=' + value);
  return all;
}

/// How a child is started: `input` is its standard input, `output` both of its outputs, and SIGPIPE ends it as usual.
class Spawning {
public:
  explicit Spawning(int input, int output = STDERR_FILENO) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    sigset_t usual{};
    ::sigemptyset(&usual);
    ::sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
  ~Spawning() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  /// Gives the process's id. Throws Errc::io.
  [[nodiscard]] pid_t start(std::vector<std::string> words, std::vector<std::string> environment) const {
    pid_t process = 0;
    const int error = ::posix_spawnp(&process, words.front().c_str(), &actions_, &attributes_, pointers(words).data(),
                                     pointers(environment).data());
    if (error != 0)
      throw Error(Errc::io, "failed to run '" + words.front() + "': " + std::strerror(error));
    return process;
  }

private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

} // namespace

Program::Program(const std::string& text) {
  std::istringstream in(text);
  for (std::string word; in >> word;)
    words_.push_back(word);
  if (words_.empty())
    throw Error(Errc::usage, "failed to read the program to run: it is empty");
}

std::string Program::text() const {
  std::string text;
  for (const std::string& word : words_)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

namespace {

/// Runs a program to its end, `input` on its standard input. Gives its exit code. Throws Errc::io if a signal ended it.
int run_to_end(const std::vector<std::string>& words, const std::vector<std::pair<std::string, std::string>>& variables,
               const std::string& input, int output) {
  Pipe pipe;
  // Of what is open here, the passphrase's descriptor above all, nothing is the program's business.
  if (::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
    throw Error(Errc::io, std::string("failed to keep open files to ourselves: ") + std::strerror(errno));
  const pid_t process = Spawning(pipe.reader(), output).start(words, environment_with(variables));
  pipe.close_reader(); // so that a program that does not read its input is not waited for
  pipe.write_all(input);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0)
    if (errno != EINTR)
      throw Error(Errc::io, "failed to wait for '" + words.front() + "': " + std::strerror(errno));
  if (WIFSIGNALED(status))
    throw Error(Errc::io, "'" + words.front() + "' was ended by signal " + std::to_string(WTERMSIG(status)));
  return WEXITSTATUS(status);
}

/// A file without a name, in memory.
class Memory {
public:
  Memory() : fd_(::memfd_create("output", MFD_CLOEXEC)) {
    if (fd_ < 0)
      throw Error(Errc::io, std::string("failed to make room for a program's output: ") + std::strerror(errno));
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { ::close(fd_); }
  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] std::string text() const {
    constexpr std::size_t most = 1U << 20U;
    std::string all(most, '\0');
    const ssize_t got = ::pread(fd_, all.data(), all.size(), 0);
    all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return all;
  }

private:
  int fd_;
};

} // namespace

void Program::run(const std::vector<std::pair<std::string, std::string>>& variables, const std::string& input) const {
  if (const int code = run_to_end(words_, variables, input, STDERR_FILENO); code != 0)
    throw Error(Errc::io, "'" + words_.front() + "' ended with exit code " + std::to_string(code));
}

Program::Outcome Program::look(const std::string& input) const {
  const Memory output;
  const int code = run_to_end(words_, {}, input, output.fd());
  return {.exit_code = code, .output = output.text()};
}

} // namespace dockpki::cmd
