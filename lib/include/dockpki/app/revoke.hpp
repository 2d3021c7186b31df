// Why: revoking a certificate, and the list that tells others of it. Docker checks no such list; a TLS front can.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/pki/crl.hpp>

namespace dockpki::app {

/// MadeCrl tells of a list that was made, or in a dry run would be.
struct MadeCrl {
  std::string authority;
  std::uint64_t number = 0;
  TimePoint this_update;
  TimePoint next_update;
  std::size_t revoked = 0; ///< how many entries it has
  files::Path pem;
  files::Path der;
  files::Path out; ///< empty where no copy was asked for
};

struct CrlOptions {
  std::optional<std::string> authority; ///< every one of the home unless given
  Seconds lifetime = pki::default_crl_lifetime;
  std::optional<files::Path> out; ///< a copy: DER if the name ends in .der, else PEM
  DryRun dry_run = DryRun::no;
};

struct CrlResult {
  std::vector<MadeCrl> crls;
  std::vector<std::string> notes;
  DryRun dry_run = DryRun::no;
};

/// make_crl makes the next list of each authority, whether anything was revoked or not. Throws Errc::not_found (no such
/// authority), Errc::usage (a copy of several lists), Errc::already_exists (something that is no list of this authority stands
/// where the copy is to go), Errc::refused (the clock is behind the last list), and as load_issuer does.
CrlResult make_crl(Context& context, const CrlOptions& options);

enum class RevokeAll { no, yes };

struct RevokeOptions {
  std::string which; ///< a set's name, a serial number, or a certificate's file; looked for in that order
  x509::CrlReason reason = x509::CrlReason::unspecified;
  RevokeAll all = RevokeAll::no; ///< every certificate of that name, if they are of one kind
  DryRun dry_run = DryRun::no;
};

struct RevokeResult {
  x509::CrlReason reason = x509::CrlReason::unspecified;
  std::vector<store::CertificateRecord> revoked; ///< now, or in a dry run
  std::vector<store::CertificateRecord> already; ///< were so before
  std::vector<MadeCrl> crls;                     ///< none where nothing had to be made
  std::vector<std::string> notes;
  DryRun dry_run = DryRun::no;
};

/// revoke revokes and makes the lists anew. What is revoked already stays as it is; a list that an interrupted revocation left
/// behind is made then. Throws Errc::not_found, Errc::usage (ambiguous, or not a reason for a leaf), Errc::refused (an authority,
/// expired, never in force, revoked for another reason, the clock is behind the last list), and as load_issuer does. If it
/// throws, nothing is revoked unless the message says so.
RevokeResult revoke(Context& context, const RevokeOptions& options);

/// CrlState is how an authority's list stands.
struct CrlState {
  std::string authority;
  std::optional<store::CrlRecord> last; ///< none if none was ever made
  std::size_t revoked = 0;              ///< how many entries the next list would have
  bool is_behind = false;               ///< a revocation is not on it, or it does not lie where it should
  bool is_due = false;                  ///< a third of its life is left, or less
  files::Path pem;
};

/// crl_states gives a state for each authority that is still valid and has made a list, or has to.
std::vector<CrlState> crl_states(const Context& context, store::Inventory& inventory);

} // namespace dockpki::app
