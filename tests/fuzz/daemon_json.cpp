// Fuzzed: what dockerd's configuration file holds, by each release.
#include <cstddef>
#include <cstdint>
#include <string>

#include <dockpki/docker/plan.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dockpki;
  const docker::QuietWorld world("127.0.0.1 localhost docker.test\n");
  for (const auto version : {goverify::DockerVersion::v20_10, goverify::DockerVersion::v28, goverify::DockerVersion::v29})
    docker::plan_daemon({.arguments = {},
                         .environment = {},
                         .home = "/nonexistent",
                         .config = std::string(reinterpret_cast<const char*>(data), size),
                         .release = version},
                        world);
  return 0;
}
