// Why: a hook or a restart is somebody else's program, run without a shell, so that no name in a certificate can become a
// command.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dockpki::cmd {

/// Program is a program to run with its arguments, parted by blanks on the command line (no quotes, no shell).
class Program {
public:
  /// Throws Errc::usage if there is no word in `text`.
  explicit Program(const std::string& text);
  /// `words` as they are; there is at least one.
  explicit Program(std::vector<std::string> words) : words_(std::move(words)) {}

  /// Runs it to its end with `variables` added to the environment and `input` on its standard input; what it prints goes to
  /// standard error. Throws Errc::io if it cannot be run, or ends with anything but exit code 0.
  void run(const std::vector<std::pair<std::string, std::string>>& variables, const std::string& input) const;

  /// Outcome is how a program ended, and what it printed on either output.
  struct Outcome {
    int exit_code = 0;
    std::string output;
  };
  /// The same, but any exit code will do, and what it prints is kept; at most the first MiB. Throws Errc::io.
  [[nodiscard]] Outcome look(const std::string& input) const;

  /// Its words, for a log.
  [[nodiscard]] std::string text() const;

private:
  std::vector<std::string> words_;
};

} // namespace dockpki::cmd
