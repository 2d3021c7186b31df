// Work done in a child process: as another user, or killed at a system call of one's choice.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

#include <csignal>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dockpki::test {

inline constexpr uid_t nobody = 65534;

/// What `work` gives, done in a child as user nobody (root ignores modes). Tests that need it are skipped unless root runs them.
inline std::string as_nobody(const std::function<std::string()>& work) {
  int ends[2];
  if (::pipe(ends) != 0)
    throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    std::string text;
    try {
      text =
          ::setresgid(nobody, nobody, nobody) == 0 && ::setresuid(nobody, nobody, nobody) == 0 ? work() : "cannot become nobody";
    } catch (const std::exception& error) {
      text = std::string("unexpected: ") + error.what();
    }
    static_cast<void>(::write(ends[1], text.data(), text.size()) == 0);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t got = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

/// How a child ended that was to be killed.
enum class Ending { killed, finished, failed };

/// Runs `work` in a child that is killed as it enters its system call number `number` (from 1) after work began.
inline Ending killed_at_call(unsigned number, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    try {
      work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
  // Stops come in pairs, at the entry and at the exit of each call; the first entry is the first call of `work`.
  for (unsigned stop = 1;; ++stop) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status))
      return WEXITSTATUS(status) == 0 ? Ending::finished : Ending::failed;
    if (WIFSIGNALED(status))
      return Ending::killed;
    if (stop == 2 * number - 1) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return Ending::killed;
    }
  }
}

} // namespace dockpki::test
