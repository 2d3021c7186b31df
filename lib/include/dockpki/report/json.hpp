// Why: what a script reads: one stable document a command, described in docs/json.md. Times are RFC 3339 UTC.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/adopt.hpp>
#include <dockpki/app/audit.hpp>
#include <dockpki/app/authority.hpp>
#include <dockpki/app/backup.hpp>
#include <dockpki/app/configure_client.hpp>
#include <dockpki/app/configure_daemon.hpp>
#include <dockpki/app/configure_registry.hpp>
#include <dockpki/app/explain.hpp>
#include <dockpki/app/export.hpp>
#include <dockpki/app/forget.hpp>
#include <dockpki/app/issue.hpp>
#include <dockpki/app/look.hpp>
#include <dockpki/app/predict.hpp>
#include <dockpki/app/probe.hpp>
#include <dockpki/app/renew.hpp>
#include <dockpki/app/rotate.hpp>
#include <dockpki/app/schedule.hpp>
#include <dockpki/app/verify.hpp>
#include <dockpki/base/error.hpp>

namespace dockpki::report {

/// Each gives one document, indented by two, ended by a newline.
std::string json(const app::InitResult& result);
std::string json(const app::IssuedSet& set);
std::string json(const app::PassphraseResult& result);
std::string json(const app::Listing& listing);
std::string json(const app::Status& status);
std::string json(const app::CrlResult& result);
std::string json(const app::RevokeResult& result);
std::string json(const app::LogReport& log, bool verified);
std::string json(const std::vector<app::Check>& checks);
std::string json(const app::Explanation& explanation);
std::string json(const app::Prediction& prediction);
std::string json(const store::RepairReport& report);
std::string json(const std::vector<app::ForgottenSet>& sets, app::DryRun dry_run);
std::string json(const app::Schedule& schedule, const std::vector<files::Path>& written);
std::string json(const std::vector<app::RenewedSet>& sets, app::DryRun dry_run);
std::string json(const app::RotateResult& result);
/// One renewed set, as a hook gets it: on one line.
std::string json(const app::RenewedSet& set);
std::string json(const std::vector<app::ImportedSet>& sets, app::DryRun dry_run);
std::string json(const app::ExportedSet& set);
std::string json(const app::DockerContext& context);
std::string json(const app::ConfiguredRegistry& registry);
std::string json(const app::ConfiguredDaemon& daemon);
std::string json(const app::UnconfiguredDaemon& daemon);
/// None: the variables are to be unset.
std::string json(const std::optional<app::DockerEnvironment>& environment);
std::string json(const app::Backup& backup);
std::string json(const app::Restored& restored);
std::string json(const app::ProbeReport& report);
/// The audit after the fixes, if any were made.
std::string json(const app::Audit& audit, const std::vector<app::AppliedFix>& fixed);

/// What one file was found to hold.
struct ShownFile {
  std::string source;
  std::vector<app::Shown> shown;
};
std::string json(const std::vector<ShownFile>& files, TimePoint now);
/// Why a command failed; without `code` for another reason than an Error.
std::string error_json(std::optional<Errc> code, const std::string& message, const std::string& hint);
/// The version of dockpki and of the OpenSSL in use.
std::string version_json(const std::string& dockpki, const std::string& openssl);

} // namespace dockpki::report
