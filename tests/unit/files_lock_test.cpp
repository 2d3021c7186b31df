#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <csignal>
#include <optional>

#include <sys/wait.h>
#include <unistd.h>

#include <dockpki/files/lock.hpp>

using namespace dockpki;
using namespace dockpki::files;
using namespace std::chrono_literals;
using test::contents_of;
using test::message_of;
using test::TemporaryFolder;

TEST_CASE("Lock: says who holds it", "[files]") {
  const TemporaryFolder folder;
  const auto path = folder / "lock";
  std::optional<Lock> first(std::in_place, path, "issue-server");
  const std::string message = message_of([&] { const Lock second(path, "other", 5ms); });
  const std::string start = "failed to lock '" + path.string() + "' within 5 ms: held by process " + std::to_string(::getpid()) +
                            " (issue-server, since ";
  REQUIRE(message.starts_with(start));
  CHECK(message.size() == start.size() + std::string("2026-11-21T10:00:00Z)").size());
  CHECK(test::mode_of(path) == 0600);
  first.reset();
  CHECK(message_of([&] { const Lock second(path, "other", 5ms); }) == "no error");
  CHECK(message_of([&] {
          const Lock held(path, "other");
          const Lock second(path, "other", 1000ms * 0);
        }).starts_with("failed to lock '" + path.string() + "' within 0 s: held by process "));
}

TEST_CASE("Lock: what stands in the file is shown only if it is a line of ours", "[files]") {
  const TemporaryFolder folder;
  const Lock first(folder / "lock", "x");
  test::put(folder / "lock", "4711 now \x1b[31mred\n", 0600);
  CHECK(message_of([&] { const Lock second(folder / "lock", "y", 1ms); }) ==
        "failed to lock '" + (folder / "lock").string() + "' within 1 ms: held by another process");
}

TEST_CASE("Lock: dies with its owner, and the next one knows", "[files]") {
  const TemporaryFolder folder;
  const auto path = folder / "lock";
  {
    const Lock first(path, "first");
    CHECK_FALSE(first.predecessor_died());
  }
  {
    const Lock second(path, "second");
    CHECK_FALSE(second.predecessor_died());
  }
  const pid_t child = ::fork();
  if (child == 0) {
    const Lock lock(path, "killed");
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  const Lock third(path, "third", 0ms);
  CHECK(third.predecessor_died());
}

TEST_CASE("Lock: a lock that is moved is still held, once", "[files]") {
  const TemporaryFolder folder;
  Lock first(folder / "lock", "first");
  const Lock moved(std::move(first));
  CHECK(message_of([&] { const Lock second(folder / "lock", "second", 1ms); }) != "no error");
}

TEST_CASE("Lock: never through a link", "[files]") {
  const TemporaryFolder folder;
  test::put(folder / "victim", "precious");
  std::filesystem::create_symlink("victim", folder / "lock");
  CHECK(message_of([&] { const Lock lock(folder / "lock", "x", 1ms); }) ==
        "failed to open lock '" + (folder / "lock").string() + "': it is a symbolic link");
  CHECK(contents_of(folder / "victim") == "precious");
  std::filesystem::create_directory(folder / "folder");
  CHECK(message_of([&] { const Lock lock(folder / "folder", "x", 1ms); }) ==
        "failed to open lock '" + (folder / "folder").string() + "': Is a directory");
}

TEST_CASE("Lock: sixteen processes, one at a time", "[files]") {
  const TemporaryFolder folder;
  const auto count = folder / "count";
  test::put(count, "0");
  std::vector<pid_t> children;
  for (int i = 0; i < 16; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      // A count that is read and written without any care: only the lock keeps it right.
      for (int round = 0; round < 5; ++round) {
        const Lock lock(folder / "lock", "counter");
        const int value = std::stoi(contents_of(count));
        test::put(count, std::to_string(value + 1));
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  CHECK(contents_of(count) == "80");
}
