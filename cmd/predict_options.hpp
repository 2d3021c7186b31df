// Why: a whole set-up can be asked about before it is built: command lines, daemon.json and variables, as they would be.
#pragma once

#include <optional>
#include <string>

#include <dockpki/app/predict.hpp>

#include "command.hpp"

namespace dockpki::cmd {

struct PredictArguments {
  std::optional<std::string> dockerd;
  std::optional<std::string> daemon_json;
  std::optional<std::string> docker;
  std::optional<std::string> environment;
  std::optional<std::string> hosts;
  std::string user;
  std::string daemon_version = "29";
  std::string client_version = "29";
};

void add_predict_options(CLI::App& command, PredictArguments& arguments);

/// The variables of this process.
docker::Environment own_environment();

/// Reads one of --daemon-version and --client-version. Throws Errc::usage.
goverify::DockerVersion docker_version_of(const std::string& text);

/// Shows what is predicted; its exit code.
ExitCode report_prediction(const app::Prediction& prediction, Invocation& run);

/// Predicts and reports. Throws Errc::usage, and what reading the files throws.
ExitCode predict(const PredictArguments& arguments, Invocation& run);

} // namespace dockpki::cmd
