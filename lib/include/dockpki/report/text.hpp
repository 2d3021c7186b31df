// Why: what a person reads. Results become cards and tables here; nothing is decided and nothing is printed.
#pragma once

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

namespace dockpki::report {

/// Colour: ANSI escapes, for a terminal.
enum class Colour { no, yes };

/// Each gives whole lines, the last one ended too. `now` is what "in 43 days" counts from.
std::string text(const app::InitResult& result, TimePoint now);
std::string text(const app::IssuedSet& set, TimePoint now);
std::string text(const app::PassphraseResult& result, app::DryRun dry_run);
std::string text(const app::Listing& listing, TimePoint now, Colour colour);
std::string text(const app::Status& status, TimePoint now);
std::string text(const app::CrlResult& result, TimePoint now);
std::string text(const app::RevokeResult& result, TimePoint now);
std::string text(const app::LogReport& log);
std::string text(const std::vector<app::Check>& checks);
std::string text(const app::Explanation& explanation);
std::string text(const app::Prediction& prediction);
std::string text(const store::RepairReport& report, app::DryRun dry_run);
std::string text(const std::vector<app::ForgottenSet>& sets, app::DryRun dry_run, TimePoint now);
std::string text(const app::Schedule& schedule, const std::vector<files::Path>& written);
std::string text(const std::vector<app::RenewedSet>& sets, app::DryRun dry_run, TimePoint now);
std::string text(const std::vector<app::ImportedSet>& sets, TimePoint now);
std::string text(const app::ExportedSet& set, TimePoint now);
std::string text(const app::DockerContext& context);
std::string text(const app::ConfiguredRegistry& registry);
std::string text(const app::ConfiguredDaemon& daemon);
std::string text(const app::UnconfiguredDaemon& daemon);
/// daemon.json and the drop-in, as they are to be.
std::string files_text(const app::ConfiguredDaemon& daemon);
std::string text(const app::RotateResult& result, TimePoint now);
std::string text(const app::Backup& backup);
std::string text(const app::Restored& restored, TimePoint now);
/// One endpoint as a card, or any number of them as a table.
enum class ProbeForm { card, table };
std::string text(const app::ProbeReport& report, TimePoint now, Colour colour, ProbeForm form);
/// What was looked at besides what is wrong: counted, or each.
enum class Checks { counted, listed };
std::string text(const app::Audit& audit, Checks checks);
/// What --fix is about to do.
std::string text(const std::vector<app::Fix>& fixes);
/// What it did.
std::string text(const std::vector<app::AppliedFix>& fixes);
/// `source` is the file's name, as the caller gave it.
std::string text(const std::vector<app::Shown>& shown, const std::string& source, TimePoint now);

/// Prometheus' text format: a gauge for each folder where a set was put, for each authority and each revocation list.
std::string prometheus(const app::Listing& listing, TimePoint now);
/// The same: what each endpoint speaks, when its certificate ends, and each finding.
std::string prometheus(const app::ProbeReport& report, TimePoint now);

} // namespace dockpki::report
