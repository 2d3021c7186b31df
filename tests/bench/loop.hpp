// Why: the bare loop and the library's differ in how a certificate is made and in nothing else: what is measured, and how files
// are written, is here.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bench {

inline void check(bool holds, const char* what) {
  if (!holds)
    throw std::runtime_error(what);
}

enum class Sync {
  none,
  one,  ///< certificate and key in one file, one fsync
  each, ///< two files, their folder and its parent: four fsyncs
  batch ///< one syncfs at the end
};

struct Plan {
  bool to_files = false;
  Sync sync = Sync::none;
  int count = 0;
  int threads = 1;
  std::string folder;
};

/// One certificate's files. Both in PEM.
struct Made {
  std::string certificate;
  std::string_view key;
};

inline void sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  check(fd >= 0 && ::fsync(fd) == 0, "fsync of a folder");
  ::close(fd);
}

inline void write_file(const std::string& path, std::string_view contents, mode_t mode, bool sync) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  check(fd >= 0 && ::write(fd, contents.data(), contents.size()) == static_cast<ssize_t>(contents.size()), "write");
  check(!sync || ::fsync(fd) == 0, "fsync");
  ::close(fd);
}

inline void save(const Plan& plan, int number, const Made& made) {
  const std::string folder = plan.folder + "/" + std::to_string(number);
  if (plan.sync == Sync::one) {
    write_file(folder + ".pem", made.certificate + std::string(made.key), 0400, true);
    return;
  }
  const bool each = plan.sync == Sync::each;
  check(::mkdir(folder.c_str(), 0700) == 0, "mkdir");
  write_file(folder + "/server-cert.pem", made.certificate, 0444, each);
  write_file(folder + "/server-key.pem", made.key, 0400, each);
  if (each) {
    sync_folder(folder);
    sync_folder(plan.folder);
  }
}

/// `work(next)` takes numbers from `next` until they reach plan.count. It runs in plan.threads threads. Gives the seconds that
/// all of it took.
inline double run(const Plan& plan, const std::function<void(std::atomic<int>&)>& work) {
  std::atomic<int> next = 0;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::jthread> threads;
  for (int i = 1; i < plan.threads; ++i)
    threads.emplace_back([&] { work(next); });
  work(next);
  threads.clear();
  if (plan.sync == Sync::batch) {
    const int fd = ::open(plan.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    check(fd >= 0 && ::syncfs(fd) == 0, "syncfs");
    ::close(fd);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline Plan parse(char** words) {
  Plan plan;
  plan.to_files = std::strcmp(words[1], "files") == 0;
  const std::string_view sync = words[2];
  plan.sync = sync == "one" ? Sync::one : sync == "each" ? Sync::each : sync == "batch" ? Sync::batch : Sync::none;
  plan.count = std::atoi(words[3]);
  plan.threads = std::atoi(words[4]);
  plan.folder = words[5];
  return plan;
}

/// main() of a loop: WHERE SYNC COUNT THREADS FOLDER; prints {"loop": .., "seconds": .., "per_second": ..}.
inline int run_main(int argc, char** argv, const char* loop, double (*measure)(const Plan&)) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: %s memory|files none|one|each|batch COUNT THREADS FOLDER\n", argv[0]);
    return 2;
  }
  try {
    const Plan plan = parse(argv);
    const double seconds = measure(plan);
    std::printf("{\"loop\": \"%s\", \"where\": \"%s\", \"sync\": \"%s\", \"threads\": %d, \"certificates\": %d, \"seconds\": "
                "%.4f, \"per_second\": %.0f}\n",
                loop, argv[1], argv[2], plan.threads, plan.count, seconds, plan.count / seconds);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s failed\n", argv[0], error.what());
    return 1;
  }
}

} // namespace bench
