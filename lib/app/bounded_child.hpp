// Why: what only another program can tell is asked of it without waiting for ever, and without handing it anything of ours.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace dockpki::app {

/// ChildOutput is what a program printed on either output, at most 256 KiB.
struct ChildOutput {
  int exit_code = 0;
  std::string text;
};

/// BoundedChild is another program that runs beside us. It gets an empty input, no open files, and of the environment nothing but
/// a PATH of the system's folders and LC_ALL=C.
class BoundedChild {
public:
  /// Starts `words`, the first an absolute path. It can fail to: then finish() gives none.
  explicit BoundedChild(const std::vector<std::string>& words);
  BoundedChild(const BoundedChild&) = delete;
  BoundedChild& operator=(const BoundedChild&) = delete;
  /// Ends it if it still runs.
  ~BoundedChild();

  /// Waits for its end, at most until `patience` is over; then it is ended. None if it was, if it printed more than is taken, or
  /// if a signal ended it.
  std::optional<ChildOutput> finish(std::chrono::milliseconds patience);

private:
  void end();

  int output_ = -1;
  int process_ = 0;
};

} // namespace dockpki::app
