// Fuzzed: one text as config.json and as meta.json of the context that it names: what docker makes of them, and what dockpki
// writes into them, which docker must be able to read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/context.hpp>
#include <dockpki/docker/context_store.hpp>
#include <dockpki/docker/plan.hpp>

#include "support/folder.hpp"

namespace {

using namespace dockpki;

constexpr const char* name = "remote";
constexpr const char* host = "tcp://docker.test:2376";

void must(bool holds) {
  if (!holds)
    std::abort();
}

/// Gives what `call` does; nothing if it refuses the text.
template <class Call>
auto unless_refused(Call call) -> std::optional<decltype(call())> {
  try {
    return call();
  } catch (const Error&) {
    return std::nullopt;
  }
}

void write_into(const std::string& text) {
  if (text.empty())
    return; // stands for a file that is not there
  unless_refused([&] { return docker::context_host(text, "meta.json"); });
  unless_refused([&] { return docker::chosen_endpoint({}, text, "config.json").value; });
  if (const auto metadata = unless_refused([&] { return docker::context_metadata(name, host, text, "meta.json"); }))
    must(docker::context_host(*metadata, "meta.json") == host);
  if (const auto config = unless_refused([&] { return docker::with_current_context(text, name, "config.json"); }))
    must(docker::chosen_endpoint({}, *config, "config.json").value == name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const test::TemporaryFolder folder(test::memory_folder());
  static const docker::ContextPlace place = [] {
    const docker::ContextPlace made = docker::context_place(folder.path(), name);
    std::filesystem::create_directories(made.metadata.parent_path());
    std::filesystem::create_directories(made.folder);
    test::put(made.folder / "cert.pem", "");
    return made;
  }();
  const std::string text(reinterpret_cast<const char*>(data), size);
  test::put(place.metadata, text);
  test::put(folder / "config.json", text);
  for (const auto version : {goverify::DockerVersion::v20_10, goverify::DockerVersion::v28, goverify::DockerVersion::v29})
    for (const std::vector<std::string>& words : {std::vector<std::string>{"version"}, {"--context", name, "version"}})
      docker::plan_client({.arguments = words,
                           .environment = {{"DOCKER_CONFIG", folder.path().string()}},
                           .home = "/nonexistent",
                           .release = version});
  must(docker::context_sets(folder.path()).size() == 1);
  write_into(text);
  return 0;
}
