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
  std::optional<std::string> daemon_version;
  std::optional<std::string> client_version;
  std::string fail_on = "high";
};

void add_predict_options(CLI::App& command, PredictArguments& arguments);

/// The variables of this process.
docker::Environment own_environment();

/// The versions that were told, or are installed here. Throws Errc::usage.
app::JudgedBy daemon_judged_by(const PredictArguments& arguments);
app::JudgedBy client_judged_by(const PredictArguments& arguments);

/// Shows what is predicted; its exit code. Throws Errc::usage.
ExitCode report_prediction(const app::Prediction& prediction, const PredictArguments& arguments, Invocation& run);

/// Predicts and reports. Throws Errc::usage, and what reading the files throws.
ExitCode predict(const PredictArguments& arguments, Invocation& run);

} // namespace dockpki::cmd
