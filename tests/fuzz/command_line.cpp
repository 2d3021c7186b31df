// Fuzzed: dockerd's and docker's command lines, a word a line; those of docker with variables in front.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include <dockpki/docker/plan.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dockpki;
  std::vector<std::string> words;
  docker::Environment environment;
  std::istringstream lines(std::string(reinterpret_cast<const char*>(data), size));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (line.starts_with("DOCKER_") && equals != std::string::npos)
      environment[line.substr(0, equals)] = line.substr(equals + 1);
    else
      words.push_back(line);
  }
  const docker::QuietWorld world("127.0.0.1 localhost docker.test\n");
  for (const auto version : {goverify::DockerVersion::v20_10, goverify::DockerVersion::v28, goverify::DockerVersion::v29}) {
    docker::plan_daemon(
        {.arguments = words, .environment = environment, .home = "/nonexistent", .config = std::nullopt, .release = version},
        world);
    docker::plan_client({.arguments = words, .environment = environment, .home = "/nonexistent", .release = version});
  }
  return 0;
}
