// Fuzzed: a unit, its drop-in and its environment file, a line "===" between them; and the command line that is left for a
// drop-in of ours, which must be read again as what it stands for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/service_unit.hpp>

#include "docker/unit_syntax.hpp"
#include "support/folder.hpp"

namespace {

using namespace dockpki;

const std::vector<std::string> keys = {"hosts", "tls", "tlsverify", "tlscacert", "tlscert", "tlskey"};

void must(bool holds) {
  if (!holds)
    std::abort();
}

/// What stands before the next "===", which is cut off with it.
std::string next_part(std::string& text) {
  constexpr std::string_view line = "\n===\n";
  const std::size_t end = text.find(line);
  std::string part = text.substr(0, end);
  text.erase(0, end == std::string::npos ? end : end + line.size());
  return part;
}

struct Places {
  test::TemporaryFolder root{test::memory_folder()};
  docker::UnitPlaces units = docker::system_units(root.path());
  std::filesystem::path unit = units.folders.front() / "docker.service";
  std::filesystem::path drop_in = units.folders.front() / "docker.service.d/override.conf";
  std::filesystem::path ours = units.folders.front() / "docker.service.d/zz-ours.conf";
  std::filesystem::path environment = root / "environment";

  Places() { std::filesystem::create_directories(drop_in.parent_path()); }
  [[nodiscard]] docker::DaemonCommand command(const std::string& left_out) const {
    return without_options(docker::read_service(units, "docker.service", left_out).value(), keys);
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Places places;
  std::string text(reinterpret_cast<const char*>(data), size);
  docker::unit_lines(text);
  docker::environment_lines(text);
  docker::unit_words(text);
  test::put(places.unit, next_part(text));
  test::put(places.drop_in, next_part(text));
  test::put(places.environment, next_part(text));
  try {
    const docker::DaemonCommand command = places.command("zz-ours.conf");
    test::put(places.ours, "[Service]\nExecStart=\nExecStart=" + command.exec_start + '\n');
    const docker::DaemonCommand again = places.command("");
    must(again.taken.empty());
    must(again.words == command.words);
  } catch (const Error&) {
    return 0; // an answer like any other
  }
  return 0;
}
