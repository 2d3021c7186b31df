// Why: certificates fail in their second year. Whatever is due is issued anew, under the same names, wherever it was put.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/issue.hpp>
#include <dockpki/app/restart.hpp>

namespace dockpki::app {

enum class Rekey { no, yes };
enum class Contexts { left, renewed };

struct RenewOptions {
  std::vector<std::string> names;  ///< sets to renew, due or not; none: whatever is due
  std::optional<Seconds> before;   ///< due if no more than this is left; else the settings, else the rule of pki::is_due
  std::optional<Seconds> lifetime; ///< else the one that the old certificate was given
  pki::LongLifetime long_lifetime = pki::LongLifetime::refused;
  std::vector<x509::DnsName> add_dns; ///< for servers
  std::vector<x509::IpAddress> add_ip;
  Rekey rekey = Rekey::no;
  Contexts contexts = Contexts::renewed;
  std::optional<RestartOptions> restart; ///< of the daemon that serves one of the sets; none: it is left alone
  DryRun dry_run = DryRun::no;
};

enum class Renewal {
  renewed,
  due, ///< in a dry run: it would be renewed
  not_due,
  failed ///< the old files are in force, unless the failure says otherwise
};
std::string_view to_string(Renewal outcome);

/// RenewedContext is a docker context whose copy of the set was, or was to be, brought up to date.
struct RenewedContext {
  std::string context;
  files::Path folder;
  std::string failure; ///< why it still holds the old set; empty if it does not
};

/// RenewedSet tells what became of one set.
struct RenewedSet {
  Renewal outcome = Renewal::not_due;
  pki::Kind kind = pki::Kind::server;
  std::string name;
  files::Path folder;
  std::string old_serial;
  TimePoint old_not_after;
  std::optional<IssuedSet> set; ///< if renewed
  std::vector<RenewedContext> contexts;
  std::optional<RestartedDaemon> daemon; ///< that was restarted for it, or in a dry run would be
  std::string failure;                   ///< if failed: why
  std::string hint;
};

/// renew issues anew what is due. The new certificate has the old one's names and kind, and its key unless Rekey::yes, and goes
/// where the old one lies; the old one becomes superseded. A set that fails keeps its old files and does not stop the others.
/// Docker contexts of the user concerned that hold the old certificate, or an earlier one of the same set, get the new set too.
/// With RenewOptions::restart, the daemon that serves one of the sets is restarted, and what it serves then is looked at: if it
/// is not the new certificate, the old set is put back, the daemon restarted again, and the set has failed. That set is not
/// renewed at all if the daemon cannot be looked at, or its restart would stop containers against Interruption::refused. Throws
/// Errc::not_found (no such name), Errc::usage, Errc::wrong_passphrase, Errc::cancelled.
std::vector<RenewedSet> renew(Context& context, const RenewOptions& options);

} // namespace dockpki::app
