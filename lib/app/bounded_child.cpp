#include "app/bounded_child.hpp"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dockpki::app {
namespace {

constexpr std::size_t most_output = 256U << 10U;

using Clock = std::chrono::steady_clock;

/// Only standard input and outputs reach the child; everything else is closed in it.
class Actions {
public:
  explicit Actions(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
  posix_spawn_file_actions_t actions_{};
};

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

/// Everything up to the end of the pipe; none if it does not end in time, or is too much.
std::optional<std::string> read_all(int fd, Clock::time_point end) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, milliseconds_until(end));
    if (ready == 0)
      return std::nullopt;
    if (ready < 0 && errno == EINTR)
      continue;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0)
      return text;
    if (got < 0 && errno != EINTR)
      return std::nullopt;
    text.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    if (text.size() > most_output)
      return std::nullopt;
  }
}

} // namespace

BoundedChild::BoundedChild(const std::vector<std::string>& words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return;
  std::vector<std::string> kept = words;
  std::vector<char*> arguments;
  for (std::string& word : kept)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  std::string locale = "LC_ALL=C";
  std::array<char*, 3> environment{path.data(), locale.data(), nullptr};
  const Actions actions(ends[1]);
  pid_t process = 0;
  if (::posix_spawn(&process, words.front().c_str(), actions.get(), nullptr, arguments.data(), environment.data()) == 0) {
    process_ = process;
    output_ = ends[0];
  } else {
    ::close(ends[0]);
  }
  ::close(ends[1]);
}

BoundedChild::~BoundedChild() {
  end();
}

void BoundedChild::end() {
  if (output_ >= 0)
    ::close(output_);
  output_ = -1;
  if (process_ <= 0)
    return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
}

std::optional<ChildOutput> BoundedChild::finish(std::chrono::milliseconds patience) {
  if (process_ <= 0)
    return std::nullopt;
  const Clock::time_point until = Clock::now() + patience;
  std::optional<std::string> text = read_all(output_, until);
  if (!text) {
    end();
    return std::nullopt;
  }
  // It has closed its outputs: what is left to wait for is its end.
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(process_, &status, WNOHANG)) == 0 && Clock::now() < until)
    ::poll(nullptr, 0, 1);
  if (ended <= 0) {
    end();
    return std::nullopt;
  }
  process_ = 0;
  end();
  if (!WIFEXITED(status))
    return std::nullopt;
  return ChildOutput{.exit_code = WEXITSTATUS(status), .text = std::move(*text)};
}

} // namespace dockpki::app
