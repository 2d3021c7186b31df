#include <dockpki/app/predict.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/docker/installed.hpp>

namespace dockpki::app {

JudgedBy judged_by(const std::optional<std::string>& told, const std::string& program, const docker::Environment& environment) {
  if (told) {
    const auto version = goverify::parse_docker_version(*told);
    if (!version)
      throw Error(Errc::usage, "failed to predict for Docker '" + *told + "': that is no version", "give 20.10, 28 or 29");
    return {*version, true, "as told"};
  }
  const auto installed = docker::installed_program(program, environment);
  if (!installed)
    return {.version = goverify::DockerVersion::v29, .is_told = false, .why = "no " + program + " is installed here"};
  const auto version = goverify::parse_docker_version(installed->version);
  if (!version)
    return {.version = goverify::DockerVersion::v29, .is_told = false, .why = installed->path + " does not tell its version"};
  return {.version = *version, .is_told = false, .why = installed->path + " is " + installed->version};
}

} // namespace dockpki::app
